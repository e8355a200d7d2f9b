/** Rows counted by their place in time, for charts: one column each, also for times without a row. */
export interface Counted {
  readonly label: string;
  readonly [series: string]: string | number;
}

const MS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;
/** More columns than this cannot be read. */
const MOST_COLUMNS = 60;

const shortDay = new Intl.DateTimeFormat(navigator.language, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const shortMonth = new Intl.DateTimeFormat(navigator.language, { month: 'short', year: '2-digit', timeZone: 'UTC' });

const dayNumber = (day: string): number => Math.floor(Date.parse(day) / MS_PER_DAY);

interface Dated {
  /** `YYYY-MM-DD`, or an instant. */
  readonly day: string;
  readonly series: string;
}

/** Counts by weeks that begin on the day of the first row, or by single days where they are few. */
export function countedByDays(rows: readonly Dated[], series: readonly string[]): readonly Counted[] {
  if (rows.length === 0) return [];
  const days = rows.map(({ day }) => dayNumber(day.slice(0, 'yyyy-mm-dd'.length)));
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const width = last - first < DAYS_PER_WEEK * 2 ? 1 : DAYS_PER_WEEK;
  const columns = Math.min(MOST_COLUMNS, Math.floor((last - first) / width) + 1);
  return Array.from({ length: columns }, (_, column) => {
    const from = first + column * width;
    // What lies beyond the last column that fits counts in it.
    const until = column === columns - 1 ? Number.POSITIVE_INFINITY : from + width;
    const here = rows.filter((_row, index) => {
      const day = days[index] ?? Number.NaN;
      return day >= from && day < until;
    });
    return { label: shortDay.format(from * MS_PER_DAY), ...countsOf(here, series) };
  });
}

/** Counts by months in which there is a row. */
export function countedByMonths(rows: readonly Dated[], series: readonly string[]): readonly Counted[] {
  const months = [...new Set(rows.map(({ day }) => day.slice(0, 'yyyy-mm'.length)))].sort();
  return months.slice(0, MOST_COLUMNS).map((month) => {
    const here = rows.filter(({ day }) => day.startsWith(month));
    return { label: shortMonth.format(Date.parse(`${month}-01`)), ...countsOf(here, series) };
  });
}

const countsOf = (rows: readonly Dated[], series: readonly string[]): Record<string, number> =>
  Object.fromEntries(series.map((name) => [name, rows.filter((row) => row.series === name).length]));
