import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { FirstAnswer } from '../../workflows/entitlements/case-messages.ts';
import type { Forgotten } from '../../workflows/entitlements/ports.ts';
import type { Sql } from '../postgres/sql.ts';
import { isGivenUp } from './case-ownership.ts';
import { columnList, columnsAsFields, LEDGER_COLUMNS, type LedgerRecord, rowFromRecord } from './ledger-columns.ts';

/** The case as it stood after row `seq` of the entitlement; undefined where that row has no case or does not exist. */
export async function caseAt(sql: Sql, id: EntitlementId, seq: number): Promise<SupportCase | undefined> {
  const [row] = await sql<{ case_after: SupportCase | null }[]>`
    select case_after from ledger where entitlement_id = ${id} and seq = ${seq}`;
  return row?.case_after ?? undefined;
}

/**
 * What a workflow no longer has in memory: the newest state of these cases on its entitlement, its rows of these keys,
 * what else answered the keys, and the entitlement's snapshot (null for a deleted one). All that is asked is read at
 * once.
 */
export async function loadForgotten(
  sql: Sql,
  id: EntitlementId,
  cases: readonly string[],
  keys: readonly string[],
): Promise<Forgotten> {
  const [[entitlement], rows, latest, elsewhere] = await Promise.all([
    sql<
      { state: Entitlement; generation: number }[]
    >`select state, generation from entitlements where id = ${id} and not deleted`,
    keys.length === 0
      ? []
      : sql<
          LedgerRecord[]
        >`select ${columnList(sql, LEDGER_COLUMNS)} from ledger where entitlement_id = ${id} and key = any(${[...keys]})`,
    cases.length === 0
      ? []
      : sql<{ case_after: SupportCase }[]>`
          select distinct on (case_id) case_after from ledger
          where entitlement_id = ${id} and case_id = any(${[...cases]}) and case_after is not null
          order by case_id, seq desc`,
    keys.length === 0 ? [] : answersElsewhere(sql, id, keys),
  ]);
  return {
    cases: latest.map(({ case_after }) => case_after),
    rows: rows.map(rowFromRecord),
    snapshot: entitlement === undefined ? null : { entitlement: entitlement.state, generation: entitlement.generation },
    elsewhere,
  };
}

/**
 * The answers to these keys that are recorded elsewhere, not in rows of this ledger that still count. A row that was
 * given up is an answer only if the key has no other.
 */
async function answersElsewhere(sql: Sql, id: EntitlementId, keys: readonly string[]): Promise<FirstAnswer[]> {
  const found = await sql<FirstAnswer[]>`
    select distinct on (key) * from (
      select ${columnsAsFields(sql, ['key', 'fingerprint', 'seq', 'refusal', 'detail'])},
        entitlement_id as "entitlementId", ${isGivenUp(sql, sql`ledger`)} as "isGivenUp"
      from ledger where key = any(${[...keys]})
      union all
      select key, fingerprint, null, null, null, null, false from unattached_events where key = any(${[...keys]})) answers
    order by key, "isGivenUp", "entitlementId" = ${id} desc nulls last`;
  return found.filter(({ entitlementId, isGivenUp: wasGivenUp }) => entitlementId !== id || wasGivenUp);
}
