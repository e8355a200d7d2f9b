import type { NativeConnection, Worker } from '@temporalio/worker';
import { type Clock, pause, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 2_000;

/** The workers that share one connection to Temporal. They end together. */
export interface ConnectedWorkers {
  readonly connection: Pick<NativeConnection, 'close'>;
  readonly workers: readonly Pick<Worker, 'run' | 'shutdown' | 'getState'>[];
}

interface LastingWorkersParts<Connected extends ConnectedWorkers> {
  /** Connects and makes the workers; rejects when Temporal does not answer. */
  readonly make: () => Promise<Connected>;
  readonly log: Pick<Logger, 'error'>;
  readonly clock?: Clock;
}

/**
 * Keeps workers running until `stop`. When they cannot be made because Temporal is away, when they end with an error,
 * or when `renew` says that their connection is dead, it makes new ones on a new connection. After a failure it waits 1
 * s, and 2 s after each further one.
 */
export class LastingWorkers<Connected extends ConnectedWorkers> {
  /** Resolves once the first workers poll, or once `stop` was called before. */
  readonly started: Promise<void>;
  /** Resolves after `stop`, once the tasks under way are done. */
  readonly finished: Promise<void>;
  readonly #parts: LastingWorkersParts<Connected>;
  readonly #stopping = new AbortController();
  #current: Connected | undefined;
  #isStarted: () => void = () => undefined;
  #retire: () => void = () => undefined;

  constructor(parts: LastingWorkersParts<Connected>) {
    this.#parts = parts;
    this.started = new Promise((resolve) => {
      this.#isStarted = resolve;
    });
    this.finished = this.#run();
  }

  /** The connection by which the workers poll; undefined while there are none. */
  get connection(): Connected['connection'] | undefined {
    return this.#current?.connection;
  }

  /**
   * Begins again on another connection at once. Temporal's native client keeps a silent connection for 45 seconds;
   * during that time the old workers end in the background, and the new ones get the tasks that they held.
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
    const { make, log, clock = systemClock } = this.#parts;
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        const connected = await make();
        failures = 0;
        await this.#live(connected);
      } catch (error) {
        failures += 1;
        if (!signal.aborted) log.error({ err: error }, 'the worker cannot run; it is started again');
      }
      if (failures > 0) await pause(clock, Math.min(FIRST_WAIT_MS * 2 ** failures, LONGEST_WAIT_MS), signal);
    }
  }

  /** Resolves once the workers have ended or were retired; rejects with the error that ended them. */
  async #live(connected: Connected): Promise<void> {
    this.#current = connected;
    const retired = new Promise<void>((resolve) => {
      this.#retire = resolve;
    });
    const ended = untilEnded(connected);
    this.#isStarted();
    if (this.#stopping.signal.aborted) this.stop();
    try {
      await Promise.race([ended, retired]);
    } finally {
      this.#current = undefined;
      for (const worker of connected.workers) shutDown(worker);
      // Retired workers may still fail, but nobody waits for them.
      ended.catch(() => undefined);
    }
  }
}

async function untilEnded({ connection, workers }: ConnectedWorkers): Promise<void> {
  const running = workers.map((worker) => worker.run());
  try {
    await Promise.all(running);
  } finally {
    // When one fails, the others end too, because they share the connection.
    for (const worker of workers) shutDown(worker);
    await Promise.allSettled(running);
    await connection.close().catch(() => undefined);
  }
}

function shutDown(worker: Pick<Worker, 'shutdown' | 'getState'>): void {
  if (worker.getState() === 'RUNNING') worker.shutdown();
}
