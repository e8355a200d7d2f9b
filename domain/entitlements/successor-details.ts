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
export function successorDetails({ details }: Entitlement, now: EpochMs): EntitlementDetails {
  const startDate = dateAt(now, details.timeZone);
  const endDate = plusDays(startDate, daysBetween(details.startDate, details.endDate));
  return { ...withoutAnchor(details), startDate, endDate };
}

/**
 * The details of the successor that an accepted renewal makes: from the day after the old end, or from today if that
 * has passed. It lasts as many whole months as the old one, or as many days where the old one had no whole months.
 * Without a gap between the two it keeps the day of the month on which the first of the chain began.
 */
export function acceptedDetails(
  entitlement: Entitlement,
  changes: Partial<EntitlementDetails>,
  now: EpochMs,
): EntitlementDetails {
  const { details } = entitlement;
  const start: AnchoredStart = isCovered(entitlement, now)
    ? startAfter(details, details.endDate)
    : { startDate: dateAt(now, details.timeZone) };
  return {
    ...withoutAnchor(details),
    ...changes,
    timeZone: details.timeZone,
    ...start,
    endDate: changes.endDate ?? endOfSameLength(details, start),
  };
}

function endOfSameLength(old: EntitlementDetails, start: AnchoredStart): CivilDate {
  const months = wholeMonthsTo(old, plusDays(old.endDate, 1));
  if (months !== null) return plusDays(anchoredMonthsLater(start, months), -1);
  return plusDays(start.startDate, daysBetween(old.startDate, old.endDate));
}

/** Whether the entitlement has not ended yet at `at`. A draft has no end, so it counts as ended. */
export const isCovered = ({ endsAt }: Entitlement, at: EpochMs): boolean => endsAt !== null && at < endsAt;
