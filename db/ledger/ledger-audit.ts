import { OWN_NAME } from '../../domain/input-limits.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import type { LedgerRecord } from './ledger-columns.ts';

/** The entitlement did it by itself: it started, expired, or lost its successor. */
const isAutomatic = ({ by }: LedgerRecord): boolean => by === OWN_NAME;

/** Somebody used a privilege on a case: an override, taking a case off, or what needs `control_decrement_term`. */
const usedPrivilege = ({ kind, facts, case_after, key, by }: LedgerRecord): boolean =>
  facts?.overrode !== undefined ||
  facts?.decrements !== undefined ||
  (kind === 'attached' && case_after?.decrements === false) ||
  (kind === 'detached' && key !== null && by !== OWN_NAME);

/** The audit records what people do to an entitlement, and of its cases only what needs a privilege. */
const isAudited = (row: LedgerRecord): boolean =>
  row.refusal === null && (row.case_id === null ? !isAutomatic(row) : usedPrivilege(row));

/**
 * SQL: one part of the statement that writes ledger rows: it records them in the audit. It reads `new_rows`, so a
 * change is recorded once, with its row. It is empty when the audit wants none of the rows, as for most cases.
 */
export function auditPart(sql: Sql, rows: readonly LedgerRecord[]): Fragment {
  const changes = rows.filter(isAudited);
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
