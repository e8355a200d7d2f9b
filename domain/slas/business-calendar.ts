import { LocalDate, type LocalDateTime, ZoneId, type ZoneRules } from '@js-joda/core';
import { CIVIL_DATE_RULE, type CivilDate, dateAt, type EpochMs, isCivilDate, isTimeZone } from '../calendar.ts';
import { type Refusal, refuse } from '../refusals.ts';

/** The days of the week as ISO 8601 numbers them: Monday is the first. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * A span of service, in civil times `HH:MM`; `to` is not served any more and may be `24:00`. With a `to` before `from`
 * it goes over midnight: its first part is of its own day, the rest of the next one.
 */
export interface ServiceSpan {
  readonly from: string;
  readonly to: string;
}

/**
 * Weekly hours in a zone. A day that is not named has no service but what goes over midnight into it; a holiday has
 * none at all, and a span that begins on it goes on at midnight.
 */
export interface BusinessHours {
  readonly kind: 'business_hours';
  readonly timeZone: string;
  readonly hours: Readonly<Partial<Record<Weekday, readonly ServiceSpan[]>>>;
  readonly holidays: readonly CivilDate[];
}

/** When service time passes: always, or in business hours. */
export type ServiceCalendar = { readonly kind: '24x7' } | BusinessHours;

const MINUTE_MS = 60_000;
/** Days that are closed by hand; ten years of them in any country. */
export const MAX_HOLIDAYS = 500;
export const MAX_SPANS_A_DAY = 12;
/** A target further away than these weeks of its own hours is a mistake. */
const MAX_WEEKS = 520;
/** Past the furthest target, with every holiday costing a week, and one week a year lost to clock changes. */
const MAX_SEARCH_DAYS = 7 * (MAX_WEEKS + MAX_HOLIDAYS + 60);

/**
 * The instant at which `minutes` of service time have passed since `from`; none are asked for: `from` itself. Spans are
 * civil times, and what passes inside one is real time: a day from 00:00 to 24:00 has 23 hours when clocks go forward.
 */
export function dueAt(calendar: ServiceCalendar, from: EpochMs, minutes: number): EpochMs {
  let leftMs = minutes * MINUTE_MS;
  if (calendar.kind === '24x7' || leftMs === 0) return from + leftMs;
  for (const { opensAt, closesAt } of serviceFrom(calendar, from)) {
    if (closesAt - opensAt >= leftMs) return opensAt + leftMs;
    leftMs -= closesAt - opensAt;
  }
  throw new RangeError(`The calendar has no ${minutes} minutes of service within ${MAX_SEARCH_DAYS} days.`);
}

/** What is open from `from` on, in order, no moment twice. */
function* serviceFrom(
  { timeZone, hours, holidays }: BusinessHours,
  from: EpochMs,
): Generator<{ opensAt: EpochMs; closesAt: EpochMs }> {
  const rules = ZoneId.of(timeZone).rules();
  const closed = new Set(holidays);
  const week = spansByDay(hours);
  // Where clocks are set back over midnight, the day before comes again.
  const firstDay = LocalDate.parse(dateAt(from, timeZone)).minusDays(1);
  let passed = from;
  for (let n = 0; n < MAX_SEARCH_DAYS; n += 1) {
    const day = firstDay.plusDays(n);
    const spans = week[day.dayOfWeek().value() - 1] ?? [];
    if (spans.length === 0 || closed.has(day.toString())) continue;
    const midnight = day.atStartOfDay();
    for (const span of spans) {
      // Two spans that part inside an hour that comes twice would both have a part of it: the earlier one has it.
      const opensAt = Math.max(passed, opening(midnight.plusMinutes(span.from), rules));
      const closesAt = closing(midnight.plusMinutes(span.to), rules);
      if (closesAt <= opensAt) continue;
      yield { opensAt, closesAt };
      passed = closesAt;
    }
  }
}

/** The first moment at or after that civil time: of a time that comes twice the first, of a skipped one the change. */
function opening(time: LocalDateTime, rules: ZoneRules): EpochMs {
  const change = rules.transition(time);
  if (change?.isGap()) return change.instant().toEpochMilli();
  return time.toInstant(change?.offsetBefore() ?? rules.offset(time)).toEpochMilli();
}

/**
 * The moment after which no earlier civil time comes any more: of a time that comes twice the second, so that the hour
 * counts both times. The time to which clocks are set back comes at once after all that is before it.
 */
function closing(time: LocalDateTime, rules: ZoneRules): EpochMs {
  const change = rules.transition(time);
  if (change?.isGap()) return change.instant().toEpochMilli();
  if (change === null || change === undefined) return time.toInstant(rules.offset(time)).toEpochMilli();
  const isSetBackTo = time.equals(change.dateTimeAfter());
  return time.toInstant(isSetBackTo ? change.offsetBefore() : change.offsetAfter()).toEpochMilli();
}

