import { jsonParameter, type Sql } from './connect.ts';
import type { LedgerRecord } from './ledger-record.ts';

/** What an entitlement does by itself (it starts, it expires): nobody's change. */
const isItsOwn = ({ key, by }: LedgerRecord): boolean => key === null && by === 'allot';

/** Rows that are somebody's change of an entitlement: not what its cases do, and no refusal. */
const isChange = (row: LedgerRecord): boolean => row.case_id === null && row.refusal === null && !isItsOwn(row);

/**
 * One more part of the statement that writes ledger rows: those that are changes go into the audit, and only those that
 * `new_rows` says are new, so each once. Nothing at all when no row is a change, as for cases.
 */
export function auditPart(sql: Sql, rows: readonly LedgerRecord[]) {
  const changes = rows.filter(isChange);
  if (changes.length === 0) return sql``;
  return sql`, new_audit as (
      insert into audit (at, by, action, record_type, record_id, before, after, reason)
      select at, by, kind, 'entitlement', entitlement_id, nullif(facts->'before', 'null'), facts - 'before', reason
      from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, changes)}) join new_rows using (entitlement_id, seq)
      order by entitlement_id, seq
    )`;
}
