import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { type RequestHandler, Router } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { probeWrite } from '../../db/postgres/probes.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { isWorkerAlive } from '../../db/postgres/workers.ts';
import { askTemporal } from '../../temporal/connection-link.ts';

const CHECK_DEADLINE_MS = 2_000;
/** Four heartbeats of a worker. */
const WORKER_SEEN_WITHIN_SECONDS = 6;

interface HealthParts {
  readonly sql: Sql;
  readonly client: Client;
  readonly taskQueue: string;
}

type Check = 'ok' | 'no answer';

/** The routes of probes and of Prometheus. They need no key, because probes have none. */
export function healthRoutes({ sql, client, taskQueue }: HealthParts, metrics: Registry): Router {
  const router = Router();
  const id = randomUUID();
  const probe = new SharedCheck(() => probeWrite(sql, id));
  const worker = new SharedCheck(() => isWorkerAlive(sql, taskQueue, WORKER_SEEN_WITHIN_SECONDS));
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', async (_request, response) => {
    const [database, temporal, alive] = await Promise.all([
      outcome(probe.ask()),
      outcome(askTemporal(client, CHECK_DEADLINE_MS)),
      outcome(worker.ask(), (isAlive) => isAlive),
    ]);
    const checks = { database, temporal, worker: alive };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics());
  });
  return router;
}

/** Runs one check at a time, which all probes share, so that checks do not pile up while the database is away. */
class SharedCheck<Answer> {
  readonly #run: () => Promise<Answer>;
  #running: Promise<Answer> | undefined;

  constructor(run: () => Promise<Answer>) {
    this.#run = run;
  }

  ask(): Promise<Answer> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}

/** `ok` if the answer comes in time and is good. */
async function outcome<Answer>(
  asked: Promise<Answer>,
  isGood: (answer: Answer) => boolean = () => true,
): Promise<Check> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, CHECK_DEADLINE_MS, false);
  });
  try {
    return (await Promise.race([asked.then(isGood), late])) ? 'ok' : 'no answer';
  } catch {
    return 'no answer';
  } finally {
    clearTimeout(timer);
  }
}

/** The metrics of the process, and the time that each route takes, in seconds. */
export function createMetrics(): { registry: Registry; timed: (route: string) => RequestHandler } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'allot_http_request_seconds',
    help: 'Time from request to answer',
    labelNames: ['route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    timed: (route) => (_request, response, next) => {
      const begun = performance.now();
      response.once('finish', () => {
        seconds.observe({ route, status: response.statusCode }, (performance.now() - begun) / 1_000);
      });
      next();
    },
  };
}
