import fc from 'fast-check';

/** Dates and instants as strange callers send them, and which of them the calendar of Allot has: 1900 to 9999. */

const FIRST = '1900-01-01';
const LAST = '9999-12-31';

/** Computed with the calendar of JavaScript, not with the one under test. */
export const isDay = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(text) || text < FIRST || text > LAST) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isFinite(at.getTime()) && at.toISOString().startsWith(text);
};
export const isInstant = (text: unknown): boolean => {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T/.test(text)) return false;
  const at = Date.parse(text);
  return at >= Date.UTC(1900, 0, 1) && at < Date.UTC(10_000, 0, 1);
};

const digits = (count: number) =>
  fc.integer({ min: 0, max: 10 ** count - 1 }).map((n) => String(n).padStart(count, '0'));
const day = fc
  .tuple(digits(4), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }))
  .map(([year, month, date]) => `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`);
const edge = fc.constantFrom(
  ...['0000-01-01', '0001-01-01', '1899-12-31', '1900-01-01', '1900-02-29', '1969-12-31', '1970-01-01'],
  ...['9999-12-30', '9999-12-31', '10000-01-01', '+10000-01-01', '+010000-01-01', '-000001-01-01', '-0001-01-01'],
  ...['2027-02-29', '2028-02-29', '2027-13-01', '2027-00-00', '2027-1-1', '20270101', '01.01.2027', '2027-01-01Z'],
  ...['٢٠٢٧-٠١-٠١', '2027‐01‐01', '2027-01-01\n', ' 2027-01-01', '2027-01-01\u0000', '', 'infinity', '-infinity'],
  ...['now', 'today', 'epoch', 'null', 'NaN', '1e9', '99999999999999999999', 'J2451187', 'allballs', '0099-01-01 BC'],
);
const offset = fc.constantFrom('Z', '+00:00', '-00:00', '+14:00', '-23:59', '+23:59', '+24:00', '+99:99', '', '[UTC]');
const time = fc.constantFrom('00:00:00', '23:59:59', '23:59:59.999999999', '24:00:00', '23:59:60', '12:00', '99:99:99');
const instant = fc.tuple(fc.oneof(day, edge), time, offset).map(([date, at, zone]) => `${date}T${at}${zone}`);
/** Text that should be a date. */
export const oddText = fc.oneof(
  { weight: 4, arbitrary: day },
  { weight: 6, arbitrary: edge },
  { weight: 2, arbitrary: instant },
  fc.string(),
);
/** Any value where a date should be. */
export const oddValue = fc.oneof(
  { weight: 8, arbitrary: oddText },
  fc.constantFrom<unknown>(0, -1, 1e308, 253_402_300_800_000, true, [], ['2027-01-01'], {}),
);
/** Text that should be an instant. */
export const oddInstant = fc.oneof({ weight: 4, arbitrary: instant }, { weight: 1, arbitrary: oddText });
