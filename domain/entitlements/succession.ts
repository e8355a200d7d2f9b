import { type CivilDate, type EpochMs, LAST_DATE, plusDays } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft } from '../ledger/ledger-row.ts';
import { type Decided, invalid, type Refusal, refuse } from '../refusals.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';
import type { Entitlement } from './entitlement.ts';
import { isInGrace } from './grace.ts';
import { problemWithPauses } from './pausing.ts';
import { isCovered, lateSuccessorDetails, successorDetails } from './successor-details.ts';

/**
 * How an entitlement gets its successor, and loses it again.
 *
 * An entitlement counts as renewed only while it has a living successor: one that was neither deleted nor canceled
 * before its start. A successor that was canceled later has covered the customer for a while and stays the successor.
 */

/**
 * Renews an entitlement that has ended: the row names the successor and its details. With a `startDate`, which is the day
 * after the end, it is renewed late, as if nothing had lapsed. Refuses `wrong_state` if it has a living successor, and for
 * a late renewal without a grace; `validation_failed` for another start date and for details that nobody could write,
 * such as an end after 9999-12-31.
 */
export function decideRenew(
  entitlement: Entitlement,
  { successorId, startDate }: { readonly successorId: EntitlementId; readonly startDate?: CivilDate },
  origin: Origin,
): Decided<RowDraft> {
  const { status, renewedById } = entitlement;
  if (renewedById !== null)
    return refuse('wrong_state', `The entitlement is ${status} and was renewed already, by ${renewedById}.`);
  if (startDate === undefined) return renewedRow(successorId, successorDetails(entitlement, origin.at), origin);
  const refused = problemWithLateStart(entitlement, startDate, origin.at);
  return refused === undefined ? renewedRow(successorId, lateSuccessorDetails(entitlement), origin) : { refused };
}

/**
 * Why a successor of an entitlement that has ended cannot start on that day, or undefined: `wrong_state` without a grace at
 * `now`, `validation_failed` for any day but the one after the end.
 */
export function problemWithLateStart(
  entitlement: Entitlement,
  startDate: CivilDate,
  now: EpochMs,
): Refusal | undefined {
  if (!isInGrace(entitlement, now))
    return refuse(
      'wrong_state',
      'The entitlement is not in its grace: leave startDate out, and the successor starts where it ends, or today if it has ended.',
      'startDate',
    ).refused;
  const next = plusDays(entitlement.details.endDate, 1);
  if (startDate === next) return undefined;
  return invalid('startDate', `A late renewal starts on ${next}, the day after the end: give that day, or none.`);
}

/**
 * Takes the successor of an accepted renewal, which starts where this entitlement ends, or later if it has ended.
 * Refuses `wrong_state` if it has a living successor, if its end was edited meanwhile, or if it ends on the last day of
 * the calendar; `validation_failed` for details that do not fit.
 */
export function decideAcceptedRenewal(
  entitlement: Entitlement,
  { successorId, details }: { readonly successorId: EntitlementId; readonly details: EntitlementDetails },
  origin: Origin,
): Decided<RowDraft> {
  const { renewedById } = entitlement;
  if (renewedById !== null) return refuse('wrong_state', `The entitlement was renewed already, by ${renewedById}.`);
  const refused = problemWithPauses(entitlement, 'accept');
  if (refused !== undefined) return { refused };
  const goesOn = isCovered(entitlement, origin.at);
  if (goesOn && entitlement.details.endDate === LAST_DATE)
    return refuse(
      'wrong_state',
      `The entitlement ends on ${LAST_DATE}, the last day of the calendar: nothing can follow it.`,
    );
  if (goesOn && !startsAtEndOf(details, entitlement))
    return refuse('wrong_state', 'The end of the entitlement was edited at the same moment: accept again.');
  return renewedRow(successorId, details, origin);
}

function renewedRow(successorId: EntitlementId, details: EntitlementDetails, origin: Origin): Decided<RowDraft> {
  const refused = problemWithDetails(details);
  return refused === undefined ? lifeRow(origin, 'renewed', { successorId, details }) : { refused };
}

const startsAtEndOf = (successor: EntitlementDetails, { details: { endDate, timeZone } }: Entitlement): boolean =>
  successor.startDate === plusDays(endDate, 1) && successor.timeZone === timeZone;

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

/** Why this entitlement can never be a living successor again, in words; null while it is or may become one. */
export function whyNoSuccessor({ id, deleted, canceledBeforeStart }: Entitlement): string | null {
  if (deleted) return `Its successor ${id} was deleted.`;
  return canceledBeforeStart === true ? `Its successor ${id} was canceled before its start.` : null;
}

/**
 * The entitlement that this one should have followed and now never will, so that it can be renewed again; else null.
 */
export const predecessorToFree = (entitlement: Entitlement): EntitlementId | null =>
  whyNoSuccessor(entitlement) === null ? null : entitlement.renewsId;

/**
 * The successor was deleted, or canceled before its start: this entitlement can be renewed again, and before its end
 * its renewal starts anew by itself. Refuses `wrong_state` if its successor is another one or none; then there is
 * nothing to do.
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
