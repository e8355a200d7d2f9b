import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Logger } from '../runtime/logger.ts';

/** Often enough that the answer is at most seconds old, and seldom enough to cost nothing. */
const CHECK_EVERY_MS = 1_000;
/** Temporal answers this question within milliseconds; after this time it counts as away. */
const CHECK_WITHIN_MS = 2_000;
/**
 * One check can fail because the machine is busy. From this many failures in a row on, each check gets a new
 * connection.
 */
const FAILURES_BEFORE_RENEWAL = 2;

/** A client, or a worker's connection in the same form. */
interface Connected {
  readonly connection: Pick<Client['connection'], 'withDeadline' | 'workflowService'>;
}

/**
 * Asks Temporal for its version, which needs nothing but the connection. Rejects when no answer comes within
 * `withinMs`.
 */
export const askTemporal = ({ connection }: Connected, withinMs = CHECK_WITHIN_MS): Promise<unknown> =>
  connection.withDeadline(Date.now() + withinMs, () => connection.workflowService.getSystemInfo({}));

/** Checks every second whether Temporal answers a client, and replaces the client's connection when it does not. */
export class TemporalLink {
  readonly #client: Client;
  readonly #renew: () => void;
  readonly #log: Logger;
  readonly #stopping = new AbortController();
  #isUp = true;
  #whenUp: (() => void)[] = [];

  constructor(client: Client, renew: () => void, log: Logger) {
    this.#client = client;
    this.#renew = renew;
    this.#log = log;
    void this.#watch();
  }

  /** Whether Temporal answered the last check. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** Resolves once Temporal answers, or after `stop`. */
  async up(): Promise<void> {
    if (!this.#isUp && !this.#stopping.signal.aborted) await new Promise<void>((resolve) => this.#whenUp.push(resolve));
  }

  stop(): void {
    this.#stopping.abort();
    this.#wake();
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    for (let failures = 0; !signal.aborted; ) {
      const error = await askTemporal(this.#client).then(
        () => undefined,
        (reason: unknown) => reason ?? new Error('no answer'),
      );
      if (signal.aborted) return;
      failures = error === undefined ? 0 : failures + 1;
      this.#note(error === undefined, error);
      if (failures >= FAILURES_BEFORE_RENEWAL) this.#renew();
      await sleep(CHECK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  #note(isUp: boolean, err: unknown): void {
    if (isUp !== this.#isUp) {
      if (isUp) this.#log.info('Temporal answers again');
      else this.#log.warn({ err }, 'Temporal does not answer');
    }
    this.#isUp = isUp;
    if (isUp) this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#whenUp.splice(0)) resolve();
  }
}
