import { LocalDate, type LocalDateTime, ZoneId, type ZoneRules } from '@js-joda/core';
import { CIVIL_DATE_RULE, type CivilDate, dateAt, type EpochMs, isCivilDate, isTimeZone } from '../calendar.ts';
import { invalid, type Refusal } from '../refusals.ts';

/** The days of the week in the order of ISO 8601: Monday is the first. */
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * A span of service in civil times `HH:MM`, up to but not including `to`, which may be `24:00`. If `to` is before
 * `from` it goes over midnight: its first part belongs to its own day, the rest to the next day.
 */
export interface ServiceSpan {
  readonly from: string;
  readonly to: string;
}

/**
 * Weekly hours in a zone. A day that is not named has no service, except the rest of a span over midnight. A holiday
 * has no service at all: of a span that begins on a holiday, only the part after midnight counts.
 */
export interface BusinessHours {
  readonly kind: 'business_hours';
  readonly timeZone: string;
  readonly hours: Readonly<Partial<Record<Weekday, readonly ServiceSpan[]>>>;
  readonly holidays: readonly CivilDate[];
}

/** When service time passes: always, or only in business hours. */
export type ServiceCalendar = { readonly kind: '24x7' } | BusinessHours;

const MINUTE_MS = 60_000;
/** Enough for ten years of holidays in any country. */
export const MAX_HOLIDAYS = 500;
export const MAX_SPANS_A_DAY = 12;
/** Ten years: a target that needs more weeks of the calendar's hours is a mistake. */
const MAX_WEEKS = 520;
/** Beyond the furthest target, even if every holiday costs a week and clock changes cost a week a year. */
const MAX_SEARCH_DAYS = 7 * (MAX_WEEKS + MAX_HOLIDAYS + 60);

/**
 * The instant at which `minutes` of service time have passed since `from`; for 0 minutes `from` itself. Spans are in
 * civil time, and inside a span real time counts: a day from 00:00 to 24:00 has 23 hours when clocks go forward.
 */
export const dueAt = (calendar: ServiceCalendar, from: EpochMs, minutes: number): EpochMs =>
  afterService(calendar, from, minutes * MINUTE_MS);

/** The same for milliseconds of service time: what is left of a target after a pause is seldom whole minutes. */
export function afterService(calendar: ServiceCalendar, from: EpochMs, serviceMs: number): EpochMs {
  let leftMs = serviceMs;
  if (calendar.kind === '24x7' || leftMs === 0) return from + leftMs;
  for (const { opensAt, closesAt } of serviceFrom(calendar, from)) {
    if (closesAt - opensAt >= leftMs) return opensAt + leftMs;
    leftMs -= closesAt - opensAt;
  }
  throw new RangeError(`The calendar has no ${serviceMs} ms of service within ${MAX_SEARCH_DAYS} days.`);
}

/** A stretch of real time in which there is service, up to but not including `closesAt`. */
export interface OpenSpan {
  readonly opensAt: EpochMs;
  readonly closesAt: EpochMs;
}

/** The open spans from `from` on, in order and without overlap. */
export function* serviceFrom({ timeZone, hours, holidays }: BusinessHours, from: EpochMs): Generator<OpenSpan> {
  const rules = ZoneId.of(timeZone).rules();
  const closed = new Set(holidays);
  const week = spansByDay(hours);
  // Where clocks are set back over midnight, part of the day before comes again.
  const firstDay = LocalDate.parse(dateAt(from, timeZone)).minusDays(1);
  let passed = from;
  for (let n = 0; n < MAX_SEARCH_DAYS; n += 1) {
    const day = firstDay.plusDays(n);
    const spans = week[day.dayOfWeek().value() - 1] ?? [];
    if (spans.length === 0 || closed.has(day.toString())) continue;
    const midnight = day.atStartOfDay();
    for (const span of spans) {
      // Two spans can meet within an hour that occurs twice, such as until 02:30 and from 02:30. Then both would
      // contain the time from the first 02:30 to the second: only the earlier span gets it.
      const opensAt = Math.max(passed, opening(midnight.plusMinutes(span.from), rules));
      const closesAt = closing(midnight.plusMinutes(span.to), rules);
      if (closesAt <= opensAt) continue;
      yield { opensAt, closesAt };
      passed = closesAt;
    }
  }
}

/**
 * The instant at which a span that begins at this civil time opens. A time that occurs twice (clocks set back) opens at
 * its first occurrence. A time that is skipped opens at the change: 02:30 at 03:00, if the clocks go from 02:00 to
 * 03:00.
 */
