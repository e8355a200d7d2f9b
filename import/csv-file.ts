import { createReadStream } from 'node:fs';
import { CsvError, parse } from 'csv-parse';
import { lineOf, systemCode } from '../replay/failure.ts';
import { WrongInput } from './failure.ts';
import type { Kind, Values } from './kinds.ts';

/** Far more than a row of any kind can hold: a quote that is never closed is noticed before it has taken in the whole file. */
const MAX_ROW_BYTES = 65_536;

/** A row of a file under its header, or why it is none. */
export interface FileRow {
  /** The line of the file that it begins on. */
  readonly line: number;
  readonly values: Values;
  readonly wrong: { readonly field: string; readonly detail: string } | null;
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a file, read as they are asked for. Refuses a header that is not the kind's, and broken quoting, with the line. */
export async function* readFileRows(path: string, kind: Kind): AsyncGenerator<FileRow> {
  let header: readonly string[] | undefined;
  for await (const { line, cells } of readRecords(path)) {
    if (header === undefined) header = headerOf(path, line, cells, kind);
    else yield rowUnder(header, line, cells);
  }
  if (header === undefined) throw new WrongInput(`${path} is empty: it begins with a header. ${allowed(kind)}`);
}

/** Records with the line that each begins on; empty lines are passed over. */
async function* readRecords(path: string): AsyncGenerator<CsvRecord> {
  const source = createReadStream(path);
  const parser = parse({
    bom: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n'],
    max_record_size: MAX_ROW_BYTES,
  });
  source.once('error', (error) => parser.destroy(error));
  // Counted here: the parser takes a CR LF within quotes for two lines.
  let line = 1;
  try {
    for await (const record of source.pipe(parser)) {
      const cells = record as readonly string[];
      if (cells.length > 1 || cells[0]?.trim() !== '') yield { line, cells };
      line += 1 + cells.reduce((breaks, cell) => breaks + (cell.match(/\r\n|\n/g)?.length ?? 0), 0);
    }
  } catch (error) {
    throw unreadable(path, line, error);
  } finally {
    source.destroy();
  }
}

function unreadable(path: string, line: number, error: unknown): unknown {
  if (error instanceof CsvError) {
    const why = QUOTING[error.code] ?? error.message;
    return new WrongInput(
      `${path}, line ${line}: ${why}. A value with a comma, a quote or a line break stands in "…".`,
    );
  }
  const code = systemCode(error);
  if (code === 'ENOENT') return new WrongInput(`There is no file ${path}.`);
  return code === undefined ? error : new WrongInput(`${path} cannot be read: ${lineOf(error)}.`);
}

const QUOTING: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened in the row that begins here and never closed',
  CSV_MAX_RECORD_SIZE: 'the row that begins here does not end: is a quote never closed',
  CSV_INVALID_CLOSING_QUOTE:
    'after a closing quote comes neither a comma nor the end; a quote within a value is doubled',
  INVALID_OPENING_QUOTE:
    'a quote stands within a value that is not quoted as a whole; a quote within a value is doubled',
};

function headerOf(path: string, line: number, cells: readonly string[], kind: Kind): readonly string[] {
  const names = cells.map((cell) => cell.trim());
  const known = [...kind.required, ...kind.optional];
  const problems = [
    ...names.filter((name) => !known.includes(name)).map((name) => `the column "${name}" is not known`),
    ...kind.required.filter((name) => !names.includes(name)).map((name) => `the column "${name}" is missing`),
    ...names
      .filter((name, at) => known.includes(name) && names.indexOf(name) < at)
      .map((name) => `the column "${name}" stands there twice`),
  ];
  if (problems.length === 0) return names;
  const separated = names.length === 1 && /[;\t]/.test(names[0] ?? '') ? ' Columns are separated by commas.' : '';
  throw new WrongInput(`${path}, line ${line}: ${problems.join('; ')}.${separated} ${allowed(kind)}`);
}

const allowed = ({ name, required, optional }: Kind): string =>
  `The columns of ${name} are ${required.join(', ')}, and as you like ${optional.join(', ')}.`;

function rowUnder(header: readonly string[], line: number, cells: readonly string[]): FileRow {
  const entries = header.flatMap((name, at): [string, string][] => {
    const cell = cells[at] ?? '';
    return cell === '' ? [] : [[name, cell]];
  });
  return { line, values: Object.fromEntries(entries), wrong: wrongWith(header, cells) };
}

function wrongWith(header: readonly string[], cells: readonly string[]): FileRow['wrong'] {
  if (cells.length !== header.length)
    return { field: 'row', detail: `The row has ${cells.length} values under a header of ${header.length}.` };
  const at = cells.findIndex((cell) => cell.includes('\uFFFD'));
  if (at < 0) return null;
  return { field: header[at] ?? 'row', detail: 'The value is not UTF-8: save the file in that encoding.' };
}
