import type { DeliveryKind } from '../db/deliveries/deliveries.ts';
import type { DueDelivery } from '../db/deliveries/delivery-dispatch.ts';
import type { DispatchStore } from '../db/deliveries/dispatch-store.ts';
import { type Clock, systemClock } from '../runtime/clock.ts';
import type { Logger } from '../runtime/logger.ts';
import { WorkLoop } from './work-loop.ts';

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

/** Turns events into deliveries and starts their workflows. Every worker has one, and they share the work. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #clock: Clock;
  readonly #kinds: readonly DeliveryKind[];
  readonly #loop: WorkLoop;
  #tidiedAt = 0;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#kinds = parts.sendsEmail ? ['webhook', 'email'] : ['webhook'];
    this.#loop = new WorkLoop({
      listen: (onWakeUp) => parts.store.listen(onWakeUp),
      work: () => this.#dispatch(),
      log: parts.log,
      words: {
        withoutWakeUps: 'the dispatcher gets no wake-ups and polls instead',
        failing: 'deliveries wait, because they cannot be dispatched',
      },
      clock: this.#clock,
    });
  }

  /** Resolves once the work under way is done. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** How many events and deliveries it moved on. */
  async #dispatch(): Promise<number> {
    const { store, start, sendsEmail, perWebhook } = this.#parts;
    await this.#tidy();
    const events = await store.dispatchEvents();
    if (!sendsEmail) await store.holdEmails();
    return events + (await store.dispatchDeliveries({ kinds: this.#kinds, atATime: perWebhook }, start));
  }

  async #tidy(): Promise<void> {
    const now = this.#clock.now();
    if (now - this.#tidiedAt < TIDY_EVERY_MS) return;
    await this.#parts.store.tidyDeliveries();
    this.#tidiedAt = now;
  }
}
