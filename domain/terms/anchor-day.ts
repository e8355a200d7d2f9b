import { type CivilDate, dayOfMonth, monthsBetween, onDayOfMonth, plusDays, plusMonths } from '../calendar.ts';

/**
 * The start of a term. `anchorDay` is the day of the month on which the first term of a chain of renewals began. It is
 * needed where the month of the start date has no such day: a monthly term from the 31st is followed by one from the
 * 30th, and that one by a term from the 31st again.
 */
export interface AnchoredStart {
  readonly startDate: CivilDate;
  /** Absent: the day of the start date. */
  readonly anchorDay?: number;
}

/** The day of the month from which the term is counted. An anchor day that does not fit the start date is ignored. */
function anchorDayOf({ startDate, anchorDay }: AnchoredStart): number {
  const belongs = anchorDay !== undefined && onDayOfMonth(startDate, anchorDay) === startDate;
  return belongs ? anchorDay : dayOfMonth(startDate);
}

/** The anchor day, that many months after the start date; the last day of a month that has no such day. */
export function anchoredMonthsLater(start: AnchoredStart, months: number): CivilDate {
  return onDayOfMonth(plusMonths(start.startDate, months), anchorDayOf(start));
}

/**
 * How many months the term lasts if it ends on the day before `dayAfter`; null if that is not a whole number of months.
 */
export function wholeMonthsTo(start: AnchoredStart, dayAfter: CivilDate): number | null {
  const fewer = monthsBetween(start.startDate, dayAfter);
  // `monthsBetween` counts a month once the same day of the month is reached. If the last day of a month stands for a
  // later day that the month does not have, there is one month more.
  const months = [fewer, fewer + 1].find((count) => count > 0 && anchoredMonthsLater(start, count) === dayAfter);
  return months ?? null;
}

/**
 * The start of the term that follows without a gap after `endDate`. It keeps the anchor day where that still matters.
 */
export function startAfter(before: AnchoredStart, endDate: CivilDate): AnchoredStart {
  const startDate = plusDays(endDate, 1);
  const anchorDay = anchorDayOf(before);
  const matters = anchorDay > dayOfMonth(startDate) && onDayOfMonth(startDate, anchorDay) === startDate;
  return matters ? { startDate, anchorDay } : { startDate };
}

/** The details or the start without an anchor day, for a term that begins on a day of its own. */
export function withoutAnchor<Start extends { readonly anchorDay?: number }>({ anchorDay: _, ...rest }: Start) {
  return rest;
}
