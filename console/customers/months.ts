/** One month, in UTC as reports count, with its first and its last day. */
export interface Month {
  readonly since: string;
  readonly until: string;
  /** Nov 2026. */
  readonly label: string;
}

const format = new Intl.DateTimeFormat(navigator.language, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const dayOf = (at: Date): string => at.toISOString().slice(0, 'yyyy-mm-dd'.length);

/** The last months up to that of `now`, the oldest first. */
export function lastMonths(count: number, now: Date): readonly Month[] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return Array.from({ length: count }, (_, index) => {
    const first = new Date(Date.UTC(year, month - (count - 1 - index), 1));
    // Day 0 of the next month is the last day of this one.
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0));
    return { since: dayOf(first), until: dayOf(last), label: format.format(first) };
  });
}
