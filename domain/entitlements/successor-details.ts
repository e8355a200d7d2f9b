import { type CivilDate, dateAt, daysBetween, type EpochMs, plusDays } from '../calendar.ts';
import { type AnchoredStart, anchoredMonthsLater, startAfter, wholeMonthsTo } from '../terms/anchor-day.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * The details of a successor that somebody makes by hand: it starts today in the entitlement's zone, lasts as many days
 * as the old one, and copies every other field. Its own ledger starts with the whole total.
 */
export function successorDetails({ details }: Entitlement, now: EpochMs): EntitlementDetails {
  const startDate = dateAt(now, details.timeZone);
  const endDate = plusDays(startDate, daysBetween(details.startDate, details.endDate));
  return { ...withoutAnchor(details), startDate, endDate };
}

/**
 * The details of a successor by an accepted renewal: it starts on the day after the end, or today if that day is past.
 * It is as long as the old one: as many whole months if the old one had whole months, otherwise as many days. A
 * successor that follows without a gap keeps the day of the month on which the first entitlement of the chain began.
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
    endDate: changes.endDate ?? endOfSameSpan(details, start),
  };
}

/** Whether the entitlement has not ended yet at `at`. */
export const isCovered = ({ endsAt }: Entitlement, at: EpochMs): boolean => endsAt !== null && at < endsAt;

/** The same details, counted from their own start date again. */
export function withoutAnchor({ anchorDay: _, ...details }: EntitlementDetails): EntitlementDetails {
  return details;
}

function endOfSameSpan(old: EntitlementDetails, start: AnchoredStart): CivilDate {
  const months = wholeMonthsTo(old, plusDays(old.endDate, 1));
  if (months !== null) return plusDays(anchoredMonthsLater(start, months), -1);
  return plusDays(start.startDate, daysBetween(old.startDate, old.endDate));
}
