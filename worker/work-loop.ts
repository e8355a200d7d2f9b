import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

/** The longest that work waits when no wake-up arrives: the connection that listens may be away. */
const POLL_MS = 1_500;

interface WorkLoopParts {
  /** Calls back at each wake-up. Rejects when there will be none. */
  readonly listen: (onWakeUp: () => void) => Promise<void>;
  /** Does what is due now, and answers how much that was. */
  readonly work: () => Promise<number>;
  readonly log: Pick<Logger, 'warn'>;
  /** What the log says when no wake-ups come, and when the work fails. */
  readonly words: { readonly withoutWakeUps: string; readonly failing: string };
  readonly clock?: Clock | undefined;
}

/**
 * Does work that all workers share. While there is some it goes on at once; otherwise, and after a failure, it waits for
 * a wake-up or for `POLL_MS`. A failure is logged once until the next success.
 */
export class WorkLoop {
  readonly #parts: WorkLoopParts;
  readonly #clock: Clock;
  readonly #running: Promise<void>;
  #isStopping = false;
  #wasWoken = false;
  #wake: () => void = () => undefined;
  #isFailing = false;

  constructor(parts: WorkLoopParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    parts
      .listen(() => this.#wakeUp())
      .catch((error: unknown) => parts.log.warn({ err: error }, parts.words.withoutWakeUps));
    this.#running = this.#run();
  }

  /** Resolves once the work under way is done. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#wakeUp();
    await this.#running;
  }

  #wakeUp(): void {
    this.#wasWoken = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    while (!this.#isStopping) {
      this.#wasWoken = false;
      const done = await this.#work();
      if (done === 0 && !this.#wasWoken) await this.#untilWoken();
    }
  }

  async #untilWoken(): Promise<void> {
    let cancel: () => void = () => undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      cancel = this.#clock.after(POLL_MS, resolve);
    });
    cancel();
  }

  /** 0 after a failure. */
  async #work(): Promise<number> {
    const { work, log, words } = this.#parts;
    try {
      const done = await work();
      this.#isFailing = false;
      return done;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, words.failing);
      this.#isFailing = true;
      return 0;
    }
  }
}
