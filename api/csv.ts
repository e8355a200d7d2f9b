/** A cell: text, a number, yes or no; null is empty. */
export type Cell = string | number | boolean | null;

/** What a column is called, and what stands in it. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => Cell>>;

/** A spreadsheet takes a cell that begins so for a formula, and runs it. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A decimal, which is a number and no formula, though it may begin with a minus. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/** CSV by RFC 4180 with a header row. A text that a spreadsheet would run gets an apostrophe before it; numbers are plain. */
export function csvOf<Row>(columns: Columns<Row>, rows: readonly Row[]): string {
  const lines = [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((cell) => cell(row)))];
  return lines.map((cells) => `${cells.map(written).join(',')}\r\n`).join('');
}

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
