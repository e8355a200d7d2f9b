import type { CaseId, EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { LedgerBatch, WriteOutcome } from '../../workflows/entitlements/ports.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/**
 * A case has one entitlement. Where two entitlements attach the same case at the same moment, the first to be written
 * keeps it, and the other one gives it up. This file says who has lost a case, and which rows no longer count.
 */

/**
 * SQL: the ledger row `row` (a table or alias) attached a case that another entitlement had first, and its own
 * entitlement has given the case up or is about to. A case that another entitlement took over from this very stay is
 * not given up: its move is under way.
 */
export const isGivenUp = (sql: Sql, row: Fragment): Fragment => sql`
  (${row}.kind = 'attached' and (
    exists (select from ledger lost where lost.entitlement_id = ${row}.entitlement_id
      and lost.key = 'lost:' || ${row}.case_id || ':' || ${row}.seq)
    or (exists (select from cases where cases.id = ${row}.case_id
        and cases.entitlement_id is distinct from ${row}.entitlement_id)
      and exists (select from (
          select case_after from ledger here
          where here.case_id = ${row}.case_id and here.entitlement_id = ${row}.entitlement_id and case_after is not null
          order by seq desc limit 1) newest
        where not newest.case_after ? 'detached' and (newest.case_after ->> 'attachedSeq')::int = ${row}.seq)
      and not exists (select from ledger taken where taken.case_id = ${row}.case_id and taken.kind = 'attached'
        and taken.facts ->> 'movedFromId' = ${row}.entitlement_id
        and (taken.case_after -> 'movedFrom' ->> 'seq')::int >= ${row}.seq))))`;

/**
 * SQL, in the statement that writes the ledger: the key of the attach has already recorded the case without an
 * entitlement, because this decision was not written by then. That answer stands, and the attach is given up. Rows that
 * the statement itself writes are not yet in the ledger that it sees, so both are looked at.
 */
export const cameFirstAlone = (sql: Sql): Fragment => sql`(
  exists (select from new_rows join unattached_events alone on alone.key = new_rows.key
    where new_rows.case_id = excluded.id and new_rows.kind = 'attached')
  or exists (select from ledger join unattached_events alone on alone.key = ledger.key
    where ledger.case_id = excluded.id and ledger.entitlement_id = excluded.entitlement_id and ledger.kind = 'attached'))`;

/** The cases that these rows of one entitlement attach and do not give back again, each once. */
export function keptIn(rows: readonly LedgerRow[]): CaseId[] {
  const newest = new Map<CaseId, LedgerRow>();
  for (const row of rows) {
    const isAbout = row.caseId !== null && (row.kind === 'attached' || row.case?.detached === true);
    if (isAbout && row.caseId !== null && row.seq >= (newest.get(row.caseId)?.seq ?? 0)) newest.set(row.caseId, row);
  }
  return [...newest].flatMap(([caseId, { kind }]) => (kind === 'attached' ? [caseId] : []));
}

/**
 * Reads which of the cases in `unlinked` (one list for each batch) their entitlements have lost: to another
 * entitlement, or to none. For the other cases the link was only newer already. A case that another entitlement took
 * over from this very stay is not lost: whoever moves it finishes the move.
 */
export async function findLost(
  sql: Sql,
  batches: readonly LedgerBatch[],
  unlinked: readonly (readonly CaseId[])[],
): Promise<WriteOutcome[]> {
  const asked = batches.flatMap(({ rows, snapshot }, index) =>
    (unlinked[index] ?? []).map((caseId) => ({
      caseId,
      entitlementId: snapshot.entitlement.id,
      seq: Math.max(...rows.flatMap((row) => (row.kind === 'attached' && row.caseId === caseId ? [row.seq] : []))),
    })),
  );
  const found = await sql<{ caseId: CaseId; entitlementId: EntitlementId; owner: EntitlementId | null }[]>`
    select q."caseId", q."entitlementId", c.entitlement_id as owner
    from jsonb_to_recordset(${jsonParameter(sql, asked)}) as q ("caseId" text, "entitlementId" text, seq int)
    join cases c on c.id = q."caseId"
    where c.entitlement_id is distinct from q."entitlementId" and not exists (
      select from ledger taken
      where taken.case_id = c.id and taken.kind = 'attached' and taken.facts ->> 'movedFromId' = q."entitlementId"
        and (taken.case_after -> 'movedFrom' ->> 'seq')::int >= q.seq)`;
  return batches.map(({ snapshot }, index) => ({
    lost: found.flatMap(({ caseId, entitlementId, owner }) =>
      entitlementId === snapshot.entitlement.id && unlinked[index]?.includes(caseId) ? [{ caseId, owner }] : [],
    ),
  }));
}
