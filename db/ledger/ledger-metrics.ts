import { Counter, Histogram } from 'prom-client';
import type { RowKind } from '../../domain/ledger/ledger-row.ts';
import { LONG_SECONDS, metrics, SIZES } from '../../runtime/telemetry/registry.ts';
import type { WrittenRecord } from './ledger-columns.ts';

const registers = [metrics];

const rowsWritten = new Counter({
  name: 'allot_ledger_rows_total',
  help: 'Decisions that this process wrote to the ledger. Each row is counted once in all processes together',
  labelNames: ['kind'],
  registers,
});

const refusals = new Counter({
  name: 'allot_ledger_refusals_total',
  help: 'Refusals that this process wrote to the ledger, by the code of the refusal',
  labelNames: ['code'],
  registers,
});

const rowAge = new Histogram({
  name: 'allot_ledger_lag_seconds',
  help: 'Time from a decision about a case or a command to its row in the ledger',
  buckets: LONG_SECONDS,
  registers,
});

const lateness = new Histogram({
  name: 'allot_timer_lateness_seconds',
  help: 'Time from the instant at which an entitlement starts, ends or turns to the row in the ledger that says so',
  labelNames: ['kind'],
  buckets: LONG_SECONDS,
  registers,
});

const rowsTogether = new Histogram({
  name: 'allot_ledger_statement_rows',
  help: 'Rows in one statement that writes the ledger',
  buckets: SIZES,
  registers,
});

/** What an entitlement does by itself, when its instant has passed: the row has that instant. */
const BY_ITSELF: ReadonlySet<RowKind> = new Set(['started', 'expired', 'period_started', 'top_up_expired']);

/** Counts the rows of one statement. `isNew` says which were not in the ledger before. */
export function noteWritten(rows: readonly WrittenRecord[], isNew: (row: WrittenRecord) => boolean): void {
  rowsTogether.observe(rows.length);
  const now = Date.now();
  for (const row of rows) {
    if (!isNew(row)) continue;
    const { kind, refusal } = row;
    const seconds = Math.max(0, now - new Date(row.at).getTime()) / 1_000;
    rowsWritten.inc({ kind });
    if (refusal !== null) refusals.inc({ code: refusal });
    if (BY_ITSELF.has(kind)) lateness.observe({ kind }, seconds);
    else rowAge.observe(seconds);
  }
}
