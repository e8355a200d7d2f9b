import { type CivilDate, DAY_MS, dateAt, type EpochMs, plusDays } from '../calendar.ts';

const PACE_DAYS = 30;
/** A hundred years: a date further away would mean nothing. */
export const FARTHEST_DAYS = 36_500;

/** How the forecast is made, in words for people. Everything that shows a forecast says it so. */
export const FORECAST_METHOD =
  'The pace is what cases used, minus what ' +
  `they gave back, in the last ${PACE_DAYS} days, or since a later start (at least one day), divided by the number ` +
  "of days. The date is the day in the entitlement's time zone on which the remaining term is used up at this pace;" +
  ' the end of the entitlement and the next period are not considered. It is null if the pace is not above 0, or if' +
  ' the date is more than 100 years away.';

/** The instant from which the pace is measured: 30 days ago, or the later start, but at least a day ago. */
export function paceSince(startsAt: EpochMs, now: EpochMs): EpochMs {
  return Math.min(Math.max(now - PACE_DAYS * DAY_MS, startsAt), now - DAY_MS);
}

export interface DepletionForecast {
  /** Cases or minutes a day, rounded to three decimals; negative if more came back than was taken. */
  readonly pacePerDay: number;
  /** The day in the entitlement's zone on which nothing is left at that pace; null if that never happens. */
  readonly depletesOn: CivilDate | null;
}

/**
 * The day on which `remaining` is used up if cases go on taking as much a day as `used` since `since` (cases or
 * minutes). Today if nothing is left; null if nothing is being used, or if it would take more than a hundred years.
 */
export function forecastDepletion(
  { remaining, used, since }: { remaining: number; used: number; since: EpochMs },
  now: EpochMs,
  timeZone: string,
): DepletionForecast {
  const exactPace = used / ((now - since) / DAY_MS);
  const pacePerDay = Math.round(exactPace * 1_000) / 1_000 || 0;
  if (exactPace <= 0) return { pacePerDay, depletesOn: null };
  const daysLeft = Math.max(0, remaining) / exactPace;
  if (daysLeft > FARTHEST_DAYS) return { pacePerDay, depletesOn: null };
  const wholeDays = Math.floor(daysLeft);
  const sameTime = plusDays(dateAt(now, timeZone), wholeDays);
  // The rest of a day may reach past midnight.
  const end = dateAt(now + Math.round((daysLeft - wholeDays) * DAY_MS), timeZone);
  return { pacePerDay, depletesOn: end === dateAt(now, timeZone) ? sameTime : plusDays(sameTime, 1) };
}
