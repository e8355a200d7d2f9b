import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import type { LedgerRecord } from './ledger-record.ts';

/** What an entitlement does by itself (it starts, it expires, it loses its successor): nobody's change. */
const isItsOwn = ({ by }: LedgerRecord): boolean => by === 'allot';

/** An override, a case taken off, and what needs `control_decrement_term`: beside its cases' daily round somebody decided something. */
const isControlled = ({ kind, facts, case_after, key, by }: LedgerRecord): boolean =>
  facts?.overrode !== undefined ||
  facts?.decrements !== undefined ||
  (kind === 'attached' && case_after?.decrements === false) ||
  (kind === 'detached' && key !== null && by !== 'allot');

/** Rows that are somebody's change: what people do to an entitlement, and of its cases what needs a privilege. */
const isChange = (row: LedgerRecord): boolean =>
  row.refusal === null && (row.case_id === null ? !isItsOwn(row) : isControlled(row));

/**
 * One more part of the statement that writes ledger rows: those that are changes go into the audit, and only those that
 * `new_rows` says are new, so each once. Nothing at all when no row is a change, as for most cases.
 */
export function auditPart(sql: Sql, rows: readonly LedgerRecord[]) {
  const changes = rows.filter(isChange);
  if (changes.length === 0) return sql``;
  return sql`, new_audit as (
      insert into audit (at, by, action, record_type, record_id, before, after, reason)
      select at, by, kind, case when case_id is null then 'entitlement' else 'case' end,
        coalesce(case_id, entitlement_id), facts->'before',
        case when case_id is null then facts - 'before' else coalesce(facts, '{}') || jsonb_build_object(
          'entitlementId', entitlement_id, 'decrementEntitlementTerm', case_after->'decrements') end,
        reason
      from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, changes)})
        join (select entitlement_id, seq from new_rows) new_row using (entitlement_id, seq)
      order by entitlement_id, seq
    )`;
}
