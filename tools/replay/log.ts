import type { Readable } from 'node:stream';
import { LogFailure, type LogProblem, type LogRow, readRows, readRowsFrom } from './log-rows.ts';

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  readonly incident: string;
  /** The incident's location in its first row; a later change of location is not an event. */
  readonly location: string;
  /** The data row that made the event, from 1. Together with incident and kind it identifies the event. */
  readonly row: number;
  /** Whole minutes since 1970, UTC; used only for the order. */
  readonly atMinute: number;
}

export interface LogAttach extends EventOf<'attach'> {
  readonly caller: string | null;
  readonly channel: string | null;
  readonly category: string | null;
}

interface LogResolve extends EventOf<'resolve'> {
  /** Whole minutes since the incident was opened, at least 0. */
  readonly minutes: number;
}

export type LogEvent = LogAttach | LogResolve | EventOf<'reactivate'>;

/**
 * Reads an incident log into case events, in the order in which a replay plays them: by time, then incident, then row,
 * then attach before resolve before reactivate. Throws what `readRows` throws, and for an event whose time is missing.
 */
export const readLog = async (path: string): Promise<LogEvent[]> => eventsOf(await readRows(path), path);

/** The same from a stream; `name` is used in messages. */
export const readLogFrom = async (source: Readable, name: string): Promise<LogEvent[]> =>
  eventsOf(await readRowsFrom(source, name), name);

function eventsOf(rows: readonly LogRow[], name: string): LogEvent[] {
  const problems: LogProblem[] = [];
  const incidents = new Map<string, LogRow[]>();
  for (const row of rows) {
    const known = incidents.get(row.incident);
    if (known === undefined) incidents.set(row.incident, [row]);
    else known.push(row);
  }
  const events = [...incidents.values()].flatMap((ofIncident) => incidentEvents(ofIncident, problems));
  if (problems.length > 0) throw new LogFailure(name, problems);
  return events.sort(inOrder);
}

/** One incident's events from its rows in file order. */
function incidentEvents(rows: readonly LogRow[], problems: LogProblem[]): LogEvent[] {
  const first = rows[0];
  if (first === undefined) return [];
  const { incident, location, caller, channel, category } = first;
  const openedAtMinute = needed(first.openedAtMinute, first, 'opened_at', problems);
  const common = { incident, location };
  const events: LogEvent[] = [
    { kind: 'attach', ...common, row: first.row, atMinute: openedAtMinute, caller, channel, category },
  ];
  let done = false;
  for (const row of rows) {
    if (row.done === done) continue;
    done = row.done;
    const atMinute = needed(row.updatedAtMinute, row, 'sys_updated_at', problems);
    const minutes = Math.max(0, atMinute - openedAtMinute);
    if (done) events.push({ kind: 'resolve', ...common, row: row.row, atMinute, minutes });
    else events.push({ kind: 'reactivate', ...common, row: row.row, atMinute });
  }
  return events;
}

function needed(minute: number | null, row: LogRow, field: string, problems: LogProblem[]): number {
  if (minute !== null) return minute;
  problems.push({ line: row.line, field, message: 'the time is missing, and the row is an event' });
  return 0;
}

const KIND_ORDER = { attach: 0, resolve: 1, reactivate: 2 } as const satisfies Record<LogEvent['kind'], number>;

function inOrder(a: LogEvent, b: LogEvent): number {
  return (
    a.atMinute - b.atMinute ||
    byText(a.incident, b.incident) ||
    a.row - b.row ||
    KIND_ORDER[a.kind] - KIND_ORDER[b.kind]
  );
}

/** Compares code units, so the order is the same on every machine, whatever its language settings. */
export function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
