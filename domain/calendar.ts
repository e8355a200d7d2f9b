import { ChronoUnit, DateTimeParseException, Instant, LocalDate, ZoneId, ZoneRulesProvider } from '@js-joda/core';
import '@js-joda/timezone';

/** A day of the civil calendar, `YYYY-MM-DD`. Which instants it covers depends on a zone. */
export type CivilDate = string;
/** Milliseconds since 1970-01-01T00:00:00Z. */
export type EpochMs = number;

const CIVIL_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** True for a real day written `YYYY-MM-DD` (2027-02-29 is none). */
export function isCivilDate(text: string): boolean {
  if (!CIVIL_DATE.test(text)) return false;
  try {
    LocalDate.parse(text);
    return true;
  } catch (error) {
    if (error instanceof DateTimeParseException) return false;
    throw error;
  }
}

/** True for a zone of the IANA database. Plain offsets such as `+02:00` or `Z` have no rules and are none. */
export function isTimeZone(name: string): boolean {
  return ZoneRulesProvider.getAvailableZoneIds().includes(name);
}

/** The instant at which `date` begins in `timeZone`: midnight, or the first moment after it where clocks skip midnight. */
export function startOfDay(date: CivilDate, timeZone: string): EpochMs {
  return LocalDate.parse(date).atStartOfDay(ZoneId.of(timeZone)).toInstant().toEpochMilli();
}

/** The instants that a span of days covers in its zone: from `startsAt` on, up to and without `endsAt`. */
export function coveredInstants(startDate: CivilDate, endDate: CivilDate, timeZone: string) {
  const dayAfterEnd = LocalDate.parse(endDate).plusDays(1).toString();
  return { startsAt: startOfDay(startDate, timeZone), endsAt: startOfDay(dayAfterEnd, timeZone) };
}

/** The civil date that it is at `at` in `timeZone`. */
export function dateAt(at: EpochMs, timeZone: string): CivilDate {
  return LocalDate.ofInstant(Instant.ofEpochMilli(at), ZoneId.of(timeZone)).toString();
}

/** Days from `from` to `to`, negative when `to` is earlier. */
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

/** The same day of the month, that many months later; the month's last day where it has no such day. */
export function plusMonths(date: CivilDate, months: number): CivilDate {
  return LocalDate.parse(date).plusMonths(months).toString();
}
