import type { Refusal } from './mapped-rows.ts';

/** A row that was refused, with the cells that the file had. */
export interface RefusedRow extends Refusal {
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The report of refused rows as CSV: why each was refused, then the columns of the file. Once it is mended it can be
 * imported as it is, without the first four columns.
 */
export const reportOf = (header: readonly string[], refused: readonly RefusedRow[]): string =>
  csvText([
    ['line', 'code', 'field', 'detail', ...header],
    ...refused.map(({ line, code, field, detail, cells }) => [String(line), code, field, detail, ...cells]),
  ]);

// The API guards its exports by the same rules (api/http/csv.ts); a test compares the two.
const SIGNS = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
/** Some programs skip blanks and quotes before the sign of a formula. */
const FORMULA = new RegExp(`^(?:[\\t\\r]|["' \\u00a0]*[${SIGNS}])`);
const FORMULA_WITHIN = new RegExp(`([;|\\t\\r\\n])(?=["' \\u00a0]*[${SIGNS}])`, 'g');
const NUMBER = /^-?\d+(\.\d+)?$/;
const TO_QUOTE = /[",;|\t\r\n]/;

/** CSV by RFC 4180. A text that a spreadsheet would run as a formula gets an apostrophe before the sign. */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  rows.map((cells) => `${cells.map((cell, column) => quoted(guarded(cell, column))).join(',')}\r\n`).join('');

function guarded(cell: string, column: number): string {
  if (column > 0 && NUMBER.test(cell)) return cell;
  const within = cell.replaceAll(FORMULA_WITHIN, "$1'");
  return FORMULA.test(within) ? `'${within}` : within;
}

const quoted = (cell: string): string => (TO_QUOTE.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
