import {
  ChronoUnit,
  DateTimeParseException,
  DayOfWeek,
  Instant,
  LocalDate,
  LocalDateTime,
  TemporalAdjusters,
  ZoneId,
  ZoneRulesProvider,
} from '@js-joda/core';
import '@js-joda/timezone';

/** A day of the civil calendar, `YYYY-MM-DD`. It covers different instants in different time zones. */
export type CivilDate = string;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

/** A day of 24 hours. In a zone whose clocks change, some days are shorter or longer. */
export const DAY_MS = 86_400_000;

/** The first and the last day that the system accepts. 9999-12-31 usually means "no end". */
export const FIRST_DATE: CivilDate = '1900-01-01';
export const LAST_DATE: CivilDate = '9999-12-31';
/** The accepted days, in words for refusals. */
export const CIVIL_DATE_RULE = `a day from ${FIRST_DATE} to ${LAST_DATE}, written YYYY-MM-DD`;

/**
 * The first and the last instant that the system accepts: later ones need a sign in ISO 8601, which PostgreSQL cannot
 * read.
 */
export const FIRST_INSTANT: EpochMs = Date.UTC(1900, 0, 1);
export const LAST_INSTANT: EpochMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const CIVIL_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** True for a real day from 1900-01-01 to 9999-12-31, written `YYYY-MM-DD` (2027-02-29 is not one). */
export function isCivilDate(text: string): boolean {
  // In this format days can be compared as texts.
  if (!CIVIL_DATE.test(text) || text < FIRST_DATE || text > LAST_DATE) return false;
  try {
    LocalDate.parse(text);
    return true;
  } catch (error) {
    if (error instanceof DateTimeParseException) return false;
    throw error;
  }
}

/** True for an instant from 1900 to 9999, in UTC. */
export const isInstant = (at: EpochMs): boolean => at >= FIRST_INSTANT && at <= LAST_INSTANT;

/** True for a zone of the IANA database. Plain offsets such as `+02:00` or `Z` are not time zones. */
export function isTimeZone(name: string): boolean {
  return ZoneRulesProvider.getAvailableZoneIds().includes(name);
}

/**
 * The instant at which `date` begins in `timeZone`: midnight, or the first moment after it where clocks skip midnight.
 * At most `LAST_INSTANT`, so the day after 9999-12-31 begins at the last instant that databases and Temporal can hold.
 */
export function startOfDay(date: CivilDate, timeZone: string): EpochMs {
  return Math.min(LocalDate.parse(date).atStartOfDay(ZoneId.of(timeZone)).toInstant().toEpochMilli(), LAST_INSTANT);
}

/** The instant at which `date` is over in `timeZone`: the next day begins. At most `LAST_INSTANT`. */
export const endOfDay = (date: CivilDate, timeZone: string): EpochMs => startOfDay(plusDays(date, 1), timeZone);

/** The instants that a span of days covers in its zone: from `startsAt`, up to but not including `endsAt`. */
export const coveredInstants = (startDate: CivilDate, endDate: CivilDate, timeZone: string) => ({
  startsAt: startOfDay(startDate, timeZone),
  endsAt: endOfDay(endDate, timeZone),
});

/** The civil date in `timeZone` at the instant `at`. */
export function dateAt(at: EpochMs, timeZone: string): CivilDate {
  return LocalDate.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(timeZone)).toString();
}

/** Whole days from one instant to a later one by the clock of `timeZone`: a day of 23 or 25 hours is a day too. */
export function wholeDays(from: EpochMs, to: EpochMs, timeZone: string): number {
  const local = (at: EpochMs) => LocalDateTime.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(timeZone));
  return local(from).until(local(to), ChronoUnit.DAYS);
}

/** Days from `from` to `to`; negative if `to` is earlier. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return LocalDate.parse(from).until(LocalDate.parse(to), ChronoUnit.DAYS);
}

/** Whole months from `from` to `to`. */
export function monthsBetween(from: CivilDate, to: CivilDate): number {
  return LocalDate.parse(from).until(LocalDate.parse(to), ChronoUnit.MONTHS);
}

export function plusDays(date: CivilDate, days: number): CivilDate {
  return LocalDate.parse(date).plusDays(days).toString();
}

/** The same day of the month, that many months later; the last day of a month that has no such day. */
export function plusMonths(date: CivilDate, months: number): CivilDate {
  return LocalDate.parse(date).plusMonths(months).toString();
}

/** The day of the month, 1 to 31. */
export const dayOfMonth = (date: CivilDate): number => LocalDate.parse(date).dayOfMonth();

/** The day number `day` in the month of `date`, or the last day of a month that has no such day. */
export function onDayOfMonth(date: CivilDate, day: number): CivilDate {
  const of = LocalDate.parse(date);
  return of.withDayOfMonth(Math.min(day, of.lengthOfMonth())).toString();
}

/** The Monday of the week that contains the day. */
export const mondayOf = (date: CivilDate): CivilDate =>
  LocalDate.parse(date).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toString();
