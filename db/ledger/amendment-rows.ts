import { AMENDMENT_ROWS } from '../../domain/entitlements/amendment-history.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { Sql } from '../postgres/sql.ts';
import { columnList, LEDGER_COLUMNS, type LedgerRecord, rowFromRecord } from './ledger-columns.ts';

/** Two rows for each amendment, and one more for its void. */
const MOST_ROWS = 1_500;

/** The newest rows about the entitlement's amendments, the oldest first. Its own rows have an index, which is small. */
export async function readAmendmentRows(sql: Sql, id: string): Promise<readonly LedgerRow[]> {
  const rows = await sql<LedgerRecord[]>`
    select ${columnList(sql, LEDGER_COLUMNS)} from ledger
    where entitlement_id = ${id} and case_id is null and kind = any(${[...AMENDMENT_ROWS]}::text[])
    order by seq desc limit ${MOST_ROWS}`;
  return rows.map(rowFromRecord).reverse();
}
