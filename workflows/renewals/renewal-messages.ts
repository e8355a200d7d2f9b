import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CivilDate, EpochMs } from '../../domain/calendar.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type {
  Hearers,
  Renewal,
  RenewalDecision,
  RenewalNews,
  RenewalStep,
} from '../../domain/renewals/renewal-course.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';

/** What an entitlement starts its renewal with. */
export interface RenewalInput {
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly details: EntitlementDetails;
  readonly endsAt: EpochMs;
  /** The entitlement's time: a renewal's own clock may be behind it. */
  readonly at: EpochMs;
}

/**
 * Brings a renewal back whose workflow ended before the renewal was over, as when an operator terminates it. It goes on
 * from its record, so that nothing is announced twice.
 */
export interface RevivedRenewalInput {
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly revive: true;
}

/** A renewal as its record has it, and what became of its entitlement since. */
export interface RecalledRenewal {
  readonly renewal: Renewal;
  readonly seq: number;
  readonly successorId: EntitlementId | null;
  /** When the record was written last: its entitlement's time, which may be ahead of the workflow's clock. */
  readonly at: EpochMs;
  readonly news: RenewalNews;
  /** The key of the last decision, and a mark of what came with it. */
  readonly decided: { readonly key: string; readonly content: string } | null;
  /** An acceptance that the entitlement has taken, and that was not finished. */
  readonly accepted: AcceptMessage | null;
}

/** Who decides, and under which once-only key. */
interface DecisionMessage {
  readonly by: string;
  readonly key: string;
  readonly reason: string | null;
}

export interface AcceptMessage extends DecisionMessage {
  /** What is to be otherwise than proposed; null: as proposed. */
  readonly changes: Partial<EntitlementDetails> | null;
}
export interface DeclineMessage extends DecisionMessage {
  readonly reason: string;
}
export interface SnoozeMessage extends DecisionMessage {
  readonly until: CivilDate;
}

/** One step of a renewal, as it is written down and told: again it changes nothing. */
export interface RenewalStepTaken {
  readonly step: RenewalStep;
  readonly at: EpochMs;
  /** The renewal after the step. */
  readonly renewal: Renewal;
  /** When it is told: a while after `at` where something was away. */
  readonly toldAt: EpochMs;
  /** The entitlement's details, as the renewal knows them. */
  readonly details: EntitlementDetails;
  /** Who is to hear of it, after all that happened since. It is written down in any case. */
  readonly tells: Hearers;
  /** 1, 2, 3 … per renewal. */
  readonly seq: number;
  readonly successorId: EntitlementId | null;
  /** The once-only key of the decision that it is, and what came with it. */
  readonly decided: { readonly key: string; readonly content: string } | null;
}

/** A step as it was taken; what is told of it is found when it is told. */
export type StepDecided = Omit<RenewalStepTaken, 'details' | 'toldAt' | 'tells' | 'successorId'>;

/** What comes with a decision's key: the same key with another one is a conflict. Who brings it makes no difference. */
export const contentOf = (
  { by: _, ...decision }: RenewalDecision,
  changes: Partial<EntitlementDetails> | null,
): string => fingerprint(['renewal', decision, changes]);

export interface RenewalAnswer {
  readonly renewal: Renewal;
  readonly successorId: EntitlementId | null;
}

export const accept = defineUpdate<RenewalAnswer, [AcceptMessage]>('accept');
export const decline = defineUpdate<RenewalAnswer, [DeclineMessage]>('decline');
export const snooze = defineUpdate<RenewalAnswer, [SnoozeMessage]>('snooze');
export const entitlementChanged = defineSignal<[RenewalNews]>('entitlementChanged');
export const renewalState = defineQuery<RenewalAnswer>('state');

export const renewalWorkflowIdOf = (entitlement: EntitlementId, n: number): string => `renewal/${entitlement}/${n}`;
