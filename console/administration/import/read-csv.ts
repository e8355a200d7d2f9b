/** Larger files take the command `npm run import`, which reads row by row. */
const MAX_FILE_BYTES = 20_000_000;
const BYTES_PER_MEGABYTE = 1_000_000;

/** A file as it was read. */
export interface CsvTable {
  readonly fileName: string;
  readonly header: readonly string[];
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  /** The line of the file that the row begins on. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The file cannot be imported; the message says why and what to do. */
export class WrongFile extends Error {
  override readonly name = 'WrongFile';
}

/** What spreadsheets put between values, depending on the country and the format. */
const DELIMITERS = [',', ';', '\t'] as const;
const LINE_END = /\r\n|\r|\n/g;

/**
 * Reads CSV as spreadsheets write it: commas, semicolons or tabs, any line ends, values in quotes. Rows without any value
 * are left out. Throws `WrongFile`.
 */
export async function readCsv(file: File): Promise<CsvTable> {
  if (file.size > MAX_FILE_BYTES)
    throw new WrongFile(
      `${file.name} is larger than ${MAX_FILE_BYTES / BYTES_PER_MEGABYTE} MB. Split it, or use the command npm run import.`,
    );
  const text = await file.text();
  const [header, ...rows] = await recordsIn(text, file.name);
  if (header === undefined) throw new WrongFile(`${file.name} is empty. It must begin with a header.`);
  const names = header.cells.slice(0, header.cells.findLastIndex((name) => name !== '') + 1);
  return { fileName: file.name, header: names, rows: rows.map((row) => ({ ...row, cells: under(names, row.cells) })) };
}

/** The cells of a row without the empty ones past the header that trailing delimiters make. */
const under = (header: readonly string[], cells: readonly string[]): readonly string[] =>
  cells.slice(header.length).every((cell) => cell === '') ? cells.slice(0, header.length) : cells;

async function recordsIn(text: string, fileName: string): Promise<readonly CsvRow[]> {
  // The parser is not needed on any other page.
  const { parse, CsvError } = await import('csv-parse/browser/esm/sync');
  let line = 1;
  const rows: CsvRow[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      trim: true,
      raw: true,
      on_record: (given: unknown, { raw = '' }) => {
        const cells = cellsIn(given);
        if (cells.some((cell) => cell !== '')) rows.push({ line, cells });
        line += raw.match(LINE_END)?.length ?? 0;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new WrongFile(
      `${fileName} is not CSV from line ${line} on: a quote there is not closed, or stands within a value. ` +
        'A quote within a value is doubled, and the value stands in quotes.',
    );
  }
  return rows;
}

/** The cells of a record as the parser gives it when `raw` is set, which its types do not say. */
const cellsIn = (given: unknown): readonly string[] =>
  typeof given === 'object' && given !== null && 'record' in given && Array.isArray(given.record) ? given.record : [];

/** The delimiter that the first line has most of; a comma when it has none. */
function delimiterOf(text: string): string {
  const [header = ''] = text.trimStart().split(/[\r\n]/, 1);
  const unquoted = header.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return DELIMITERS.reduce<string>((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best), ',');
}
