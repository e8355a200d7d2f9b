import type { UsageSpan } from './usage-days.ts';

/**
 * Sums over the ledger rows of one span, in cases or minutes. `change` is what the rows added to the remaining term;
 * `bought` is what cases took past the grants, less what came back of it, without changing the remaining term. So
 * change = granted - used + returned + bought.
 */
export interface UsageSums {
  readonly change: number;
  /** Allotments, top-ups and edits, less what lapsed. */
  readonly granted: number;
  readonly used: number;
  /** What canceled, reactivated, moved and changed cases gave back. */
  readonly returned: number;
  readonly bought: number;
  /** Cases that came here first. */
  readonly cases: number;
  /** Events of cases that were refused by status, dates, cover or exhaustion. */
  readonly refused: number;
}

export const NO_USE: UsageSums = {
  change: 0,
  granted: 0,
  used: 0,
  returned: 0,
  bought: 0,
  cases: 0,
  refused: 0,
};

/** What happened in a span, and what remained at its end; `remaining` is null if the term is unlimited. */
export interface UsagePoint extends UsageSpan, UsageSums {
  readonly remaining: number | null;
}

/** How the remaining term went. All terms are null if the term is unlimited. */
export interface UsageCourse {
  /** What remained when the first span began. */
  readonly opening: number | null;
  readonly points: readonly UsagePoint[];
  /** What remains after everything in the ledger. */
  readonly remaining: number | null;
}

/**
 * The course of the remaining term. `sums` has the sums by position: 0 holds everything before the first span, position
 * n the span number n, counted from 1, and the position after the last span everything later. A position that is absent
 * had no rows. What remains at any moment is the sum of all changes before it, as in the ledger.
 */
export function usageCourse(
  spans: readonly UsageSpan[],
  sums: ReadonlyMap<number, UsageSums>,
  isLimited: boolean,
): UsageCourse {
  const ofTerm = (term: number): number | null => (isLimited ? term : null);
  const before = sums.get(0)?.change ?? 0;
  let remaining = before;
  const points = spans.map((span, index) => {
    const ofSpan = sums.get(index + 1) ?? NO_USE;
    remaining += ofSpan.change;
    return { ...span, ...ofSpan, remaining: ofTerm(remaining) };
  });
  const after = sums.get(spans.length + 1)?.change ?? 0;
  return { opening: ofTerm(before), points, remaining: ofTerm(remaining + after) };
}
