import { stringify } from 'csv-stringify/sync';

/** A cell: text, a number, yes or no; null is empty. */
export type Cell = string | number | boolean | null;

/** What a column is called, and what stands in it. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;

/** What a spreadsheet takes for the beginning of a formula, and runs. */
const FORMULA_SIGNS = '=+\\-@\uFF1D\uFF0B\uFF0D\uFF20';
/** Blanks and quotes before it, which some programs pass over. */
const FORMULA = new RegExp(`^(?:[\\t\\r]|["' \\u00a0]*[${FORMULA_SIGNS}])`);
/**
 * The same within a text, after what some spreadsheet parts values with. One that reads a file of commas as a file of
 * semicolons finds no quotes where a value begins, so that quoting does not help there.
 */
const FORMULA_WITHIN = new RegExp(`([;|\\t\\r\\n])(?=["' \\u00a0]*[${FORMULA_SIGNS}])`, 'g');
/** A decimal, which is a number and no formula, though it may begin with a minus. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** CSV by RFC 4180 with a header row, safe to open in a spreadsheet. */
export const csvOf = <Row>(columns: Columns<Row>, rows: readonly Row[]): string =>
  csvLines([Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))]);

/** Lines of CSV by RFC 4180. A text that a spreadsheet would run gets an apostrophe before the sign; numbers are plain. */
export const csvLines = (rows: readonly (readonly Cell[])[]): string =>
  stringify(
    rows.map((row) => row.map(guarded)),
    { record_delimiter: '\r\n', quoted_match: /[;|\t\r\n]/, cast: { boolean: String } },
  );

function guarded(cell: Cell, column: number): Cell {
  // Where values are not parted by commas, the first one goes on with those of the next columns, and is no number then.
  if (typeof cell !== 'string' || (column > 0 && NUMBER.test(cell))) return cell;
  const within = cell.replaceAll(FORMULA_WITHIN, "$1'");
  return FORMULA.test(within) ? `'${within}` : within;
}
