import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, type Shapes } from '../../data/api.ts';
import { batchesOf } from './batches.ts';
import { apiRow, columnOf, type ImportKind } from './import-choices.ts';
import type { MappedRow } from './mapped-rows.ts';
import type { RefusedRow } from './report-csv.ts';

/** What became of the rows so far. */
export interface ImportState {
  readonly status: 'sending' | 'stopped' | 'done';
  readonly of: number;
  readonly counts: Readonly<Record<'created' | 'updated' | 'unchanged' | 'refused', number>>;
  readonly refused: readonly RefusedRow[];
  /** Why it stopped; null when the person stopped it. */
  readonly error: unknown;
}

type Row = Shapes['CustomerRow' | 'ContactRow' | 'ProductRow'];

const NONE = { created: 0, updated: 0, unchanged: 0, refused: 0 };

/** Sends the rows of a file, batch by batch in their order. What was sent stays when it stops, and `goOn` sends the rest. */
export function useImport(kind: ImportKind) {
  const queries = useQueryClient();
  const [state, setState] = useState<ImportState | null>(null);
  const rest = useRef<(readonly MappedRow[])[]>([]);
  const stopping = useRef(new AbortController());
  useEffect(() => () => stopping.current.abort(), []);

  async function run(): Promise<void> {
    stopping.current = new AbortController();
    const { signal } = stopping.current;
    setState((before) => before && { ...before, status: 'sending', error: null });
    try {
      for (let batch = rest.current[0]; batch !== undefined; batch = rest.current[0]) {
        const results = await sent(kind, batch, signal);
        rest.current.shift();
        setState((before) => before && counted(before, batch ?? [], results));
      }
      setState((before) => before && { ...before, status: 'done' });
    } catch (error) {
      setState((before) => before && { ...before, status: 'stopped', error: signal.aborted ? null : error });
    }
    await queries.invalidateQueries();
  }

  return {
    state,
    start: (rows: readonly MappedRow[]) => {
      const refused = rows.flatMap(({ line, cells, refused: why }) => (why === null ? [] : [{ line, cells, ...why }]));
      rest.current = [...batchesOf(rows.filter(({ refused: why }) => why === null))];
      setState({
        status: 'sending',
        of: rows.length,
        counts: { ...NONE, refused: refused.length },
        refused,
        error: null,
      });
      void run();
    },
    stop: () => stopping.current.abort(),
    goOn: () => void run(),
    clear: () => setState(null),
  };
}

/** The API checks each row by itself. Sending a row again changes nothing, so a batch whose answer was lost is sent again. */
async function sent(kind: ImportKind, batch: readonly MappedRow[], signal: AbortSignal) {
  const rows = batch.map(({ values }) => apiRow(values)) as Row[];
  const { data } = await api.POST(`/v1/bulk/${kind}`, { body: { rows }, signal });
  return data?.results ?? [];
}

function counted(
  before: ImportState,
  batch: readonly MappedRow[],
  results: readonly Shapes['BulkResult'][],
): ImportState {
  const counts = { ...before.counts };
  const refused = [...before.refused];
  for (const [at, { line, cells }] of batch.entries()) {
    const result = results[at];
    if (result === undefined) continue;
    counts[result.outcome] += 1;
    if (result.outcome !== 'refused') continue;
    const { code = 'unknown', field = '', detail = '' } = result;
    refused.push({ line, cells, code, field: columnOf(field), detail });
  }
  refused.sort((a, b) => a.line - b.line);
  return { ...before, counts, refused };
}
