import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { Router } from 'express';
import { probeWrite } from '../../db/postgres/probes.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { isWorkerAlive } from '../../db/postgres/workers.ts';
import { measureProcess, metrics } from '../../runtime/telemetry/registry.ts';
import { askTemporal } from '../../temporal/connection-link.ts';
import { payloadEncryption } from '../../temporal/encryption/payload-encryption.ts';

const CHECK_DEADLINE_MS = 2_000;
/** Four heartbeats of a worker. */
const WORKER_SEEN_WITHIN_SECONDS = 6;

interface HealthParts {
  readonly sql: Sql;
  readonly client: Client;
  readonly taskQueue: string;
}

type Check = 'ok' | 'no answer' | `missing: ${string}`;

/** The routes of probes and of Prometheus. They need no key, because probes have none. */
export function healthRoutes({ sql, client, taskQueue }: HealthParts): Router {
  measureProcess();
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
    const missing = payloadEncryption().missingKeys;
    const payloadKeys: Check = missing.length === 0 ? 'ok' : `missing: ${missing.join(', ')}`;
    const checks = { database, temporal, worker: alive, payloadKeys };
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
