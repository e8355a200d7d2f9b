import type { EntitlementId } from '../ids.ts';
import { type RefusalError, refusalError } from '../refusals.ts';
import type { RenewalStage } from './renewal-course.ts';

/** A renewal as its record shows it, with its decision. */
export interface RecordedRenewal {
  readonly entitlementId: EntitlementId;
  /** 1, 2, 3 … of the entitlement's renewals. */
  readonly renewalNumber: number;
  readonly customerId: string;
  readonly endsAt: Date;
  readonly stage: RenewalStage;
  readonly isOver: boolean;
  readonly successorId: string | null;
  /** The successor was deleted, or canceled before its start. */
  readonly successorEnded: boolean;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  /** The once-only key of the decision, and the fingerprint of its content. */
  readonly decidedKey: string | null;
  readonly decidedContent: string | null;
}

/**
 * The refusal `wrong_state` of a decision on a renewal that is over. Says what was decided, by whom, and with which
 * successor.
 */
export function alreadyDecided({
  stage,
  decidedBy,
  successorId,
  successorEnded,
  reason,
}: RecordedRenewal): RefusalError {
  const how = stage === 'lapsed' ? 'has lapsed and is closed' : `is ${stage}`;
  const who = decidedBy === null ? '' : ` by ${decidedBy}`;
  const ended = successorEnded ? ', which was deleted or canceled before its start' : '';
  const next =
    successorId === null ? (reason === null ? '' : `: ${reason}`) : `; its successor is ${successorId}${ended}`;
  return refusalError('wrong_state', `The renewal ${how}${who}${next}${next.endsWith('.') ? '' : '.'}`);
}
