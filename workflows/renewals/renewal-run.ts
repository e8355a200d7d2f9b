import { type EpochMs, isCivilDate } from '../../domain/calendar.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { type Decided, isRefused, type Refusal } from '../../domain/refusals.ts';
import { type Audience, audienceOf, isTimed } from '../../domain/renewals/audience.ts';
import {
  followed,
  isOver,
  nextStep,
  opened,
  type Renewal,
  type RenewalNews,
  stepped,
} from '../../domain/renewals/renewal-course.ts';
import { DECISION_STEP, decideRenewal, type RenewalDecision } from '../../domain/renewals/renewal-decision.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { DecisionMemory } from './decision-memory.ts';
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
import { StepQueue, type Work } from './step-queue.ts';

/**
 * One renewal in the memory of its workflow. The steps that it decides on wait as work, which is done one after the
 * other.
 */
export class RenewalRun {
  private kept: Renewal | undefined;
  /** The entitlement's time when the renewal began. The renewal's own clock may be behind it. */
  private beganAt: EpochMs = 0;
  private successor: EntitlementId | null = null;
  private readonly queue = new StepQueue();
  private readonly decisions = new DecisionMemory();
  private lastNews: RenewalNews | undefined;
  private details: EntitlementDetails | undefined;
  /** The workflow was started to revive a renewal that has no record. */
  isUnknown = false;

  /** A renewal that is revived is ready once `restore` was called. */
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
   * Continues from the record of a renewal whose workflow ended too early. An acceptance that the entitlement has
   * already taken is finished; otherwise the renewal follows what became of the entitlement.
   */
  restore({ renewal, seq, successorId, at, news, decided, accepted }: RecalledRenewal, clock: EpochMs): void {
    const newsMeanwhile = this.lastNews;
    this.kept = renewal;
    this.beganAt = at;
    this.queue.continueAfter(seq);
    this.successor = successorId;
    this.details = news.details;
    if (decided !== null) this.decisions.remember(decided.key, decided.content, seq);
    const now = this.now(clock);
    if (accepted !== null && !isOver(renewal)) {
      const { by, reason, key } = accepted;
      const after: Renewal = { ...renewal, stage: 'accepted', by, reason };
      this.kept = after;
      const decision = { key, content: contentOf({ kind: 'accept', by, reason }, null) };
      this.queue.add({
        step: 'accepted',
        at: now,
        before: renewal,
        renewal: after,
        accept: accepted,
        decided: decision,
      });
    }
    this.follow(news, now);
    if (newsMeanwhile !== undefined) this.follow(newsMeanwhile, now);
  }

  private get current(): Renewal {
    if (this.kept === undefined) throw new TypeError('The renewal is not restored yet.');
    return this.kept;
  }

  private get entitlementDetails(): EntitlementDetails {
    if (this.details === undefined) throw new TypeError('The renewal is not restored yet.');
    return this.details;
  }

  get answer(): RenewalAnswer {
    return { renewal: this.current, successorId: this.successor };
  }

  get isOver(): boolean {
    return isOver(this.current) && this.queue.isEmpty;
  }

  /** The workflow's clock, or the entitlement's time if that is ahead. */
  now(clock: EpochMs): EpochMs {
    return Math.max(clock, this.beganAt);
  }

  /** When the calendar brings the next step; infinity if it brings none. */
  nextDue(): EpochMs {
    return nextStep(this.current)?.at ?? Number.POSITIVE_INFINITY;
  }

  get nextWork(): Work | undefined {
    return this.queue.next;
  }

  /** Takes the steps that are due by now, in their order. */
  passTime(now: EpochMs): void {
    for (let next = nextStep(this.current); next !== null && next.at <= now; next = nextStep(this.current)) {
      const before = this.current;
      const after = stepped(before, next.step);
      this.kept = after;
      this.queue.add({ ...next, before, renewal: after });
    }
  }

