import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { columnList, type LedgerColumn, type LedgerRecord } from './ledger-columns.ts';

/** A row that is in the ledger already must say the same; otherwise two histories of one entitlement exist. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError';
}

/** Two rows of one number are the same row when these agree. */
const COMPARED = [
  'kind',
  'key',
  'fingerprint',
  'case_id',
  'change',
  'remaining_after',
] as const satisfies readonly LedgerColumn[];

/**
 * Throws `LedgerConflictError` where the ledger has a row of the same number, or of the same key, that says something
 * else.
 */
export async function assertSameRows(sql: Sql, rows: readonly LedgerRecord[]): Promise<void> {
  const [first] = await sql<{ entitlement_id: string; seq: number }[]>`
    select given.entitlement_id, given.seq
    from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, rows)}) given
    left join ledger using (entitlement_id, seq)
    where (${columnList(sql, COMPARED, 'given')})
      is distinct from (${columnList(sql, COMPARED, 'ledger')})`;
  if (first !== undefined)
    throw new LedgerConflictError(
      `Ledger row ${first.seq} of entitlement ${first.entitlement_id} exists with other content, or its key exists under another number.`,
    );
}
