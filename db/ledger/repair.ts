import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { columnList, LEDGER_COLUMNS, type LedgerRecord, rowFromRecord } from './ledger-columns.ts';
import { snapshotRecord } from './snapshot-records.ts';

/**
 * Puts an entitlement's read model to what its ledger makes of it, whatever stands there. Nothing is changed if the
 * ledger has a newer row by now: then another process has written it with its own snapshot. Answers whether it was
 * written.
 */
export async function rewriteSnapshot(sql: Sql, entitlement: Entitlement): Promise<boolean> {
  const record = snapshotRecord(entitlement, 0);
  return await inTransaction(sql, async (tx) => {
    // A statement that waits for a row goes on with the ledger as it was before. So the lock comes first, and what was
    // written until then is seen. A record that is made meanwhile is newer, and stays.
    const isThere = (await tx`select from entitlements where id = ${entitlement.id} for update`).length > 0;
    const written = await tx`
      insert into entitlements
      select given.* from jsonb_populate_record(null::entitlements, ${jsonParameter(tx, record)}) given
      where (select max(seq) from ledger where entitlement_id = ${entitlement.id}) = ${entitlement.seq}
      on conflict (id) do update set
        name = excluded.name, customer_id = excluded.customer_id, status = excluded.status,
        start_date = excluded.start_date, end_date = excluded.end_date, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, remaining_term = excluded.remaining_term, renewed_by_id = excluded.renewed_by_id,
        renews_id = excluded.renews_id, seq = excluded.seq, deleted = excluded.deleted,
        updated_at = excluded.updated_at, state = excluded.state, owner = excluded.owner, tier = excluded.tier,
        product_ids = excluded.product_ids, allocation_type = excluded.allocation_type,
        period_ends_at = excluded.period_ends_at, paused_since = excluded.paused_since,
        grace_ends_at = excluded.grace_ends_at,
        is_default = case when excluded.status = 'active' then entitlements.is_default end
      where ${isThere}
      returning id`;
    return written.length === 1;
  });
}

/**
 * Puts a case's record to what the ledgers say: to the entitlement that has the case, as its newest row about the case
 * says. A case that is attached to several entitlements, or to none, is left as it is. SLA and due times come from the
 * row of the attach. Answers the entitlement; undefined if nothing was changed.
 */
export async function rewriteCase(sql: Sql, caseId: string): Promise<string | undefined> {
  return await inTransaction(sql, async (tx) => {
    // The lock comes first, as above.
    const isThere = (await tx`select from cases where id = ${caseId} for update`).length > 0;
    const [written] = await tx<{ entitlementId: string }[]>`
      with newest as (
        select distinct on (entitlement_id) entitlement_id, seq, at, case_after from ledger
        where case_id = ${caseId} and case_after is not null order by entitlement_id, seq desc
      ), here as (
        select newest.*, attach.seq as attach_seq, attach.detail as explanation, attach.at as attached_at, attach.sla,
          attach.considered
        from newest left join ledger attach on attach.entitlement_id = newest.entitlement_id
          and attach.seq = (newest.case_after ->> 'attachedSeq')::int
        where not newest.case_after ?| array['detached', 'part']
      )
      insert into cases (id, customer_id, contact_id, product_id, channel, title, status, minutes,
        decrement_entitlement_term, entitlement_id, entitlement_seq, reason, created_at, updated_at, explanation,
        moved_from, moved_from_seq, sla_id, first_response_due_at, resolution_due_at, attached_seq, considered, in_grace)
      select ${caseId}, case_after ->> 'customerId', case_after ->> 'contactId', case_after ->> 'productId',
        case_after ->> 'channel', case_after ->> 'title', case_after ->> 'status', (case_after ->> 'minutes')::int,
        (case_after ->> 'decrements')::boolean, entitlement_id, seq, case_after ->> 'pickedBy',
        coalesce(attached_at, at), at, coalesce(explanation, ''), case_after -> 'movedFrom' ->> 'entitlementId',
        (case_after -> 'movedFrom' ->> 'seq')::int, sla ->> 'slaId', (sla ->> 'firstResponseDueAt')::timestamptz,
        (sla ->> 'resolutionDueAt')::timestamptz, attach_seq, considered, (case_after ->> 'inGrace')::boolean
      from here where (select count(*) from here) = 1
      on conflict (id) do update set
        customer_id = excluded.customer_id, contact_id = excluded.contact_id, product_id = excluded.product_id,
        channel = excluded.channel, title = excluded.title, status = excluded.status, minutes = excluded.minutes,
        decrement_entitlement_term = excluded.decrement_entitlement_term, entitlement_id = excluded.entitlement_id,
        entitlement_seq = excluded.entitlement_seq, reason = excluded.reason, updated_at = excluded.updated_at,
        explanation = excluded.explanation, moved_from = excluded.moved_from, moved_from_seq = excluded.moved_from_seq,
        sla_id = coalesce(excluded.sla_id, cases.sla_id),
        first_response_due_at = coalesce(excluded.first_response_due_at, cases.first_response_due_at),
        resolution_due_at = coalesce(excluded.resolution_due_at, cases.resolution_due_at),
        attached_seq = excluded.attached_seq, considered = excluded.considered, in_grace = excluded.in_grace
      where ${isThere}
      returning entitlement_id as "entitlementId"`;
    return written?.entitlementId;
  });
}

/** Rows of an entitlement's ledger, by number. */
export async function rowsOf(sql: Sql, id: string): Promise<readonly LedgerRow[]> {
  const records = await sql<LedgerRecord[]>`
    select ${columnList(sql, LEDGER_COLUMNS)} from ledger where entitlement_id = ${id} order by seq`;
  return records.map(rowFromRecord);
}

/** Whether an entitlement has any row. */
export async function hasLedger(sql: Sql, id: string): Promise<boolean> {
  return (await sql`select from ledger where entitlement_id = ${id} limit 1`).length > 0;
}

/**
 * Those of the keys that no ledger and no case without an entitlement has, and that no refused row of the entitlement
 * names.
 */
export async function keysNowhere(sql: Sql, id: string, keys: readonly string[]): Promise<readonly string[]> {
  const rows = await sql<{ key: string }[]>`
    select key from unnest(${[...keys]}::text[]) as given (key)
    where not exists (select from ledger where ledger.key = given.key)
      and not exists (select from unattached_events where unattached_events.key = given.key)
      and not exists (select from ledger where entitlement_id = ${id} and refusal is not null
        and position('(key ' || given.key || ')' in detail) > 0)`;
  return rows.map(({ key }) => key);
}

/** When the newest row of any ledger was decided, by its entitlement's clock; null where there is none. */
export async function newestRowAt(sql: Sql): Promise<Date | null> {
  const [row] = await sql<{ at: Date | null }[]>`select max(updated_at) as at from entitlements`;
  return row?.at ?? null;
}

/** Customers that entitlements name, and that have no record. */
export async function customersNotThere(sql: Sql): Promise<readonly string[]> {
  const rows = await sql<{ id: string }[]>`
    select distinct customer_id as id from entitlements
    where not deleted and not exists (select from customers where customers.id = entitlements.customer_id)
    order by 1`;
  return rows.map(({ id }) => id);
}
