import { type CivilDate, dateAt, daysBetween, type EpochMs, plusDays } from '../calendar.ts';
import {
  type AnchoredStart,
  anchoredMonthsLater,
  startAfter,
  wholeMonthsTo,
  withoutAnchor,
} from '../terms/anchor-day.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * The details of a successor that somebody makes by hand: from today in the entitlement's zone, for as many days as the
 * old one, with every other field copied. Its ledger begins with the whole total.
 */
export function successorDetails(entitlement: Entitlement, now: EpochMs): EntitlementDetails {
  const { details } = entitlement;
  const startDate = dateAt(now, details.timeZone);
  const endDate = plusDays(startDate, daysBetween(details.startDate, soldUntil(entitlement)));
  return { ...withoutAnchor(details), startDate, endDate };
}

/**
 * The details of a successor that somebody makes by hand in the grace: from the day after the old end, as long as a
 * successor that was accepted in time.
 */
export function lateSuccessorDetails(entitlement: Entitlement): EntitlementDetails {
  const { details } = entitlement;
  const start = startAfter(details, details.endDate);
  const old = { ...details, endDate: soldUntil(entitlement) };
  return { ...withoutAnchor(details), ...start, endDate: endOfSameLength(old, start) };
}

/**
 * The details of the successor that an accepted renewal makes. It begins on the day after the old end, or today if that
 * has passed. A late renewal in the grace begins on the day after the end all the same: its changes name that day. The
 * successor lasts as many whole months as the old one, or as many days where the old one had no whole months. Without a
 * gap between the two it keeps the day of the month on which the first of the chain began.
 */
export function acceptedDetails(
  entitlement: Entitlement,
  changes: Partial<EntitlementDetails>,
  now: EpochMs,
): EntitlementDetails {
  const { details } = entitlement;
  const isGapless = isCovered(entitlement, now) || changes.startDate === plusDays(details.endDate, 1);
  const start: AnchoredStart = isGapless
    ? startAfter(details, details.endDate)
    : { startDate: dateAt(now, details.timeZone) };
  return {
    ...withoutAnchor(details),
    ...changes,
    timeZone: details.timeZone,
    ...start,
    endDate: changes.endDate ?? endOfSameLength({ ...details, endDate: soldUntil(entitlement) }, start),
  };
}

/** The last day of the term as it was sold: the days by which pauses moved the end are not sold again. */
const soldUntil = ({ details, movedDays = 0 }: Entitlement): CivilDate => plusDays(details.endDate, -movedDays);

function endOfSameLength(old: EntitlementDetails, start: AnchoredStart): CivilDate {
  const months = wholeMonthsTo(old, plusDays(old.endDate, 1));
  if (months !== null) return plusDays(anchoredMonthsLater(start, months), -1);
  return plusDays(start.startDate, daysBetween(old.startDate, old.endDate));
}

/** Whether the entitlement has not ended yet at `at`. A draft has no end, so it counts as ended. */
export const isCovered = ({ endsAt }: Entitlement, at: EpochMs): boolean => endsAt !== null && at < endsAt;
