import { createLedgerStore } from '../../db/ledger/ledger.ts';
import { rowsOf } from '../../db/ledger/repair.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { type PackedRow, unpackRow } from '../../workflows/entitlements/packed.ts';
import type { WorkflowAnswer } from './compare.ts';
import { LedgerReader } from './ledger-reading.ts';
import type { RepairParts } from './repaired.ts';
import type { ReplayedRun } from './replayed-runs.ts';

/** A row that the database has lost, and the entitlement after it. */
interface FoundRow {
  readonly id: EntitlementId;
  readonly row: LedgerRow;
  readonly after: Entitlement;
}

/**
 * Writes rows again that the database has lost and that histories still have: from the answers of updates, and from what
 * the workflow asked to be written. A row is written only if all rows before it are there and it fits to them. Of all
 * entitlements the oldest come first, as a case may have moved.
 */
export async function repairRows(parts: RepairParts, ids: ReadonlySet<EntitlementId>): Promise<void> {
  const suspects = new Map<EntitlementId, Suspect>();
  for (const id of ids) {
    const rows = await rowsOf(parts.sql, id);
    const workflow = await parts.workflows.ask(id);
    if (mayLack(rows, workflow)) suspects.set(id, { rows, workflow });
  }
  const runs = await parts.replays.runsOf([...suspects.keys()].map(workflowIdOf));
  const found: FoundRow[] = [];
  for (const [id, suspect] of suspects) found.push(...missingRows(id, suspect, runs.get(workflowIdOf(id)) ?? []));
  found.sort((one, other) => one.row.at - other.row.at || one.row.seq - other.row.seq);
  const store = createLedgerStore(parts.sql);
  const written = new Map<EntitlementId, number[]>();
  for (const { id, row, after } of found) {
    await store.write({ rows: [row], snapshot: { entitlement: after, generation: 0 } });
    written.set(id, [...(written.get(id) ?? []), row.seq]);
  }
  for (const [id, numbers] of written)
    parts.mended({ kind: 'rows', id, what: `wrote ${rowsInWords(numbers)} from its workflow's history` });
}

interface Suspect {
  readonly rows: readonly LedgerRow[];
  readonly workflow: WorkflowAnswer;
}

/** Of a workflow that ended, only its history says whether it has newer rows. */
const mayLack = (rows: readonly LedgerRow[], workflow: WorkflowAnswer): boolean =>
  workflow.kind !== 'running' ||
  workflow.state.entitlement.seq > (rows.at(-1)?.seq ?? 0) ||
  rows.some(({ seq }, index) => seq !== index + 1);

/** The rows that are not in the ledger, up to the first that histories do not have either. */
function missingRows(id: EntitlementId, { rows, workflow }: Suspect, runs: readonly ReplayedRun[]): FoundRow[] {
  const here = new Map(rows.map((row) => [row.seq, row]));
  const inHistories = rowsIn(runs);
  const newest = workflow.kind === 'running' ? workflow.state.entitlement.seq : newestOf(runs);
  const wanted = new Set<number>();
  for (let seq = 1; seq <= newest; seq += 1) if (!here.has(seq)) wanted.add(seq);
  if (wanted.size === 0) return [];
  const reader = new LedgerReader(id, wanted);
  const found: LedgerRow[] = [];
  for (let seq = 1; seq <= Math.max(newest, rows.at(-1)?.seq ?? 0); seq += 1) {
    const row = here.get(seq) ?? inHistories.get(seq);
    if (row === undefined) break;
    reader.add({ ...row, at: new Date(row.at) });
    if (reader.reading.faults.length > 0) break;
    if (!here.has(seq)) found.push(row);
  }
  return found.flatMap((row) => {
    const after = reader.reading.after.get(row.seq);
    return after === undefined ? [] : [{ id, row, after }];
  });
}

/** Every row of these runs by its number. Where two runs have another row of one number, the later run is right. */
function rowsIn(runs: readonly ReplayedRun[]): ReadonlyMap<number, LedgerRow> {
  const rows = new Map<number, LedgerRow>();
  for (const run of runs) for (const row of rowsOfRun(run)) rows.set(row.seq, row);
  return rows;
}

const newestOf = (runs: readonly ReplayedRun[]): number => {
  const last = runs.at(-1);
  return last === undefined ? 0 : rowsOfRun(last).reduce((newest, { seq }) => Math.max(newest, seq), 0);
};

export const rowsOfRun = ({ seen }: ReplayedRun): readonly LedgerRow[] =>
  seen.flatMap((what) => {
    if (what.kind === 'answered') return rowsInside(what.answer);
    return what.kind === 'asked' && what.activity === 'writeLedger' ? rowsInside(what.argument) : [];
  });

/** The rows of a decision, an answer to a command, or a batch. Other answers have none. */
function rowsInside(value: unknown): readonly LedgerRow[] {
  if (typeof value !== 'object' || value === null) return [];
  const { rows, row } = value as { rows?: unknown; row?: unknown };
  const packed = Array.isArray(rows) ? rows : row === undefined ? [] : [row];
  return packed.filter(isPackedRow).map(unpackRow);
}

const isPackedRow = (value: unknown): value is PackedRow =>
  typeof value === 'object' && value !== null && 'seq' in value && 'kind' in value && 'at' in value;

/** `row 3`, `rows 3 to 5 and 9`. */
export function rowsInWords(numbers: readonly number[]): string {
  const spans: [number, number][] = [];
  for (const seq of [...numbers].sort((one, other) => one - other)) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === seq - 1) last[1] = seq;
    else spans.push([seq, seq]);
  }
  const text = spans.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(' and ');
  return `${numbers.length === 1 ? 'row' : 'rows'} ${text}`;
}