/** A span of one day, in minutes since its midnight. */
interface DaySpan {
  readonly from: number;
  readonly to: number;
}

/** The spans of each day of the week in order, Monday first; what goes over midnight is cut there. */
function spansByDay(hours: BusinessHours['hours']): readonly (readonly DaySpan[])[] {
  return WEEKDAYS.map((weekday, day) => {
    const before = hours[dayBefore(day)] ?? [];
    const over = before.filter(goesOverMidnight).map(({ to }) => ({ from: 0, to: minuteOfDay(to) }));
    const own = (hours[weekday] ?? []).map((span) => ({
      from: minuteOfDay(span.from),
      to: goesOverMidnight(span) ? MINUTES_A_DAY : minuteOfDay(span.to),
    }));
    return [...over, ...own];
  });
}

/** Times of day are in order as texts are, as they have leading zeros. */
const goesOverMidnight = ({ from, to }: ServiceSpan): boolean => to < from;
/** Sunday comes before Monday. */
const dayBefore = (day: number): Weekday => WEEKDAYS[(day + 6) % 7] ?? 'sunday';
const MINUTES_A_DAY = 1_440;

const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** The first thing wrong with a calendar, or undefined: `validation_failed`, with the field under `calendar`. */
export function problemWithCalendar(calendar: ServiceCalendar): Refusal | undefined {
  if (calendar.kind === '24x7') return undefined;
  const { timeZone, hours, holidays } = calendar;
  if (!isTimeZone(timeZone)) return wrong('timeZone', `${timeZone} is not an IANA time zone.`);
  for (const weekday of WEEKDAYS) {
    const refused = problemWithDay(weekday, hours);
    if (refused !== undefined) return refused;
  }
  if (minutesAWeek(calendar) === 0) return wrong('hours', 'A week needs at least one span of service.');
  if (holidays.length > MAX_HOLIDAYS) return wrong('holidays', `At most ${MAX_HOLIDAYS} holidays.`);
  for (const [index, holiday] of holidays.entries()) {
    const field = `holidays.${index}`;
    if (!isCivilDate(holiday)) return wrong(field, `${holiday} is not ${CIVIL_DATE_RULE}.`);
    if (holidays.indexOf(holiday) !== index) return wrong(field, `The holiday ${holiday} stands there twice.`);
  }
  return undefined;
}

function problemWithDay(weekday: Weekday, hours: BusinessHours['hours']): Refusal | undefined {
  const spans = hours[weekday] ?? [];
  if (spans.length > MAX_SPANS_A_DAY) return wrong(`hours.${weekday}`, `At most ${MAX_SPANS_A_DAY} spans a day.`);
  for (const [index, { from, to }] of spans.entries()) {
    const field = `hours.${weekday}.${index}`;
    if (!TIME_OF_DAY.test(from)) return wrong(`${field}.from`, `${from} is not a time from 00:00 to 23:59.`);
    if (!TIME_OF_DAY.test(to) && to !== '24:00')
      return wrong(`${field}.to`, `${to} is not a time from 00:01 to 24:00.`);
    if (to === from)
      return wrong(`${field}.to`, `A span from ${from} cannot end at ${to}. A whole day is 00:00 to 24:00.`);
    const before = spans[index - 1];
    if (before !== undefined && (goesOverMidnight(before) || from < before.to))
      return wrong(`${field}.from`, `The span from ${from} begins before the one until ${before.to} has ended.`);
  }
  return problemOverMidnight(weekday, hours);
}

/** What goes on from the day before must have ended when the day's first span begins. */
function problemOverMidnight(weekday: Weekday, hours: BusinessHours['hours']): Refusal | undefined {
  const yesterday = dayBefore(WEEKDAYS.indexOf(weekday));
  const over = (hours[yesterday] ?? []).at(-1);
  const first = hours[weekday]?.[0];
  if (over === undefined || first === undefined || !goesOverMidnight(over) || first.from >= over.to) return undefined;
  const detail = `The span from ${first.from} begins before the one of ${yesterday}, which goes on until ${over.to}, has ended.`;
  return wrong(`hours.${weekday}.0.from`, detail);
}

const wrong = (field: string, detail: string) => refuse('validation_failed', detail, `calendar.${field}`).refused;

/** The service time that may at most be asked for: some ten years of the calendar's hours. */
export const maxServiceMinutes = (calendar: ServiceCalendar): number =>
  calendar.kind === '24x7' ? Number.POSITIVE_INFINITY : MAX_WEEKS * minutesAWeek(calendar);

/** Of a week without holidays and clock changes. */
function minutesAWeek({ hours }: BusinessHours): number {
  return spansByDay(hours)
    .flat()
    .reduce((sum, { from, to }) => sum + to - from, 0);
}
