import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerBatch, LedgerStore, WriteOutcome } from '../../workflows/entitlements/ports.ts';
import { batched } from '../postgres/batcher.ts';
import type { Sql } from '../postgres/sql.ts';
import { createSlaOfRows, type SlaOfRow } from '../slas/case-sla.ts';
import { caseAt, loadForgotten } from './forgotten.ts';
import { LedgerConflictError } from './ledger-conflict.ts';
import { writeBatches } from './write-statement.ts';

/** Two statements at a time under load: while one commits, the next is parsed. */
const STATEMENTS_IN_FLIGHT = 2;
const MAX_BATCHES_PER_STATEMENT = 200;
/** With fewer rows than this, a second statement beside the first costs more than waiting does. */
const ROWS_WORTH_A_STATEMENT = 100;

/**
 * The ledger and what is read from it, for workflows and API alike. All callers of one moment are written by one
 * statement; if a row of one of them is at fault, that caller alone gets the error: `LedgerConflictError`, or
 * PostgreSQL's own. What is read goes by `lookups`; see `connectForLookups`.
 */
export function createLedgerStore(sql: Sql, lookups = sql): LedgerStore {
  const slaOfRows = createSlaOfRows(sql);
  const write = batched<LedgerBatch, WriteOutcome>(
    async (batches) => writeApart(sql, batches, await slaOfRows(batches)),
    {
      name: 'ledger_write',
      inFlight: STATEMENTS_IN_FLIGHT,
      maxItems: MAX_BATCHES_PER_STATEMENT,
      overlapFrom: ROWS_WORTH_A_STATEMENT,
      weight: ({ rows }) => rows.length,
      isolates: isFaultOfData,
    },
  );
  return {
    write,
    loadForgotten: (id, cases, keys) => loadForgotten(lookups, id, cases, keys),
    caseAt: (id, seq) => caseAt(lookups, id, seq),
  };
}

/**
 * One statement touches a case's record once: batches of two entitlements that concern the same case are written one
 * after the other.
 */
async function writeApart(sql: Sql, batches: readonly LedgerBatch[], slaOf: SlaOfRow): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for (const together of splitByCase(batches)) outcomes.push(...(await writeBatches(sql, together, slaOf)));
  return outcomes;
}

/** The batches in their order, split wherever a case appears under another entitlement than before. */
function splitByCase(batches: readonly LedgerBatch[]): readonly (readonly LedgerBatch[])[] {
  const parts: LedgerBatch[][] = [];
  let owners = new Map<string, EntitlementId>();
  for (const batch of batches) {
    const { id } = batch.snapshot.entitlement;
    const cases = batch.rows.flatMap((row) => (row.case === null ? [] : [row.case.caseId]));
    const meets = cases.some((caseId) => (owners.get(caseId) ?? id) !== id);
    if (meets) owners = new Map();
    for (const caseId of cases) owners.set(caseId, id);
    const part = parts.at(-1);
    if (part === undefined || meets) parts.push([batch]);
    else part.push(batch);
  }
  return parts;
}

/**
 * PostgreSQL's classes 22 (a value that cannot be stored) and 23 (a broken constraint), and rows that contradict the
 * ledger.
 */
const isFaultOfData = (error: unknown): boolean =>
  error instanceof LedgerConflictError ||
  (typeof error === 'object' && error !== null && 'code' in error && /^2[23]...$/.test(String(error.code)));