function opening(time: LocalDateTime, rules: ZoneRules): EpochMs {
  const change = rules.transition(time);
  if (change?.isGap()) return change.instant().toEpochMilli();
  return time.toInstant(change?.offsetBefore() ?? rules.offset(time)).toEpochMilli();
}

/**
 * The instant at which a span that ends at this civil time closes. A time that occurs twice (clocks set back) closes at
 * its second occurrence, so that the repeated hour counts both times. The time to which the clocks are set back closes
 * at its first occurrence, because nothing before it is repeated. If the clocks go from 03:00 back to 02:00, then 02:30
 * closes at the second 02:30, and 02:00 at the first 02:00.
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

/** The spans of each day of the week in order, Monday first. A span over midnight is cut there into two. */
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

/** Times of day can be compared as texts, because they have leading zeros. */
const goesOverMidnight = ({ from, to }: ServiceSpan): boolean => to < from;
/** The day before; before Monday comes Sunday. */
const dayBefore = (day: number): Weekday => WEEKDAYS[(day + 6) % 7] ?? 'sunday';
const MINUTES_A_DAY = 1_440;

const minuteOfDay = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

/** The first thing wrong with a calendar, or undefined. Always `validation_failed`, with the field under `calendar`. */
export function problemWithCalendar(calendar: ServiceCalendar): Refusal | undefined {
  if (calendar.kind === '24x7') return undefined;
  const { timeZone, hours, holidays } = calendar;
  if (!isTimeZone(timeZone)) return wrong('timeZone', `${timeZone} is not an IANA time zone.`);
  for (const weekday of WEEKDAYS) {
    const refused = problemWithDay(weekday, hours);
    if (refused !== undefined) return refused;
  }
  if (serviceMinutesAWeek(calendar) === 0)
    return wrong('hours', 'A calendar needs at least one span of service in a week.');
  if (holidays.length > MAX_HOLIDAYS) return wrong('holidays', `A calendar has at most ${MAX_HOLIDAYS} holidays.`);
  for (const [index, holiday] of holidays.entries()) {
    const field = `holidays.${index}`;
    if (!isCivilDate(holiday)) return wrong(field, `${holiday} is not ${CIVIL_DATE_RULE}.`);
    if (holidays.indexOf(holiday) !== index) return wrong(field, `The holiday ${holiday} is listed twice.`);
  }
  return undefined;
}

function problemWithDay(weekday: Weekday, hours: BusinessHours['hours']): Refusal | undefined {
  const spans = hours[weekday] ?? [];
  if (spans.length > MAX_SPANS_A_DAY) return wrong(`hours.${weekday}`, `A day has at most ${MAX_SPANS_A_DAY} spans.`);
  for (const [index, { from, to }] of spans.entries()) {
    const field = `hours.${weekday}.${index}`;
    if (!TIME_OF_DAY.test(from)) return wrong(`${field}.from`, `${from} is not a time from 00:00 to 23:59.`);
    if (!TIME_OF_DAY.test(to) && to !== '24:00')
      return wrong(`${field}.to`, `${to} is not a time from 00:01 to 24:00.`);
    if (to === from)
      return wrong(`${field}.to`, `A span from ${from} cannot end at ${to}. A whole day is 00:00 to 24:00.`);
    const before = spans[index - 1];
    if (before !== undefined && (goesOverMidnight(before) || from < before.to))
      return wrong(`${field}.from`, `The span from ${from} begins before the span until ${before.to} has ended.`);
  }
  return problemOverMidnight(weekday, hours);
}

/** A span that goes on from the day before must end before the day's first span begins. */
function problemOverMidnight(weekday: Weekday, hours: BusinessHours['hours']): Refusal | undefined {
  const yesterday = dayBefore(WEEKDAYS.indexOf(weekday));
  const over = (hours[yesterday] ?? []).at(-1);
  const first = hours[weekday]?.[0];
  if (over === undefined || first === undefined || !goesOverMidnight(over) || first.from >= over.to) return undefined;
  return wrong(
    `hours.${weekday}.0.from`,
    `The span from ${first.from} begins before the span of ${yesterday} has ended, which goes on until ${over.to}.`,
  );
}

const wrong = (field: string, detail: string): Refusal => invalid(`calendar.${field}`, detail);

/** The longest target in minutes: ten years of the calendar's hours. */
export const maxServiceMinutes = (calendar: ServiceCalendar): number =>
  calendar.kind === '24x7' ? Number.POSITIVE_INFINITY : MAX_WEEKS * serviceMinutesAWeek(calendar);

/** Minutes of service in a week without holidays and clock changes. */
function serviceMinutesAWeek({ hours }: BusinessHours): number {
  return spansByDay(hours)
    .flat()
    .reduce((sum, { from, to }) => sum + to - from, 0);
}
