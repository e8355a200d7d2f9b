import { ApplicationFailure, condition, patched } from '@temporalio/workflow';
import { countWithin } from '../messages/bytes.ts';
import type { About } from './about.ts';
import type { ReceivedSignal } from './case-messages.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { type Envelope, HANDING_OVER } from './messages.ts';

const MAX_MESSAGES_PER_LOAD = 1_000;
/** Cases and keys in one load: with the longest names it stays below 512 KiB. A thousand signals name as many. */
const MAX_NAMES_PER_LOAD = 2_000;

interface Waiting {
  readonly about: About;
  readonly envelope: Partial<Envelope>;
  readonly decide: () => void;
  /** Set for a signal: nobody waits for its answer, so the next run can decide it. */
  readonly signal?: ReceivedSignal;
}

/**
 * The messages in the order in which they came. A message about which nothing was forgotten is decided at once, in its
 * handler. Any other waits until the forgotten is loaded, and what comes after it waits behind it.
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
   * `task` numbers the workflow task that runs now. `asksEverywhere` is false where older code wrote the history, which
   * looked for keys in the entitlement's own ledger alone; it is called only where that makes a difference.
   */
  constructor(run: EntitlementRun, task: () => number, asksEverywhere: () => boolean = () => true) {
    this.run = run;
    this.task = task;
    this.asksEverywhere = asksEverywhere;
  }

  get isEmpty(): boolean {
    return this.waiting.length === 0;
  }

  /** While the run ends, signals wait for the next run, and updates are refused: their senders send them again. */
  get isClosed(): boolean {
    return this.closed;
  }

  /**
   * How many signals this run has decided. Those that wait do not count, or each run would end without one decision.
   */
  get signalsDecided(): number {
    return this.decided;
  }

  /** Whether the workflow task that runs now brought no signal. */
  get isQuiet(): boolean {
    return this.taskOfLastSignal !== this.task();
  }

  /** True when a message can be decided right now. */
  isOpenFor(about: About, envelope: Partial<Envelope>, needsEntitlement = true): boolean {
    if (!this.run.exists && needsEntitlement) return false;
    if (!this.isKnown({ about, envelope })) return false;
    return this.isEmpty || (about.passes === true && this.asksEverywhere());
  }

  /** Whether everything that the message is about is known, so that nothing must be loaded. */
  private isKnown(message: Pick<Waiting, 'about' | 'envelope'>): boolean {
    const { about, envelope } = message;
    return this.run.memory.knows(about, envelope.knowledge) && !this.isAboutOtherLedgers(message);
  }

  private isAboutOtherLedgers({ about, envelope: { knowledge } }: Pick<Waiting, 'about' | 'envelope'>): boolean {
    if (about.everywhere !== true || this.run.memory.areKeysNewElsewhere(about, knowledge)) return false;
    return this.asksEverywhere();
  }

  /**
   * Decides the message now, or later, when what it needs has been loaded. `decide` runs once, and never while another
   * message is being decided.
   */
  take<Answer>(
    about: About,
    envelope: Partial<Envelope>,
    decide: () => Answer,
    needsEntitlement = true,
  ): Answer | Promise<Answer> {
    const learning = (from: Partial<Envelope>) => () => {
      this.run.memory.learn(from);
      return decide();
    };
    if (this.isOpenFor(about, envelope, needsEntitlement)) return learning(envelope)();
    // What the sender read may be outdated when the message is decided: it is loaded from PostgreSQL instead.
    const { knowledge: _outdated, ...rest } = envelope;
    return this.later(about, rest, learning(rest));
  }

  /** Decides a signal now, or lets it wait. */
  leave(about: About, signal: ReceivedSignal, decide: () => void): void {
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

  /** Throws the failure by which the sender of an update knows that it must send it again, to the next run. */
  assertOpen(): void {
    if (!this.closed) return;
    throw ApplicationFailure.create({ message: 'The run is just ending.', type: HANDING_OVER, nonRetryable: true });
  }

  /** Opens the inbox again, and decides waiting signals until one needs data that must first be loaded. */
  open(): void {
    this.closed = false;
    const stop = this.waiting.findIndex((message) => message.signal === undefined || !this.isKnown(message));
    for (const { decide } of this.waiting.splice(0, stop === -1 ? this.waiting.length : stop)) decide();
  }

  /** The signals that wait, for the next run. */
  get signals(): readonly ReceivedSignal[] {
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

  /** The first waiting messages, as many as one load can serve, and everything that they are about. */
  wanted(): Required<Omit<About, 'passes'>> & { messages: ReadonlySet<Waiting> } {
    const first = this.firstToLoad();
    return {
      everywhere: first.some((message) => this.isAboutOtherLedgers(message)),
      cases: [...new Set(first.flatMap(({ about }) => about.cases))],
      keys: [...new Set(first.flatMap(({ about }) => about.keys))],
      messages: new Set(first),
    };
  }

  /** Older code limited this by the number of messages only, so a replay must do the same. */
  private firstToLoad(): readonly Waiting[] {
    const byNumber = this.waiting.slice(0, MAX_MESSAGES_PER_LOAD);
    const limits = { most: MAX_MESSAGES_PER_LOAD, size: MAX_NAMES_PER_LOAD };
    const count = countWithin(byNumber, limits, ({ about }) => about.cases.length + about.keys.length);
    return count < byNumber.length && patched('loads-are-cut-by-names') ? byNumber.slice(0, count) : byNumber;
  }

  /** Decides these messages, unless they were decided meanwhile. What they are about has been loaded. */
  decide(messages: ReadonlySet<Waiting>): void {
    const loaded = this.waiting.filter((message) => messages.has(message));
    this.waiting = this.waiting.filter((message) => !messages.has(message));
    for (const { decide } of loaded) decide();
  }
}
