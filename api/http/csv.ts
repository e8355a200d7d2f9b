import { stringify } from 'csv-stringify/sync';

/** A cell: text, a number, yes or no; null is empty. */
export type Cell = string | number | boolean | null;

/** The name of each column, and its cell in a row. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;

/** The signs with which a formula begins that a spreadsheet would run. */
const FORMULA_SIGNS = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
/** Some programs skip blanks and quotes before the sign. */
const FORMULA = new RegExp(`^(?:[\\t\\r]|["' \\u00a0]*[${FORMULA_SIGNS}])`);
/**
 * The same after a separator within a text. A spreadsheet that takes the semicolon for the separator ignores quotes
 * that do not begin a value, so quoting alone does not help.
 */
const FORMULA_WITHIN = new RegExp(`([;|\\t\\r\\n])(?=["' \\u00a0]*[${FORMULA_SIGNS}])`, 'g');
/** A decimal is a number, not a formula, even with a minus. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** CSV by RFC 4180 with a header row, safe to open in a spreadsheet. */
export const csvOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): string =>
  csvLines([Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))]);

/** Lines of CSV by RFC 4180. A text that a spreadsheet would run gets an apostrophe before the sign; numbers do not. */
export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  stringify(
    rows.map((row) => row.map(guarded)),
    { record_delimiter: '\r\n', quoted_match: /[;|\t\r\n]/, cast: { boolean: String } },
  );

function guarded(cell: Cell, column: number): Cell {
  // If the separator is not the comma, the first value runs on into the next columns and is not a number.
  if (typeof cell !== 'string' || (column > 0 && NUMBER.test(cell))) return cell;
  const within = cell.replaceAll(FORMULA_WITHIN, "$1'");
  return FORMULA.test(within) ? `'${within}` : within;
}
