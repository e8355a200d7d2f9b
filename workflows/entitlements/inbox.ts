import { condition, patched } from '@temporalio/workflow';
import { countWithin } from '../messages/bytes.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import type { Envelope, HeardSignal } from './messages.ts';

/** What a message is about: all that must be known before it is decided. */
export interface About {
  readonly cases: readonly string[];
  readonly keys: readonly string[];
  /** Its keys count once in all ledgers: whether another entitlement knows them must be known, too. */
  readonly everywhere?: boolean;
  /**
   * It finishes a move, and messages about cases that move in wait for that. It waits behind no other message, or two
   * entitlements could wait for each other.
   */
  readonly passes?: boolean;
}

const MAX_MESSAGES_PER_LOAD = 1_000;
/** Cases and keys in one load: with the longest of them it stays below 512 KiB. As many signals are about as many. */
const MAX_NAMES_PER_LOAD = 2_000;

export interface Waiting {
  readonly about: About;
  readonly envelope: Partial<Envelope>;
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
  private readonly task: () => number;
  private readonly asksEverywhere: () => boolean;
  private waiting: Waiting[] = [];
  private closed = false;
  private taskOfLastSignal = -1;
  private decided = 0;

  /**
   * `task` numbers the workflow task that runs now. `asksEverywhere` is false where the history was written by code that
   * asked the own ledger alone; it is called only where that makes a difference.
   */
  constructor(run: EntitlementRun, task: () => number, asksEverywhere: () => boolean = () => true) {
    this.run = run;
    this.task = task;
    this.asksEverywhere = asksEverywhere;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** While the run ends, signals wait for the next run, and updates are not taken: their senders ask again. */
  get isClosed(): boolean {
    return this.closed;
  }

  /** How many signals this run has decided; not those that only wait, or each run would end without one decision. */
  get signalsDecided(): number {
    return this.decided;
  }

  /** Whether the task that runs now brought no signal: one that comes during it would have the server try it again. */
  get isQuiet(): boolean {
    return this.taskOfLastSignal !== this.task();
  }

  /** True when a message can be decided right now. */
  isOpenFor(about: About, envelope: Partial<Envelope>, needsEntitlement = true): boolean {
    if (!this.run.exists && needsEntitlement) return false;
    if (!this.isKnown({ about, envelope })) return false;
    return this.isEmpty || (about.passes === true && this.asksEverywhere());
  }

  /** Whether all that the message is about is known, so that nothing has to be loaded. */
  private isKnown(message: Pick<Waiting, 'about' | 'envelope'>): boolean {
    const { about, envelope } = message;
    return this.run.memory.knows(about, envelope.knowledge) && !this.isAboutOtherLedgers(message);
  }

  private isAboutOtherLedgers({ about, envelope: { knowledge } }: Pick<Waiting, 'about' | 'envelope'>): boolean {
    if (about.everywhere !== true || this.run.memory.isVouchedFor(about, knowledge)) return false;
    return this.asksEverywhere();
  }

  /** Decides now and answers, or answers later. `decide` runs once, never in the middle of another message. */
  take<Answer>(
    about: About,
    envelope: Partial<Envelope>,
    decide: () => Answer,
    needsEntitlement = true,
  ): Answer | Promise<Answer> {
    const hearing = (heard: Partial<Envelope>) => () => {
      this.run.memory.hear(heard);
      return decide();
    };
    if (this.isOpenFor(about, envelope, needsEntitlement)) return hearing(envelope)();
    // What waits is loaded from PostgreSQL, whatever the sender knew of it when it asked.
    const { knowledge: _outdated, ...rest } = envelope;
    return this.later(about, rest, hearing(rest));
  }

  /** A signal is decided now, or waits without anybody waiting for it. */
  leave(about: About, signal: HeardSignal, decide: () => void): void {
    this.taskOfLastSignal = this.task();
    const decideIt = () => {
      this.decided += 1;
      decide();
    };
    if (!this.closed && this.isOpenFor(about, {})) decideIt();
    else this.waiting.push({ about, envelope: {}, decide: decideIt, signal });
  }

  close(): void {
    this.closed = true;
  }

  /** Goes on: the signals that came meanwhile are decided now, up to the first that is about something forgotten. */
  open(): void {
    this.closed = false;
    const stop = this.waiting.findIndex((message) => message.signal === undefined || !this.isKnown(message));
    for (const { decide } of this.waiting.splice(0, stop === -1 ? this.waiting.length : stop)) decide();
  }

  /** The signals that wait, for the next run. */
  get signals(): readonly HeardSignal[] {
    return this.waiting.flatMap(({ signal }) => (signal === undefined ? [] : [signal]));
  }

  private async later<Answer>(about: About, envelope: Partial<Envelope>, decide: () => Answer): Promise<Answer> {
    let outcome: { answer: Answer } | { failure: unknown } | undefined;
    this.waiting.push({
      about,
      envelope,
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

  /** The first waiting messages, as many as one load may be asked for, and all that they are about. */
  wanted(): Required<Omit<About, 'passes'>> & { messages: ReadonlySet<Waiting> } {
    const first = this.firstToLoad();
    return {
      everywhere: first.some((message) => this.isAboutOtherLedgers(message)),
      cases: [...new Set(first.flatMap(({ about }) => about.cases))],
      keys: [...new Set(first.flatMap(({ about }) => about.keys))],
      messages: new Set(first),
    };
  }

  /** Older code took messages by their number alone; a replay of what it did takes as many. */
  private firstToLoad(): readonly Waiting[] {
    const byNumber = this.waiting.slice(0, MAX_MESSAGES_PER_LOAD);
    const limits = { most: MAX_MESSAGES_PER_LOAD, size: MAX_NAMES_PER_LOAD };
    const count = countWithin(byNumber, limits, ({ about }) => about.cases.length + about.keys.length);
    return count < byNumber.length && patched('loads-are-cut-by-names') ? byNumber.slice(0, count) : byNumber;
  }

  /** Decides those of the messages that still wait: what they are about has been loaded. */
  decide(messages: ReadonlySet<Waiting>): void {
    const loaded = this.waiting.filter((message) => messages.has(message));
    this.waiting = this.waiting.filter((message) => !messages.has(message));
    for (const { decide } of loaded) decide();
  }
}
