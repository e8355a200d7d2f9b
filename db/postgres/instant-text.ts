import type { EpochMs } from '../../domain/calendar.ts';
import type { Fragment, Sql } from './sql.ts';

let last = { at: Number.NaN, text: '' };

/**
 * The instant as RFC 3339 in UTC with milliseconds, as it is written to the database. The rows of one decision share
 * one instant, so the last text is kept.
 */
export function instantText(at: EpochMs): string {
  if (at !== last.at) last = { at, text: new Date(at).toISOString() };
  return last.text;
}

/** The same for an instant that may be absent. */
export const instantTextOrNull = (at: EpochMs | null): string | null => (at === null ? null : instantText(at));

/**
 * SQL: the same text for a `timestamp` in UTC, made by PostgreSQL. `MS` has milliseconds, as callers see them; `US` has
 * microseconds, so that a cursor loses nothing.
 */
export const utcText = (sql: Sql, utc: Fragment, precision: 'MS' | 'US'): Fragment =>
  precision === 'MS'
    ? sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    : sql`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
