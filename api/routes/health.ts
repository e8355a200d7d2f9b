import type { Client } from '@temporalio/client';
import { type RequestHandler, Router } from 'express';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Sql } from '../../db/connect.ts';
import { isWorkerAlive } from '../../db/workers.ts';

const CHECK_DEADLINE_MS = 2_000;
/** Three heartbeats of a worker. */
const WORKER_SEEN_WITHIN_SECONDS = 15;

interface HealthParts {
  readonly sql: Sql;
  readonly client: Client;
  readonly taskQueue: string;
}

/** Alive, ready, and what Prometheus reads: without a key, as probes have none. */
export function healthRoutes({ sql, client, taskQueue }: HealthParts, metrics: Registry): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', async (_request, response) => {
    const checks = {
      database: await answers(sql`select 1`),
      temporal: await answers(client.connection.workflowService.getSystemInfo({})),
      worker: (await settled(isWorkerAlive(sql, taskQueue, WORKER_SEEN_WITHIN_SECONDS))) === true ? 'ok' : 'no answer',
    };
    const ready = Object.values(checks).every((check) => check === 'ok');
    response.status(ready ? 200 : 503).json({ status: ready ? 'ready' : 'not ready', checks });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics());
  });
  return router;
}

const answers = async (asked: PromiseLike<unknown>): Promise<'ok' | 'no answer'> =>
  (await settled(asked)) === undefined ? 'no answer' : 'ok';

/** The answer, or undefined when there is none in time. */
async function settled<Answer>(asked: PromiseLike<Answer>): Promise<Answer | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), CHECK_DEADLINE_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

/** The process's metrics, and how long each route takes in seconds. */
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
