import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * An entitlement counts as renewed only while it has a living successor: one that was neither deleted nor canceled
 * before its start. A successor that was canceled later has covered the customer for a while, and stays the successor.
 */

/**
 * What the id of a successor is derived from. The same request gives the same id, so a retry makes no second
 * successor.
 */
export const successorSeed = {
  /** Somebody renewed the entitlement by hand, under the once-only key of the request. */
  byHand: (predecessorId: EntitlementId, key: string): string => `renew ${predecessorId} ${key}`,
  /** The renewal was accepted. A renewal has one successor, however often it is accepted. */
  byRenewal: (renewalId: string): string => `successor of ${renewalId}`,
} as const;

/**
 * The once-only keys of the steps by which an accepted renewal makes its successor. A later try continues an earlier
 * one.
 */
export const acceptanceKeys = (renewalId: string) =>
  ({ accept: `${renewalId}:accepted`, activate: `${renewalId}:activated` }) as const;

/** The once-only key under which a successor that could not be activated is deleted again. */
export const takeBackKey = (successorId: EntitlementId): string => `taken-back:${successorId}`;

/** Why this entitlement is no successor any more; null while it is one, or may still become one. */
export function whyNoSuccessor({ id, deleted, canceledBeforeStart }: Entitlement): string | null {
  if (deleted) return `Its successor ${id} was deleted.`;
  return canceledBeforeStart === true ? `Its successor ${id} was canceled before its start.` : null;
}

/**
 * The predecessor that can be renewed again, because this entitlement will never follow it; null if there is none, or
 * if this entitlement may still follow it.
 */
export const predecessorToFree = (entitlement: Entitlement): EntitlementId | null =>
  whyNoSuccessor(entitlement) === null ? null : entitlement.renewsId;

/**
 * The entitlement lost its successor and can be renewed again. If its end is still ahead, its renewal starts again by
 * itself. Refuses `wrong_state` if it has another successor or none: then there is nothing to do.
 */
export function decideSuccessorEnded(
  { renewedById }: Entitlement,
  successorId: EntitlementId,
  origin: Origin,
): Decided<RowDraft> {
  if (renewedById === successorId) return lifeRow(origin, 'successor_ended', { successorId });
  const now = renewedById === null ? 'has no successor' : `has the successor ${renewedById}`;
  return refuse('wrong_state', `The entitlement ${now}, not ${successorId}.`);
}
