import { condition } from '@temporalio/workflow';
import type { EntitlementRun } from './entitlement-run.ts';
import type { Envelope, HeardSignal } from './messages.ts';

/** What a message is about: all that must be known before it is decided. */
export interface About {
  readonly cases: readonly string[];
  readonly keys: readonly string[];
}

/** A message is about up to 500 cases; with this many signals a load stays below 1 MB. */
const MAX_MESSAGES_PER_LOAD = 1_000;

interface Waiting {
  readonly about: About;
  readonly decide: () => void;
  /** Set for a signal: nobody waits for its answer, and a next run can decide it. */
  readonly signal?: HeardSignal;
}

/**
 * Messages in the order in which they came. One that is about nothing forgotten is decided at once, in its handler.
 * Any other waits until the forgotten is loaded, and what comes after it waits behind it.
 */
export class Inbox {
  private readonly run: EntitlementRun;
  private waiting: Waiting[] = [];
  private closing = false;

  constructor(run: EntitlementRun) {
    this.run = run;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** True when a message can be decided right now. */
  isOpenFor(about: About, envelope: Partial<Envelope>, needsEntitlement = true): boolean {
    return this.isEmpty && (this.run.exists || !needsEntitlement) && this.run.knows(about, envelope.knowledge);
  }

  /** Decides now and answers, or answers later. `decide` runs once, never in the middle of another message. */
  take<Answer>(
    about: About,
    envelope: Partial<Envelope>,
    decide: () => Answer,
    needsEntitlement = true,
  ): Answer | Promise<Answer> {
    const whole = () => {
      this.run.hear(envelope);
      return decide();
    };
    return this.isOpenFor(about, envelope, needsEntitlement) ? whole() : this.later(about, whole);
  }

  /** A signal is decided now, or waits without anybody waiting for it. */
  leave(about: About, signal: HeardSignal, decide: () => void): void {
    if (this.isOpenFor(about, {})) decide();
    else this.waiting.push({ about, decide, signal });
  }

  /** While the run ends, an update that could not be decided at once is not taken: its sender asks again. */
  close(closing: boolean): void {
    this.closing = closing;
  }

  turnsAway(about: About, envelope: Partial<Envelope>): boolean {
    return this.closing && !this.isOpenFor(about, envelope);
  }

  /** The signals that wait, for the next run. */
  get signals(): readonly HeardSignal[] {
    return this.waiting.flatMap(({ signal }) => (signal === undefined ? [] : [signal]));
  }

  private async later<Answer>(about: About, decide: () => Answer): Promise<Answer> {
    let outcome: { answer: Answer } | { failure: unknown } | undefined;
    this.waiting.push({
      about,
      decide: () => {
        try {
          outcome = { answer: decide() };
        } catch (failure) {
          outcome = { failure };
        }
      },
    });
    await condition(() => outcome !== undefined);
    if (outcome === undefined) throw new TypeError('A waiting message was not decided.');
    if ('failure' in outcome) throw outcome.failure;
    return outcome.answer;
  }

  /** All that the first waiting messages are about, and how many they are: as many as one load may be asked for. */
  wanted(): About & { count: number } {
    const first = this.waiting.slice(0, MAX_MESSAGES_PER_LOAD);
    return {
      cases: [...new Set(first.flatMap(({ about }) => about.cases))],
      keys: [...new Set(first.flatMap(({ about }) => about.keys))],
      count: first.length,
    };
  }

  /** Decides the first `count` messages: what they are about has been loaded. */
  decideFirst(count: number): void {
    for (const { decide } of this.waiting.splice(0, count)) decide();
  }
}
