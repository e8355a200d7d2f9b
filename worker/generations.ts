import { setTimeout as sleep } from 'node:timers/promises';
import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Logger } from '../runtime/logger.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 2_000;

/** The workers of one connection to Temporal. */
export interface Generation {
  readonly connection: NativeConnection;
  readonly workers: readonly Worker[];
}

/**
 * Keeps workers running. Where they cannot be made, because Temporal is away, or end by an error, new ones on a new
 * connection take their place; also where their connection says nothing any more (`renew`). The process goes on meanwhile,
 * until `stop`.
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
  #retire: () => void = () => undefined;

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

  /**
   * Begins anew on another connection at once. Temporal's native client keeps a connection that says nothing any more for
   * 45 seconds: so long the old workers end in the background, and what they had in hand comes to the new ones.
   */
  renew(): void {
    this.#retire();
  }

  stop(): void {
    this.#stopping.abort();
    this.#isStarted();
    for (const worker of this.#current?.workers ?? []) shutDown(worker);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const generation = await this.#make();
        failures = 0;
        await this.#live(generation);
      } catch (error) {
        failures += 1;
        if (!signal.aborted) this.#log.error({ err: error }, 'the worker cannot run; it is started again');
      }
      const waitMs = failures === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS);
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Until its workers have ended, or are retired. */
  async #live(generation: Generation): Promise<void> {
    this.#current = generation;
    const retired = new Promise<void>((resolve) => {
      this.#retire = resolve;
    });
    const ended = this.#ended(generation);
    this.#isStarted();
    if (this.#stopping.signal.aborted) this.stop();
    try {
      await Promise.race([ended, retired]);
    } finally {
      this.#current = undefined;
      for (const worker of generation.workers) shutDown(worker);
      // Nobody waits for those that were retired, and how they end is known.
      ended.catch(() => undefined);
    }
  }

  async #ended({ connection, workers }: Generation): Promise<void> {
    const running = workers.map((worker) => worker.run());
    try {
      await Promise.all(running);
    } finally {
      // One that failed ends the others: they share the connection.
      for (const worker of workers) shutDown(worker);
      await Promise.allSettled(running);
      await connection.close().catch(() => undefined);
    }
  }
}

function shutDown(worker: Worker): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
