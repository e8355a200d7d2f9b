/**
 * The signs with which a formula begins that a spreadsheet would run. The rule is the API's (api/http/csv.ts); a test
 * holds both to the same.
 */
const FORMULA_SIGNS = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
const FORMULA = new RegExp(`^(?:[\\t\\r]|["' \\u00a0]*[${FORMULA_SIGNS}])`);
const FORMULA_WITHIN = new RegExp(`([;|\\t\\r\\n])(?=["' \\u00a0]*[${FORMULA_SIGNS}])`, 'g');

/** Lines of CSV by RFC 4180, every cell in quotes. A text that a spreadsheet would run gets an apostrophe before it. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `${row.map((cell) => quoted(guarded(cell))).join(',')}\r\n`).join('');

function guarded(cell: string): string {
  const within = cell.replaceAll(FORMULA_WITHIN, "$1'");
  return FORMULA.test(within) ? `'${within}` : within;
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
