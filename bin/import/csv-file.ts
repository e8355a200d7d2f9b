import { createReadStream } from 'node:fs';
import { lineOf, systemCode } from '../../client/failure.ts';
import { CsvFault, type CsvRecord, csvRecords, headerNames, valuesUnder } from '../../runtime/csv-records.ts';
import { WrongInput } from './failure.ts';
import type { Kind, Values } from './kinds.ts';

/** A row of a file, read under its header, and what is wrong with it. */
export interface FileRow {
  /** The line of the file that it begins on. */
  readonly line: number;
  readonly values: Values;
  readonly wrong: { readonly field: string; readonly detail: string } | null;
}

/**
 * Reads a file row by row. Throws `WrongInput`, with the line, for a header that does not fit the kind and for broken
 * quoting.
 */
export async function* readFileRows(path: string, kind: Kind): AsyncGenerator<FileRow> {
  let header: readonly string[] | undefined;
  for await (const { line, cells } of recordsOf(path)) {
    if (header === undefined) header = headerOf(path, line, cells, kind);
    else yield rowUnder(header, line, valuesUnder(header.length, cells));
  }
  if (header === undefined) throw new WrongInput(`${path} is empty; it must begin with a header. ${allowed(kind)}`);
}

/** The records of the file. Throws `WrongInput` for a file that cannot be read and for text that is not CSV. */
async function* recordsOf(path: string): AsyncGenerator<CsvRecord> {
  try {
    yield* csvRecords(createReadStream(path), { trim: true });
  } catch (error) {
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): unknown {
  if (error instanceof CsvFault) {
    const { line, column, message } = error;
    return new WrongInput(
      `${path}, line ${line}, column ${column}: ${message}. Put a value with a delimiter, a quote or a line break in "…".`,
    );
  }
  const code = systemCode(error);
  if (code === 'ENOENT') return new WrongInput(`There is no file ${path}.`);
  return code === undefined ? error : new WrongInput(`${path} cannot be read: ${lineOf(error)}.`);
}

function headerOf(path: string, line: number, cells: readonly string[], kind: Kind): readonly string[] {
  const known = [...kind.required, ...kind.optional];
  // Capitals in column names do not matter: spreadsheets and people write them differently.
  const names = headerNames(cells).map(
    (name) => known.find((column) => column.toLowerCase() === name.toLowerCase()) ?? name,
  );
  const problems = [
    ...names.flatMap((name, at) =>
      known.includes(name) ? [] : [`the column "${name}" (column ${at + 1}) is not known`],
    ),
    ...kind.required.filter((name) => !names.includes(name)).map((name) => `the column "${name}" is missing`),
    ...names.flatMap((name, at) =>
      known.includes(name) && names.indexOf(name) < at
        ? [`the column "${name}" is there twice (column ${at + 1})`]
        : [],
    ),
  ];
  if (problems.length === 0) return names;
  throw new WrongInput(`${path}, line ${line}: ${problems.join('; ')}. ${allowed(kind)}`);
}

const allowed = ({ name, required, optional }: Kind): string =>
  `The columns of ${name} are ${required.join(', ')}, and optionally ${optional.join(', ')}.`;

function rowUnder(header: readonly string[], line: number, cells: readonly string[]): FileRow {
  const entries = header.flatMap((name, at): [string, string][] => {
    const cell = (cells[at] ?? '').trim();
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
