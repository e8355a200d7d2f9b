import type postgres from 'postgres';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { Status } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { Sql } from '../postgres/sql.ts';
import { isGivenUp } from './case-ownership.ts';
import { columnsAsFields, type LedgerFields } from './ledger-columns.ts';

/** Rows in memory at a time: few enough for a small machine, and enough to hide the round trips. */
const ROWS_AT_A_TIME = 1_000;

/** The read model's record of an entitlement: its columns, and the state that they were made from. */
export interface SnapshotRecord {
  readonly name: string;
  readonly customerId: string;
  readonly status: Status;
  readonly startDate: string;
  readonly endDate: string;
  /** RFC 3339. */
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly pausedSince: string | null;
  readonly graceEndsAt: string | null;
  readonly remainingTerm: number | null;
  readonly renewedById: string | null;
  readonly renewsId: string | null;
  readonly seq: number;
  readonly deleted: boolean;
  readonly state: Entitlement;
  /** The read model has the entitlement that `renewedById` names. */
  readonly successorExists: boolean;
}

const EFFECT_COLUMNS = [
  'seq',
  'kind',
  'at',
  'case_id',
  'channel',
  'change',
  'held_change',
  'open_change',
  'remaining_after',
  'facts',
] as const;

/** The fields of a ledger row that decide what it does to its entitlement. */
export type LedgerEffect = LedgerFields<(typeof EFFECT_COLUMNS)[number]>;

/** An entitlement's snapshot, or one of its ledger rows. */
export type LedgerEntry = { readonly entitlementId: string } & (
  | { readonly snapshot: SnapshotRecord }
  | { readonly snapshot: null; readonly row: LedgerEffect }
);

type EntryRecord = LedgerEffect & { readonly entitlementId: string; readonly snapshot: SnapshotRecord | null };

/**
 * Reads each entitlement's snapshot and then its ledger rows in order of `seq`, of all entitlements (`id` null) or of
 * one. One statement reads both, so they belong to the same moment. The snapshot comes first, as row 0.
 */
export async function* streamLedgers(sql: Sql, id: string | null): AsyncGenerator<LedgerEntry> {
  const ofSnapshots = id === null ? sql`` : sql`where e.id = ${id}`;
  const ofRows = id === null ? sql`` : sql`where entitlement_id = ${id}`;
  const query = sql<EntryRecord[]>`
    select e.id as "entitlementId", ${columnsAsFields(sql, EFFECT_COLUMNS, 'no_row')},
      jsonb_build_object('name', e.name, 'customerId', e.customer_id, 'status', e.status, 'startDate', e.start_date,
        'endDate', e.end_date, 'startsAt', e.starts_at, 'endsAt', e.ends_at, 'pausedSince', e.paused_since,
        'graceEndsAt', e.grace_ends_at, 'remainingTerm', e.remaining_term, 'renewedById', e.renewed_by_id, 'renewsId', e.renews_id, 'seq', e.seq, 'deleted', e.deleted, 'state', e.state,
        'successorExists', exists (select from entitlements s where s.id = e.renewed_by_id)) as snapshot
    from entitlements e
      cross join lateral jsonb_populate_record(null::ledger, '{"seq": 0}') no_row ${ofSnapshots}
    union all
    select entitlement_id, ${columnsAsFields(sql, EFFECT_COLUMNS)}, null
    from ledger ${ofRows}
    order by 1, 2`;
  for await (const records of query.cursor(ROWS_AT_A_TIME)) {
    for (const { entitlementId, snapshot, ...row } of records) {
      if (snapshot === null) yield { entitlementId, snapshot, row };
      else yield { entitlementId, snapshot };
    }
  }
}

