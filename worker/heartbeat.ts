import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection } from '@temporalio/worker';
import type { Sql } from '../db/postgres/sql.ts';
import { forgetWorker, sayAlive } from '../db/postgres/workers.ts';
import type { Logger } from '../runtime/logger.ts';

/** Readiness looks for a worker seen within four of these. */
const HEARTBEAT_MS = 1_500;
/** Temporal answers a question about its version within milliseconds; past this it is taken for away. */
const TEMPORAL_ANSWERS_WITHIN_MS = 2_000;
/** One question can fail because the machine is busy. */
const FAILURES_BEFORE_RENEWAL = 2;

interface HeartbeatParts {
  readonly sql: Sql;
  readonly id: string;
  readonly taskQueue: string;
  /** The connection by which the worker polls. */
  readonly connection: () => NativeConnection | undefined;
  /** Has the worker go on with another connection. */
  readonly renew: () => void;
  readonly log: Logger;
}

/** Says in the database that this worker polls, as long as Temporal answers on the worker's own connection. */
export class Heartbeat {
  readonly #parts: HeartbeatParts;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #failures = 0;
  #isSilent = false;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#running = this.#run();
  }

  /** Readiness learns at once that this worker is gone. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await forgetWorker(this.#parts.sql, this.#parts.id).catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.beat();
      await sleep(HEARTBEAT_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Once, now. Settles in any case. */
  async beat(): Promise<void> {
    const { sql, id, taskQueue, connection, renew } = this.#parts;
    const current = connection();
    if (current === undefined) return;
    try {
      await askTemporal(current);
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#say(error, 'no heartbeat: Temporal does not answer the worker');
      if (this.#failures % FAILURES_BEFORE_RENEWAL === 0) renew();
      return;
    }
    await sayAlive(sql, id, taskQueue).then(
      () => {
        this.#isSilent = false;
      },
      (error: unknown) => this.#say(error, 'no heartbeat: the database does not answer'),
    );
  }

  /** Once for each time that it goes away. */
  #say(err: unknown, message: string): void {
    if (!this.#isSilent) this.#parts.log.warn({ err }, message);
    this.#isSilent = true;
  }
}

const askTemporal = (connection: NativeConnection): Promise<unknown> =>
  connection.withDeadline(Date.now() + TEMPORAL_ANSWERS_WITHIN_MS, () => connection.workflowService.getSystemInfo({}));
