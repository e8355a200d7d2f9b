import { type EpochMs, isCivilDate } from '../../domain/calendar.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { type Decided, isRefused, type Refusal } from '../../domain/refusals.ts';
import {
  decideRenewal,
  followed,
  type Hearers,
  isOver,
  isToBeTold,
  nextStep,
  opened,
  type Renewal,
  type RenewalDecision,
  type RenewalNews,
  type RenewalStep,
  stepped,
} from '../../domain/renewals/renewal-course.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import {
  type AcceptMessage,
  contentOf,
  type RecalledRenewal,
  type RenewalAnswer,
  type RenewalInput,
  type RenewalStepTaken,
  type RevivedRenewalInput,
  type StepDecided,
} from './renewal-messages.ts';

/** A step that waits to be written down and told; an acceptance makes its successor first. */
export interface Work {
  readonly taken: StepDecided;
  readonly accept: AcceptMessage | null;
  /** The renewal before the step. */
  readonly before: Renewal;
}

/** One renewal in the memory of its workflow. What it decides waits as work, done one after the other. */
export class RenewalRun {
  private kept: Renewal | undefined;
  /** The entitlement's time when it began: a renewal's own clock may be behind it. */
  private beganAt: EpochMs = 0;
  private seq = 0;
  private successor: EntitlementId | null = null;
  private readonly work: Work[] = [];
  private readonly answers = new Map<string, { readonly content: string; readonly seq: number }>();
  private readonly refusals = new Map<number, Refusal>();
  private doneThrough = 0;
  private lastNews: RenewalNews | undefined;
  private details: EntitlementDetails | undefined;
  /** A renewal that was to be brought back, and has no record. */
  isUnknown = false;

  /** One that is brought back is ready once its record is restored. */
  constructor(input: RenewalInput | RevivedRenewalInput) {
    if ('revive' in input) return;
    this.beganAt = input.at;
    this.details = input.details;
    this.kept = opened(input, input.at);
  }

  get isReady(): boolean {
    return this.kept !== undefined;
  }

  /**
   * Goes on from the record of a renewal whose workflow had ended too early: an acceptance that its entitlement had
   * taken is finished, else what became of the entitlement counts.
   */
  restore({ renewal, seq, successorId, at, news, decided, accepted }: RecalledRenewal, clock: EpochMs): void {
    const heard = this.lastNews;
    this.kept = renewal;
    this.beganAt = at;
    this.seq = seq;
    this.doneThrough = seq;
    this.successor = successorId;
    this.details = news.details;
    if (decided !== null) this.answers.set(decided.key, { content: decided.content, seq });
    const now = this.now(clock);
    if (accepted !== null && !isOver(renewal)) {
      const { by, reason, key } = accepted;
      this.kept = { ...renewal, stage: 'accepted', by, reason };
      this.take('accepted', now, renewal, accepted, { key, content: contentOf({ kind: 'accept', by, reason }, null) });
    }
    this.follow(news, now);
    if (heard !== undefined) this.follow(heard, now);
  }

  private get current(): Renewal {
    if (this.kept === undefined) throw new TypeError('The renewal is being brought back.');
    return this.kept;
  }

  private get entitlementDetails(): EntitlementDetails {
    if (this.details === undefined) throw new TypeError('The renewal is being brought back.');
    return this.details;
  }

  get answer(): RenewalAnswer {
    return { renewal: this.current, successorId: this.successor };
  }

  get isOver(): boolean {
    return isOver(this.current) && this.work.length === 0;
  }

  /** The entitlement's time where that is ahead of this workflow's clock. */
  now(clock: EpochMs): EpochMs {
    return Math.max(clock, this.beganAt);
  }

  nextDue(): EpochMs {
    return nextStep(this.current)?.at ?? Number.POSITIVE_INFINITY;
  }

  get nextWork(): Work | undefined {
    return this.work[0];
  }

  /** Takes what is due by now, in its order. */
  passTime(now: EpochMs): void {
    for (let next = nextStep(this.current); next !== null && next.at <= now; next = nextStep(this.current)) {
      const before = this.current;
      this.kept = stepped(before, next.step);
      this.take(next.step, next.at, before);
    }
  }

