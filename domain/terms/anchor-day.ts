import { type CivilDate, dayOfMonth, monthsBetween, onDayOfMonth, plusDays, plusMonths } from '../calendar.ts';

/**
 * Where a term begins. `anchorDay` is the day of the month on which the first term of a chain of renewals began, where
 * the start date's own month has no such day: a term of one month from the 31st is followed by one from the 30th, and
 * that one by another from the 31st.
 */
export interface AnchoredStart {
  readonly startDate: CivilDate;
  /** Absent: the day of the start date. */
  readonly anchorDay?: number;
}

/**
 * The day of the month that the term is counted from. An anchor that does not belong to the start date does not count.
 */
function anchorDayOf({ startDate, anchorDay }: AnchoredStart): number {
  const belongs = anchorDay !== undefined && onDayOfMonth(startDate, anchorDay) === startDate;
  return belongs ? anchorDay : dayOfMonth(startDate);
}

/** The anchor's day, so many months after the start date; the month's last day where it has no such day. */
export function anchoredMonthsLater(start: AnchoredStart, months: number): CivilDate {
  return onDayOfMonth(plusMonths(start.startDate, months), anchorDayOf(start));
}

/**
 * How many whole months the span has from the start date to the day before `dayAfter`; null where it has not whole
 * months.
 */
export function wholeMonthsTo(start: AnchoredStart, dayAfter: CivilDate): number | null {
  const fewer = monthsBetween(start.startDate, dayAfter);
  // A month is counted above once the same day of the month is reached. Where a month's last day stands for a day that
  // it
  // does not have, there is one more.
  const months = [fewer, fewer + 1].find((count) => count > 0 && anchoredMonthsLater(start, count) === dayAfter);
  return months ?? null;
}

/**
 * The start of a term that follows at once after `endDate`, with the anchor of the term before where it still matters.
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
