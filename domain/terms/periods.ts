import { dateAt, type EpochMs, LAST_INSTANT, monthsBetween, plusDays, startOfDay } from '../calendar.ts';
import { invalid, type Refusal } from '../refusals.ts';
import type { AllocationType } from './allocation.ts';
import { MAX_TERM } from './allocation.ts';
import { type AnchoredStart, anchoredMonthsLater } from './anchor-day.ts';

/** The length of the periods in which the allotment is granted anew. */
export type PeriodLength = 'month' | 'quarter' | 'year';

const MONTHS: Readonly<Record<PeriodLength, number>> = { month: 1, quarter: 3, year: 12 };

/** A period whose allotment is granted: from `startsAt`, up to but not including `endsAt`. */
export interface TermPeriod {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  /** Cases or minutes that had been used before it began; absent: none. */
  readonly usedBefore?: number;
  /** Days by which pauses made it longer; absent: none. */
  readonly movedDays?: number;
  /**
   * It lay wholly in a pause, or in pauses that meet: what it granted does not count, so nothing of it rolls over. While
   * another pause follows: so far.
   */
  readonly isPaused?: true;
}

/** The details that determine the periods of an entitlement. */
export interface Plan extends AnchoredStart {
  readonly period: PeriodLength | null;
  readonly timeZone: string;
  /** Days by which pauses moved all turns that come now; absent: none. */
  readonly movedDays?: number;
}

/**
 * The start of period number `index` (0 is the first): that many months, quarters or years after the start date, at the
 * start of that day in the entitlement's zone. In a month without such a day it is the month's last day. Each period is
 * counted from the start date, so a term from the 31st comes back to the 31st, and so does its successor from the 30th.
 * Pauses that moved the end move every later start by as many days.
 */
function periodStart(plan: Plan, length: PeriodLength, index: number): EpochMs {
  const day = anchoredMonthsLater(plan, index * MONTHS[length]);
  const { movedDays = 0 } = plan;
  return startOfDay(index === 0 || movedDays === 0 ? day : plusDays(day, movedDays), plan.timeZone);
}

/** Whole months from the start date to the day of `at`, counted as if no pause had moved it. */
const monthsTo = (plan: Plan, at: EpochMs): number =>
  monthsBetween(plan.startDate, plusDays(dateAt(at, plan.timeZone), -(plan.movedDays ?? 0)));

/** The first start of a period after `after`. */
function nextPeriodStart(plan: Plan, length: PeriodLength, after: EpochMs): EpochMs {
  const months = monthsTo(plan, after);
  // Begin with the last start at or before `after`: a month's last day may stand for a later day.
  for (let index = Math.max(1, Math.floor(months / MONTHS[length])); ; index++) {
    const start = periodStart(plan, length, index);
    // No period begins after the last instant: the one that contains it never turns.
    if (start > after || start === LAST_INSTANT) return start;
  }
}

/** The period that begins at `startsAt`; null if the allotment is for the whole term. */
export function periodFrom(plan: Plan, startsAt: EpochMs): TermPeriod | null {
  return plan.period === null ? null : { startsAt, endsAt: nextPeriodStart(plan, plan.period, startsAt) };
}

/** The period that contains `at`, or the first one if `at` is before the start date; null as in `periodFrom`. */
export function periodAt(plan: Plan, at: EpochMs): TermPeriod | null {
  if (plan.period === null) return null;
  const first = startOfDay(plan.startDate, plan.timeZone);
  const endsAt = nextPeriodStart(plan, plan.period, Math.max(at, first));
  const months = monthsTo(plan, endsAt);
  let startsAt = first;
  for (let index = Math.max(0, Math.floor(months / MONTHS[plan.period]) - 2); ; index++) {
    const start = periodStart(plan, plan.period, index);
    if (start >= endsAt) return { startsAt, endsAt };
    startsAt = start;
  }
}

/** How much of what is `left` rolls over into the next period: at most the cap, and nothing of a debt. */
export const rolledOver = (left: number, cap: number): number => Math.min(Math.max(left, 0), cap);

/** Refuses `validation_failed` for periods of an unlimited term, and for a rollover cap without periods. */
export function problemWithPeriod({
  period,
  rolloverCap,
  allocationType,
}: {
  readonly period: PeriodLength | null;
  readonly rolloverCap: number;
  readonly allocationType: AllocationType;
}): Refusal | undefined {
  if (period !== null && !Object.hasOwn(MONTHS, period))
    return invalid('period', 'A period is month, quarter or year.');
  if (period !== null && allocationType === 'unlimited')
    return invalid('period', 'An unlimited entitlement has no allotment to grant anew.');
  if (!Number.isSafeInteger(rolloverCap) || rolloverCap < 0 || rolloverCap > MAX_TERM)
    return invalid('rolloverCap', `The rollover cap is a whole number from 0 to ${MAX_TERM}.`);
  if (rolloverCap > 0 && period === null)
    return invalid('rolloverCap', 'A rollover needs a period: without periods there is no next one.');
  return undefined;
}
