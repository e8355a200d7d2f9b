import { type Clock, pause, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

/** Readiness looks for a worker that was seen within four of these intervals. */
const HEARTBEAT_MS = 1_500;
/** One question can fail because the machine is busy. */
const FAILURES_BEFORE_RENEWAL = 2;

interface HeartbeatParts {
  /** Where the worker records that it polls. */
  readonly record: {
    sayAlive(): Promise<void>;
    forget(): Promise<void>;
  };
  /** Asks Temporal on the connection by which the worker polls; undefined while the worker has no connection. */
  readonly askTemporal: () => Promise<unknown> | undefined;
  /** The ids of keys that the worker needed lately and does not have. While there are any, it does not count as alive. */
  readonly missingKeys: () => readonly string[];
  /** Makes the worker go on with another connection. */
  readonly renew: () => void;
  readonly log: Pick<Logger, 'warn'>;
  readonly clock?: Clock;
}

/**
 * Records every `HEARTBEAT_MS` that this worker polls, as long as Temporal answers on the worker's own connection.
 * After two questions in a row without an answer it renews that connection, and again after each two more.
 */
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

  /** Removes the record of the worker, so that readiness knows at once that it is gone. Never rejects. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    await this.#parts.record.forget().catch(() => undefined);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.beat();
      await pause(this.#parts.clock ?? systemClock, HEARTBEAT_MS, signal);
    }
  }

  /** One heartbeat, now. Never rejects. */
  async beat(): Promise<void> {
    const { record, askTemporal, missingKeys, renew } = this.#parts;
    const missing = missingKeys();
    if (missing.length > 0) {
      this.#warnOnce(undefined, `no heartbeat: ALLOT_PAYLOAD_KEYS lacks the key ${missing.join(', ')}`);
      return;
    }
    try {
      const answer = askTemporal();
      if (answer === undefined) return;
      await answer;
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#warnOnce(error, 'no heartbeat: Temporal does not answer the worker');
      if (this.#failures % FAILURES_BEFORE_RENEWAL === 0) renew();
      return;
    }
    await record.sayAlive().then(
      () => {
        this.#isSilent = false;
      },
      (error: unknown) => this.#warnOnce(error, 'no heartbeat: the database does not answer'),
    );
  }

  /** Logs the first failure after a success, and none of those that follow it. */
  #warnOnce(err: unknown, message: string): void {
    if (!this.#isSilent) this.#parts.log.warn({ err }, message);
    this.#isSilent = true;
  }
}
