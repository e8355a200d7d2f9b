import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ActionableError, lineOf, systemCode } from '../../client/failure.ts';
import { CsvFault, type CsvRecord, csvRecords, headerNames, valuesUnder } from '../../runtime/csv-records.ts';

/** How the logs mark a missing value. */
export const MISSING = '?';

/** Enough to show what is wrong with a log. A file of another kind would otherwise list every row. */
const MAX_PROBLEMS_SHOWN = 10;

const MS_PER_MINUTE = 60_000;

const COLUMNS = [
  'number',
  'incident_state',
  'caller_id',
  'opened_at',
  'sys_updated_at',
  'contact_type',
  'location',
  'category',
] as const;
type Column = (typeof COLUMNS)[number];

/** One row of the log, checked. Times are whole minutes since 1970, UTC; null is a missing value. */
export interface LogRow {
  /** The number of the data row, from 1; the same in every copy of a log. */
  readonly row: number;
  /** The line of the file that it begins on, for messages. */
  readonly line: number;
  readonly incident: string;
  /** Resolved or Closed. */
  readonly done: boolean;
  readonly openedAtMinute: number | null;
  readonly updatedAtMinute: number | null;
  readonly location: string;
  readonly caller: string | null;
  readonly channel: string | null;
  readonly category: string | null;
}

export interface LogProblem {
  readonly line: number;
  readonly field: string;
  readonly message: string;
}

/** The log cannot be played. No part of it is played, because half a log would give wrong sums. */
export class LogFailure extends ActionableError {
  readonly problems: readonly LogProblem[];

  constructor(name: string, problems: readonly LogProblem[]) {
    const shown = problems
      .slice(0, MAX_PROBLEMS_SHOWN)
      .map(({ line, field, message }) => `line ${line}, ${field}: ${message}`);
    const more = problems.length > shown.length ? [`and ${problems.length - shown.length} more`] : [];
    super(`${name} cannot be played: ${[...shown, ...more].join('; ')}`);
    this.problems = problems;
  }
}

/**
 * Reads the rows of a log: CSV with a header, gzipped when the name ends in `.gz`. Columns may come in any order, with
 * other columns among them. Throws for a missing file, a header that lacks a column, and bad rows, with line and field.
 */
export const readRows = (path: string): Promise<LogRow[]> => readRowsFrom(createReadStream(path), path);

/** The same from any stream. `name` is used in messages and says whether the stream is gzipped. */
export async function readRowsFrom(source: Readable, name: string): Promise<LogRow[]> {
  const plain = name.endsWith('.gz') ? pipeline(source, createGunzip(), () => undefined) : source;
  try {
    return await checkedRows(name, csvRecords(plain, { trim: false }));
  } catch (error) {
    throw readable(name, error);
  }
}

async function checkedRows(name: string, records: AsyncIterable<CsvRecord>): Promise<LogRow[]> {
  const rows: LogRow[] = [];
  const problems: LogProblem[] = [];
  let header: Header | undefined;
  for await (const { line, cells } of records) {
    if (header === undefined) header = readHeader(name, line, headerNames(cells));
    else rows.push(readRow(header, valuesUnder(header.width, cells), rows.length + 1, line, problems));
  }
  if (header === undefined) throw new ActionableError(`${name} is empty; a log must start with a header.`);
  if (problems.length > 0) throw new LogFailure(name, problems);
  return rows;
}

type Header = { readonly width: number; readonly place: ReadonlyMap<Column, number> };

function readHeader(name: string, line: number, given: readonly string[]): Header {
  const values = given.map((value) => value.toLowerCase());
  const missing = COLUMNS.filter((column) => !values.includes(column));
  if (missing.length > 0)
    throw new LogFailure(
      name,
      missing.map((field) => ({ line, field, message: 'the header has no such column' })),
    );
  return { width: values.length, place: new Map(COLUMNS.map((column) => [column, values.indexOf(column)])) };
}

function readRow(header: Header, values: readonly string[], row: number, line: number, problems: LogProblem[]): LogRow {
  const bad = (field: string, message: string): null => {
    problems.push({ line, field, message });
    return null;
  };
  if (values.length !== header.width) bad('row', `${values.length} values under a header of ${header.width}`);
  const value = (column: Column): string => values[header.place.get(column) ?? -1] ?? '';
  const optional = (column: Column): string | null => (isMissing(value(column)) ? null : value(column));
  const time = (column: Column): number | null => {
    const text = optional(column);
    if (text === null) return null;
    return minuteOf(text) ?? bad(column, `"${text}" is not a time as dd-mm-yyyy HH:MM`);
  };
  const incident = value('number');
  if (isMissing(incident)) bad('number', 'an incident needs its number');
  const state = value('incident_state');
  return {
    row,
    line,
    incident,
    done: state === 'Resolved' || state === 'Closed',
    openedAtMinute: time('opened_at'),
    updatedAtMinute: time('sys_updated_at'),
    location: value('location'),
    caller: optional('caller_id'),
    channel: optional('contact_type'),
    category: optional('category'),
  };
}

const isMissing = (value: string): boolean => value === '' || value === MISSING;

const TIME = /^(\d{2})-(\d{2})-(\d{4}) (\d{2}):(\d{2})$/;

/** Whole minutes since 1970 of a `dd-mm-yyyy HH:MM` in UTC; undefined for a date that does not exist, such as 31-02. */
function minuteOf(text: string): number | undefined {
  const parts = TIME.exec(text)?.slice(1).map(Number);
  if (parts === undefined) return undefined;
  const [day = 0, month = 0, year = 0, hour = 0, minute = 0] = parts;
  const ms = Date.UTC(year, month - 1, day, hour, minute);
  const back = new Date(ms);
  const same = back.getUTCDate() === day && back.getUTCMonth() === month - 1 && back.getUTCHours() === hour;
  return same && back.getUTCMinutes() === minute ? ms / MS_PER_MINUTE : undefined;
}

function readable(name: string, error: unknown): unknown {
  if (error instanceof CsvFault)
    return new LogFailure(name, [{ line: error.line, field: `column ${error.column}`, message: error.message }]);
  const code = systemCode(error);
  if (code === 'ENOENT') return new ActionableError(`There is no log at ${name}.`);
  return code === undefined ? error : new ActionableError(`${name} cannot be read: ${lineOf(error)}.`);
}