/** Those of the ids that the read model does not have. */
export async function idsNotInReadModel(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from unnest(${[...ids]}::text[]) as given (id)
    where not exists (select from entitlements where entitlements.id = given.id)`;
  return rows.map(({ id }) => id);
}

/** The record of a case that has an entitlement, and the newest row of the case in that entitlement's ledger. */
export interface LinkedCase {
  readonly caseId: string;
  readonly entitlementId: string;
  readonly entitlementSeq: number | null;
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: string;
  readonly minutes: number;
  readonly decrements: boolean;
  /** It attached in the grace of its entitlement. */
  readonly inGrace: boolean;
  readonly newest: { readonly seq: number; readonly case: SupportCase } | null;
}

/** Reads all cases that have an entitlement. */
export async function* streamLinkedCases(sql: Sql): AsyncGenerator<LinkedCase> {
  const query = sql<LinkedCase[]>`
    select c.id as "caseId", c.entitlement_id as "entitlementId", c.entitlement_seq as "entitlementSeq",
      c.customer_id as "customerId", c.contact_id as "contactId", c.product_id as "productId", c.channel, c.title,
      c.status, c.minutes, c.decrement_entitlement_term as decrements, coalesce(c.in_grace, false) as "inGrace",
      case when newest.seq is not null then
        jsonb_build_object('seq', newest.seq, 'case', newest.case_after) end as newest
    from cases c left join lateral (
      select seq, case_after from ledger
      where ledger.case_id = c.id and ledger.entitlement_id = c.entitlement_id and case_after is not null
      order by seq desc limit 1) newest on true
    where c.entitlement_id is not null`;
  for await (const records of query.cursor(ROWS_AT_A_TIME)) yield* records;
}

/**
 * A case that is attached to an entitlement by the entitlement's ledger, while the case's record names another one or
 * none.
 */
export interface StrayCase {
  readonly caseId: string;
  readonly entitlementId: string;
  readonly caseExists: boolean;
  /** The entitlement that the case's record names. */
  readonly linkedTo: string | null;
  /** The case is attached to that entitlement by its ledger as well. */
  readonly isThereToo: boolean;
}

/**
 * Reads the stray cases among all cases, or among `caseIds`. A case that was given up, or taken in part, is not stray.
 */
export async function* streamStrayCases(sql: Sql, caseIds: readonly string[] | null): AsyncGenerator<StrayCase> {
  const named = caseIds === null ? sql`` : sql`and attached.case_id = any(${[...caseIds]})`;
  const newest = (caseId: postgres.Fragment, id: postgres.Fragment) => sql`(
    select case_after from ledger
    where ledger.case_id = ${caseId} and ledger.entitlement_id = ${id} and case_after is not null
    order by seq desc limit 1)`;
  const query = sql<StrayCase[]>`
    select attached.case_id as "caseId", attached.entitlement_id as "entitlementId", c.id is not null as "caseExists",
      c.entitlement_id as "linkedTo",
      coalesce(not ${newest(sql`c.id`, sql`c.entitlement_id`)} ? 'detached', false) as "isThereToo"
    from ledger attached left join cases c on c.id = attached.case_id
    where attached.kind = 'attached' ${named} and c.entitlement_id is distinct from attached.entitlement_id
      and not ${newest(sql`attached.case_id`, sql`attached.entitlement_id`)} ?| array['detached', 'part']`;
  for await (const records of query.cursor(ROWS_AT_A_TIME)) yield* records;
}

/** A key of a case event that was applied in more than one place. */
export interface KeyTwice {
  readonly key: string;
  /** In words, oldest first: the entitlement and its ledger row, or the case without an entitlement. */
  readonly places: readonly string[];
  readonly entitlementId: string;
}

/**
 * Reads the keys that count twice, among all keys or among `keys`. It first compares keys alone, in the order of their
 * index, so that two million rows take seconds. An attach that was given up does not count, and neither does the key of
 * a command, which is used once for each entitlement.
 */
export async function keysTwice(sql: Sql, keys: readonly string[] | null): Promise<readonly KeyTwice[]> {
  const named = keys === null ? sql`` : sql`and key = any(${[...keys]})`;
  return await sql<KeyTwice[]>`
    with twice as materialized (
      select key from ledger where key is not null ${named} group by key having count(*) > 1
      union
      select key from unattached_events where exists (select from ledger where ledger.key = unattached_events.key) ${named}
    ), found as (
      select key, at, entitlement_id as id, entitlement_id || ' row ' || seq as place from ledger join twice using (key)
      where case_id is not null and not ${isGivenUp(sql, sql`ledger`)}
      union all
      select key, at, null, 'case ' || case_id || ' without an entitlement' from unattached_events join twice using (key)
    )
    select key, array_agg(place order by at, place) as places,
      (array_agg(id order by at, place) filter (where id is not null))[1] as "entitlementId"
    from found group by key having count(*) > 1 order by key`;
}

/** A part of a case that an entitlement takes, while the case's own entitlement says another part or none. */
export interface StrayPart {
  readonly entitlementId: string;
  readonly caseId: string;
  /** The minutes according to the ledger of the entitlement that takes them. */
  readonly minutes: number;
  readonly ownId: string;
  /**
   * The minutes according to the ledger of the case's own entitlement; null if the case has none, or if that
   * entitlement has not settled the part yet.
   */
  readonly agreed: number | null;
}

/** Reads the stray parts among all cases that several entitlements share, or among `caseIds`. */
export async function strayParts(sql: Sql, caseIds: readonly string[] | null): Promise<readonly StrayPart[]> {
  const named = caseIds === null ? sql`` : sql`and case_id = any(${[...caseIds]})`;
  return await sql<StrayPart[]>`
    with shared as materialized (
      select distinct entitlement_id, case_id from ledger where kind = 'spill_taken' and case_id is not null ${named}
    ), parts as (
      select shared.entitlement_id as "entitlementId", shared.case_id as "caseId",
        (newest.case_after ->> 'minutes')::int as minutes, newest.case_after -> 'part' ->> 'of' as "ownId"
      from shared cross join lateral (
        select case_after from ledger where ledger.case_id = shared.case_id
          and ledger.entitlement_id = shared.entitlement_id and case_after is not null
        order by seq desc limit 1) newest
      where newest.case_after ? 'part' and not newest.case_after ? 'detached'
    ), compared as (
      select parts.*, (
        select (part ->> 'minutes')::int from jsonb_array_elements(coalesce(own.case_after -> 'spill' -> 'parts', '[]')) part
        where part ->> 'entitlementId' = parts."entitlementId") as agreed
      from parts left join lateral (
        select case_after from ledger where ledger.case_id = parts."caseId" and ledger.entitlement_id = parts."ownId"
          and case_after is not null
        order by seq desc limit 1) own on true
    )
    select * from compared where agreed is distinct from minutes order by "entitlementId", "caseId"`;
}
