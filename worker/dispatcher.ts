import type { DeliveryKind } from '../db/deliveries/deliveries.ts';
import type { DueDelivery } from '../db/deliveries/delivery-dispatch.ts';
import type { DispatchStore } from '../db/deliveries/dispatch-store.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';

/** The longest that work waits when no wake-up arrives: the connection that listens may be away. */
const POLL_MS = 1_500;
/** How often deliveries that wait for nothing are looked for. */
const TIDY_EVERY_MS = 60_000;

interface DispatcherParts {
  readonly store: DispatchStore;
  /** Starts the workflow of a delivery. A second start of the same delivery is harmless. */
  readonly start: (delivery: DueDelivery) => Promise<void>;
  readonly log: Pick<Logger, 'warn'>;
  /** Without a mail server, e-mails wait. */
  readonly sendsEmail: boolean;
  /** The most attempts under way at a time for one webhook. */
  readonly perWebhook: number;
  readonly clock?: Clock;
}

/**
 * Turns events into deliveries and starts their workflows. Every worker has one, and they share the work. While there
 * is work it goes on at once; otherwise, and after a failure, it waits for a wake-up or for `POLL_MS`.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #clock: Clock;
  readonly #kinds: readonly DeliveryKind[];
  readonly #running: Promise<void>;
  #isStopping = false;
  #wasWoken = false;
  #wake: () => void = () => undefined;
  #isFailing = false;
  #tidiedAt = 0;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#kinds = parts.sendsEmail ? ['webhook', 'email'] : ['webhook'];
    parts.store
      .listen(() => this.#wakeUp())
      .catch((error: unknown) => parts.log.warn({ err: error }, 'the dispatcher gets no wake-ups and polls instead'));
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
      const moved = await this.#dispatch();
      if (moved === 0 && !this.#wasWoken) await this.#untilWoken();
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

  /** How many events and deliveries it moved on; 0 after a failure, which is logged once until the next success. */
  async #dispatch(): Promise<number> {
    const { store, start, sendsEmail, perWebhook, log } = this.#parts;
    try {
      await this.#tidy();
      const events = await store.dispatchEvents();
      if (!sendsEmail) await store.holdEmails();
      const deliveries = await store.dispatchDeliveries({ kinds: this.#kinds, atATime: perWebhook }, start);
      this.#isFailing = false;
      return events + deliveries;
    } catch (error) {
      if (!this.#isFailing) log.warn({ err: error }, 'deliveries wait, because they cannot be dispatched');
      this.#isFailing = true;
      return 0;
    }
  }

  async #tidy(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#tidiedAt < TIDY_EVERY_MS) return;
    await this.#parts.store.tidyDeliveries();
    this.#tidiedAt = now;
  }
}
