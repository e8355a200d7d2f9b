import { dateAt, type EpochMs, LAST_INSTANT, monthsBetween, startOfDay } from '../calendar.ts';
import { invalid, type Refusal } from '../refusals.ts';
import type { AllocationType } from './allocation.ts';
import { MAX_TERM } from './allocation.ts';
import { type AnchoredStart, anchoredMonthsLater } from './anchor-day.ts';

/** How long an allotment lasts before it is granted anew. */
export type PeriodLength = 'month' | 'quarter' | 'year';

const MONTHS: Readonly<Record<PeriodLength, number>> = { month: 1, quarter: 3, year: 12 };

/** A period whose allotment is granted: from `startsAt` up to and without `endsAt`. */
export interface TermPeriod {
  readonly startsAt: EpochMs;
  readonly endsAt: EpochMs;
  /** Cases or minutes that had been used when it was granted; absent: none. */
  readonly usedBefore?: number;
}

/** What says where the periods of an entitlement lie. */
interface Plan extends AnchoredStart {
  readonly period: PeriodLength | null;
  readonly timeZone: string;
}

/**
 * When period number `index` begins (0 is the first): that many months, quarters or years after the start date, at the
 * start of that day in the entitlement's zone. Where a month has no such day it is the month's last one; the next
 * period is counted from the start date again, so a term from the 31st comes back to it. So does its successor that
 * starts on the 30th.
 */
function periodStart(plan: Plan, length: PeriodLength, index: number): EpochMs {
  return startOfDay(anchoredMonthsLater(plan, index * MONTHS[length]), plan.timeZone);
}

/** The first turn of a period after `after`. */
function nextPeriodStart(plan: Plan, length: PeriodLength, after: EpochMs): EpochMs {
  const months = monthsBetween(plan.startDate, dateAt(after, plan.timeZone));
  // The last turn by the calendar, or the one before: a month's last day may stand for a later one.
  for (let index = Math.max(1, Math.floor(months / MONTHS[length])); ; index++) {
    const start = periodStart(plan, length, index);
    // Nothing begins after the last instant: the period that contains it does not turn any more.
    if (start > after || start === LAST_INSTANT) return start;
  }
}

/** The period that begins at `startsAt`; null where the allotment is for the whole term. */
export function periodFrom(plan: Plan, startsAt: EpochMs): TermPeriod | null {
  return plan.period === null ? null : { startsAt, endsAt: nextPeriodStart(plan, plan.period, startsAt) };
}

/** The period that `at` lies in, the first one where `at` is before the start date; null as above. */
export function periodAt(plan: Plan, at: EpochMs): TermPeriod | null {
  if (plan.period === null) return null;
  const first = startOfDay(plan.startDate, plan.timeZone);
  const endsAt = nextPeriodStart(plan, plan.period, Math.max(at, first));
  const months = monthsBetween(plan.startDate, dateAt(endsAt, plan.timeZone));
  let startsAt = first;
  for (let index = Math.max(0, Math.floor(months / MONTHS[plan.period]) - 2); ; index++) {
    const start = periodStart(plan, plan.period, index);
    if (start >= endsAt) return { startsAt, endsAt };
    startsAt = start;
  }
}

/** What goes over into the next period of what is left: nothing of a debt, and no more than the cap. */
export const rolledOver = (left: number, cap: number): number => Math.min(Math.max(left, 0), cap);

/** Refuses `validation_failed`: periods divide a counted allotment, and only what has periods can roll over. */
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
    return invalid('rolloverCap', `The cap of the rollover is a whole number from 0 to ${MAX_TERM}.`);
  if (rolloverCap > 0 && period === null)
    return invalid('rolloverCap', 'Without periods there is nothing to roll over to.');
  return undefined;
}