  /** Follows what became of the entitlement. News that comes before the record is restored counts once it is. */
  follow(news: RenewalNews, now: EpochMs): void {
    const { startDate, endDate } = news.details;
    // Anybody who reaches Temporal can send news; with such dates no step could be written.
    if (!isCivilDate(startDate) || !isCivilDate(endDate)) return;
    this.lastNews = news;
    const before = this.kept;
    if (before === undefined) return;
    const after = followed(before, news);
    this.kept = after;
    const step = { at: now, before, renewal: after };
    if (after.stage === 'withdrawn' && before.stage !== 'withdrawn') this.queue.add({ ...step, step: 'withdrawn' });
    if (isOver(after) || after.isPaused || isSame(this.entitlementDetails, news.details)) return;
    this.details = news.details;
    if (after.done.includes('notice')) this.queue.add({ ...step, step: 'revised' });
  }

  /** What to write and announce of a step as things are now, which may be long after it was due. */
  announcementOf({ taken }: Work, successorId: EntitlementId | null, now: EpochMs): RenewalStepTaken {
    return { ...taken, toldAt: now, details: this.entitlementDetails, tells: this.audienceOf(taken), successorId };
  }

  /** Whether something has superseded the announcement since it was made, so that it must be made again. */
  isSuperseded({ taken }: Work, announcement: RenewalStepTaken): boolean {
    if (!isTimed(taken.step)) return false;
    return announcement.tells !== this.audienceOf(taken) || announcement.details !== this.details;
  }

  private audienceOf(taken: StepDecided): Audience {
    return audienceOf(taken, this.current, this.queue.steps);
  }

  /** Why the decision cannot be taken; undefined if it can, or if its key was decided before. */
  refusalOf(key: string, decision: RenewalDecision, now: EpochMs): Refusal | undefined {
    if (this.decisions.has(key)) return undefined;
    const decided = decideRenewal(this.current, decision, now);
    return isRefused(decided) ? decided.refused : undefined;
  }

  /** Decides once by the key. Answers the number of the step that the caller waits for. */
  decide(
    { key }: { key: string },
    decision: RenewalDecision,
    now: EpochMs,
    accept: AcceptMessage | null = null,
  ): Decided<{ seq: number }> {
    const content = contentOf(decision, accept?.changes ?? null);
    const first = this.decisions.firstAnswer(key, content);
    if (first !== undefined) return first;
    const decided = decideRenewal(this.current, decision, now);
    if (isRefused(decided)) return decided;
    const before = this.current;
    this.kept = decided;
    const step = { step: DECISION_STEP[decision.kind], at: now, before, renewal: decided };
    const seq = this.queue.add({ ...step, accept, decided: { key, content } });
    this.decisions.remember(key, content, seq);
    return { seq };
  }

  isDone(seq: number): boolean {
    return this.queue.isDone(seq);
  }

  /** The first work is done; an acceptance has its successor. */
  finish(work: Work, successorId: EntitlementId | null): void {
    this.successor = successorId ?? this.successor;
    this.queue.finish(work);
  }

  /**
   * The entitlement refused the successor, because it was edited, renewed or canceled at the same moment. The renewal
   * is as it was before the acceptance, and then follows the news that came meanwhile.
   */
  acceptanceRefused(work: Work, refused: Refusal, now: EpochMs): void {
    const { stage, by, reason } = work.before;
    const { current } = this;
    this.kept = current.stage === 'accepted' ? { ...current, stage, by, reason } : current;
    this.decisions.refuseLater(work.accept?.key, work.taken.seq, refused);
    this.finish(work, null);
    if (this.lastNews !== undefined) this.follow(this.lastNews, now);
  }

  /** Why a decision that had been taken came to nothing; undefined if it did not. */
  refusalAt(seq: number): Refusal | undefined {
    return this.decisions.refusalAt(seq);
  }
}

const isSame = (one: EntitlementDetails, other: EntitlementDetails): boolean =>
  fingerprint([one]) === fingerprint([other]);