  follow(news: RenewalNews, now: EpochMs): void {
    const { startDate, endDate } = news.details;
    // Anybody who reaches Temporal can send news; with such dates no step could be written down.
    if (!isCivilDate(startDate) || !isCivilDate(endDate)) return;
    this.lastNews = news;
    const before = this.kept;
    // What comes before the record is restored counts then.
    if (before === undefined) return;
    const after = followed(before, news);
    this.kept = after;
    if (after.stage === 'withdrawn' && before.stage !== 'withdrawn') this.take('withdrawn', now, before);
    if (isOver(after) || after.isPaused || isSame(this.entitlementDetails, news.details)) return;
    this.details = news.details;
    if (after.done.includes('notice')) this.take('revised', now, before);
  }

  /** What is to be written and told of a step as things are now, which may be long after it was due. */
  tellingOf({ taken }: Work, successorId: EntitlementId | null, now: EpochMs): RenewalStepTaken {
    return { ...taken, toldAt: now, details: this.entitlementDetails, tells: this.hearersOf(taken), successorId };
  }

  private hearersOf({ step, seq }: StepDecided): Hearers {
    if (!BY_TIME.includes(step)) return 'everybody';
    if (!isToBeTold(this.current)) return 'nobody';
    const isLatest = !this.work.some(({ taken }) => taken.seq > seq && BY_TIME.includes(taken.step));
    return isLatest ? 'everybody' : 'programs';
  }

  /** Whether what was to be told is overtaken, so that it is to be told otherwise, or not at all. */
  isOvertaken(work: Work, telling: RenewalStepTaken): boolean {
    if (!BY_TIME.includes(work.taken.step)) return false;
    return telling.tells !== this.hearersOf(work.taken) || telling.details !== this.details;
  }

  /** Why the decision cannot be taken; the same key again is no problem. */
  refusalOf(key: string, decision: RenewalDecision, now: EpochMs): Refusal | undefined {
    if (this.answers.has(key)) return undefined;
    const decided = decideRenewal(this.current, decision, now);
    return isRefused(decided) ? decided.refused : undefined;
  }

  /** Decides once by the key; the number of the step that it waits for. */
  decide(
    { key }: { key: string },
    decision: RenewalDecision,
    now: EpochMs,
    accept: AcceptMessage | null = null,
  ): Decided<{ seq: number }> {
    const content = contentOf(decision, accept?.changes ?? null);
    const first = this.answers.get(key);
    if (first !== undefined)
      return first.content === content
        ? { seq: first.seq }
        : { refused: { code: 'idempotency_conflict', detail: `The key ${key} came before with other content.` } };
    const decided = decideRenewal(this.current, decision, now);
    if (isRefused(decided)) return decided;
    const before = this.current;
    this.kept = decided;
    const step = ({ accept: 'accepted', decline: 'declined', snooze: 'snoozed' } as const)[decision.kind];
    const seq = this.take(step, now, before, accept, { key, content });
    this.answers.set(key, { content, seq });
    return { seq };
  }

  isDone(seq: number): boolean {
    return this.doneThrough >= seq;
  }

  /** The first work is done; an acceptance has its successor. */
  finish({ taken }: Work, successorId: EntitlementId | null): void {
    this.successor = successorId ?? this.successor;
    this.doneThrough = taken.seq;
    this.work.shift();
  }

  /**
   * The entitlement would not have the successor: it is being edited, or was renewed or canceled at the same moment, which it
   * tells by itself. The renewal is as it was before.
   */
  acceptanceRefused(work: Work, refused: Refusal, now: EpochMs): void {
    const { stage, by, reason } = work.before;
    const { current } = this;
    this.kept = current.stage === 'accepted' ? { ...current, stage, by, reason } : current;
    this.refusals.set(work.taken.seq, refused);
    // Nothing was decided: the key may decide anew.
    if (work.accept !== null) this.answers.delete(work.accept.key);
    this.finish(work, null);
    if (this.lastNews !== undefined) this.follow(this.lastNews, now);
  }

  /** Why a decision that had been taken came to nothing. */
  refusalAt(seq: number): Refusal | undefined {
    return this.refusals.get(seq);
  }

  private take(
    step: RenewalStep,
    at: EpochMs,
    before: Renewal,
    accept: AcceptMessage | null = null,
    decided: RenewalStepTaken['decided'] = null,
  ): number {
    this.seq += 1;
    this.work.push({ taken: { step, at, renewal: this.current, seq: this.seq, decided }, accept, before });
    return this.seq;
  }
}

/** What time brings, and what something else may overtake. */
const BY_TIME: readonly RenewalStep[] = ['notice', 'reminder', 'escalation', 'lapsed'];

const isSame = (one: EntitlementDetails, other: EntitlementDetails): boolean =>
  fingerprint([one]) === fingerprint([other]);
