import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { CivilDate, EpochMs } from '../../domain/calendar.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { Audience } from '../../domain/renewals/audience.ts';
import type { Renewal, RenewalNews, RenewalStep } from '../../domain/renewals/renewal-course.ts';
import type { RenewalDecision } from '../../domain/renewals/renewal-decision.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';

/** What an entitlement starts its renewal with. */
export interface RenewalInput {
  readonly entitlementId: EntitlementId;
  /** 1, 2, 3 … of the entitlement's renewals. */
  readonly n: number;
  readonly details: EntitlementDetails;
  readonly endsAt: EpochMs;
  /** The entitlement's time: a renewal's own clock may be behind it. */
  readonly at: EpochMs;
}

/**
 * Revives a renewal whose workflow ended before the renewal was over, for example because an operator terminated it. It
 * continues from its record, so nothing is announced twice.
 */
export interface RevivedRenewalInput {
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly revive: true;
}

/** A renewal as its record shows it, and what became of its entitlement since. */
export interface RecalledRenewal {
  readonly renewal: Renewal;
  readonly seq: number;
  readonly successorId: EntitlementId | null;
  /** When the record was last written: the entitlement's time, which may be ahead of the workflow's clock. */
  readonly at: EpochMs;
  readonly news: RenewalNews;
  /** The key of the last decision, and the fingerprint of its content. */
  readonly decided: { readonly key: string; readonly content: string } | null;
  /** An acceptance that the entitlement has taken, but that was not finished. */
  readonly accepted: AcceptMessage | null;
}

/** Who decides, and under which once-only key. */
interface DecisionMessage {
  readonly by: string;
  readonly key: string;
  readonly reason: string | null;
}

export interface AcceptMessage extends DecisionMessage {
  /** What the successor has instead of what was proposed; null: as proposed. */
  readonly changes: Partial<EntitlementDetails> | null;
}
export interface DeclineMessage extends DecisionMessage {
  readonly reason: string;
}
export interface SnoozeMessage extends DecisionMessage {
  readonly until: CivilDate;
}

/** One step of a renewal, as it is written and announced. Taking it again changes nothing. */
export interface RenewalStepTaken {
  readonly step: RenewalStep;
  readonly at: EpochMs;
  /** The renewal after the step. */
  readonly renewal: Renewal;
  /** When it is announced: later than `at` if the database was away. */
  readonly toldAt: EpochMs;
  /** The entitlement's details, as the renewal knows them. */
  readonly details: EntitlementDetails;
  /** Who is told about it, given what happened since. It is written in any case. */
  readonly tells: Audience;
  /** 1, 2, 3 … per renewal. */
  readonly seq: number;
  readonly successorId: EntitlementId | null;
  /** If the step is a decision: its once-only key, and the fingerprint of its content. */
  readonly decided: { readonly key: string; readonly content: string } | null;
}

/** A step as it was taken. Its audience is found when it is announced. */
export type StepDecided = Omit<RenewalStepTaken, 'details' | 'toldAt' | 'tells' | 'successorId'>;

/** The fingerprint of a decision: the same key with another one is a conflict. Who sends it makes no difference. */
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

export const renewalWorkflowIdOf = (entitlement: EntitlementId, renewalNumber: number): string =>
  `renewal/${entitlement}/${renewalNumber}`;
