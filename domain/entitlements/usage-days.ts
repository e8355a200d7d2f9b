import {
  type CivilDate,
  dateAt,
  type EpochMs,
  endOfDay,
  mondayOf,
  onDayOfMonth,
  plusDays,
  plusMonths,
  startOfDay,
} from '../calendar.ts';
import { type Decided, invalid } from '../refusals.ts';
import type { Entitlement } from './entitlement.ts';

export const USAGE_STEPS = ['day', 'week', 'month'] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];

/** The most points of one answer: a year of days, with a month to spare. More could not be told apart on a screen. */
export const MAX_USAGE_POINTS = 400;

/** The days that the use of an entitlement is shown for, in its own zone, both included. */
export interface UsageDays {
  readonly since: CivilDate;
  readonly until: CivilDate;
}

/** The time of one point: from `since`, up to but not including `until`. `day` is its first day. */
export interface UsageSpan {
  readonly day: CivilDate;
  readonly since: EpochMs;
  readonly until: EpochMs;
}

/**
 * The days of an entitlement in which there can have been use: from its start, or from the day on which it was made if
 * that was later, until today; of one that has ended until its end, or until its newest row if cases went on after the
 * end. Null before the start, and for a draft that no case ever attached to.
 */
export function usageDays(entitlement: Entitlement, now: EpochMs): UsageDays | null {
  const { details, status, createdAt, updatedAt, casesEver } = entitlement;
  const { timeZone, startDate, endDate } = details;
  if (status === 'draft' && casesEver === 0) return null;
  const today = dateAt(now, timeZone);
  const since = later(startDate, dateAt(createdAt, timeZone));
  const newest = dateAt(updatedAt, timeZone);
  const last = status === 'expired' ? later(endDate, newest) : status === 'canceled' ? newest : today;
  const until = earlier(last, today);
  return since > today ? null : { since, until: later(since, until) };
}

// Days can be compared as texts.
const later = (one: CivilDate, other: CivilDate): CivilDate => (one > other ? one : other);
const earlier = (one: CivilDate, other: CivilDate): CivilDate => (one < other ? one : other);

/** The finest step that shows these days in at most `MAX_USAGE_POINTS` points; `month` if none does. */
export const finestStep = (days: UsageDays): UsageStep =>
  USAGE_STEPS.find((step) => firstDays(days, step) !== undefined) ?? 'month';

/**
 * The spans of these days, in order and without gaps: days, weeks from Monday on, or calendar months, each in the zone.
 * The first and the last are cut to the days that were asked for. A day that the zone skipped has no span. Refuses
 * `validation_failed` for more than `MAX_USAGE_POINTS`: with `by` if a coarser step exists, else with `since`.
 */
export function usageSpans(days: UsageDays, by: UsageStep, timeZone: string): Decided<readonly UsageSpan[]> {
  const starts = firstDays(days, by);
  if (starts === undefined) return { refused: tooMany(days, by) };
  const end = endOfDay(days.until, timeZone);
  const instants = [...starts.map((day) => startOfDay(day, timeZone)), end];
  return starts.flatMap((day, index) => {
    const [since = end, until = end] = instants.slice(index, index + 2);
    return since < until ? [{ day, since, until }] : [];
  });
}

function tooMany({ since, until }: UsageDays, by: UsageStep) {
  const many = `From ${since} to ${until} there are more than ${MAX_USAGE_POINTS} ${by}s.`;
  return by === 'month'
    ? invalid('since', `${many} Ask for a later since or an earlier until.`)
    : invalid('by', `${many} Ask for a coarser by, or for fewer days with since and until.`);
}

/** The first day of each span; undefined if there are too many. */
function firstDays({ since, until }: UsageDays, by: UsageStep): readonly CivilDate[] | undefined {
  const days: CivilDate[] = [];
  for (let day = since; day <= until; day = NEXT[by](day)) {
    if (days.length === MAX_USAGE_POINTS) return undefined;
    days.push(day);
  }
  return days;
}

const NEXT: Readonly<Record<UsageStep, (day: CivilDate) => CivilDate>> = {
  day: (day) => plusDays(day, 1),
  week: (day) => plusDays(mondayOf(day), 7),
  month: (day) => onDayOfMonth(plusMonths(day, 1), 1),
};
