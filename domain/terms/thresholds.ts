import type { TermPeriod } from './periods.ts';

/** Percentages of what is granted. Reaching one is announced to the receivers of `entitlement.near_depletion`. */
export const THRESHOLDS = [50, 75, 90, 100] as const;
export type Threshold = (typeof THRESHOLDS)[number];

/** What was granted and used so far, in cases or minutes. A `totalTerm` of null means unlimited. */
export interface TermUse {
  readonly details: { readonly totalTerm: number | null };
  readonly granted: number;
  readonly used: number;
  readonly period: TermPeriod | null;
}

/**
 * What is granted now and how much of it is used, in cases or minutes: of the whole term, or of this period with what
 * rolled over into it; top-ups included. Null if unlimited or if nothing is granted.
 */
export function usedOfGranted({ details, granted, used, period }: TermUse): { granted: number; used: number } | null {
  const before = period?.usedBefore ?? 0;
  if (details.totalTerm === null || granted <= before) return null;
  return { granted: granted - before, used: used - before };
}

/**
 * The thresholds that are reached after a row and were not before it. Whatever refills the term (a period, a top-up, a
 * case that gives back) lets them be crossed again.
 */
export function thresholdsCrossed(before: TermUse, after: TermUse): readonly Threshold[] {
  const unchanged = before.used === after.used && before.granted === after.granted && before.period === after.period;
  if (unchanged) return NONE;
  const passed = thresholdsReached(before);
  const crossed = thresholdsReached(after);
  return crossed <= passed ? NONE : THRESHOLDS.slice(passed, crossed);
}

const NONE: readonly Threshold[] = [];

/** How many of the thresholds are reached. Compares whole numbers, so that 3 of 4 is exactly 75 %. */
function thresholdsReached(use: TermUse): number {
  const now = usedOfGranted(use);
  return now === null ? 0 : THRESHOLDS.filter((percent) => now.used * 100 >= now.granted * percent).length;
}
