import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

/** The workers of one connection to Temporal. */
export interface Generation {
  readonly connection: NativeConnection;
  readonly workers: readonly Worker[];
}

/**
 * Keeps workers running: where they cannot be made, because Temporal is away, or end by an error, new ones on a new connection
 * take their place. The process goes on meanwhile, until `stop`.
 */
export class Generations {
  /** The first workers poll. */
  readonly started: Promise<void>;
  /** After `stop`, once running tasks are done. */
  readonly finished: Promise<void>;
  readonly #make: () => Promise<Generation>;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #current: Generation | undefined;
  #isStarted: () => void = () => undefined;

  constructor(make: () => Promise<Generation>, log: Logger) {
    this.#make = make;
    this.#log = log;
    this.started = new Promise((resolve) => {
      this.#isStarted = resolve;
    });
    this.finished = this.#run();
  }

  get connection(): NativeConnection | undefined {
    return this.#current?.connection;
  }

  stop(): void {
    this.#stopping.abort();
    this.#isStarted();
    for (const worker of this.#current?.workers ?? []) shutDown(worker);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await this.#live(await this.#make());
      } catch (error) {
        if (!signal.aborted) this.#log.error({ err: error }, 'the worker cannot run; it is started again');
      }
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #live(generation: Generation): Promise<void> {
    const { connection, workers } = generation;
    this.#current = generation;
    const running = workers.map((worker) => worker.run());
    this.#isStarted();
    if (this.#stopping.signal.aborted) this.stop();
    try {
      await Promise.all(running);
    } finally {
      // One that failed ends the others: they share the connection.
      for (const worker of workers) shutDown(worker);
      await Promise.allSettled(running);
      this.#current = undefined;
      await connection.close().catch(() => undefined);
    }
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
