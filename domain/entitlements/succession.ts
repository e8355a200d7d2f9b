import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * An entitlement counts as renewed only while it has a living successor: one that was neither deleted nor canceled
 * before its start. A successor that was canceled later has covered the customer for a while, and stays the successor.
 */

/** Why this entitlement is no successor any more; null while it is one, or may still become one. */
export function whyNoSuccessor({ id, deleted, canceledBeforeStart }: Entitlement): string | null {
  if (deleted) return `Its successor ${id} was deleted.`;
  return canceledBeforeStart === true ? `Its successor ${id} was canceled before its start.` : null;
}

/**
 * The entitlement that this one was to follow and that can be renewed again, because this one never will; null
 * otherwise.
 */
export const predecessorToFree = (entitlement: Entitlement): EntitlementId | null =>
  whyNoSuccessor(entitlement) === null ? null : entitlement.renewsId;

/**
 * The entitlement has no successor any more and can be renewed again; while its end is ahead, its renewal starts anew
 * by itself. Refuses `wrong_state` where its successor is another one, or none: then there is nothing to do.
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
