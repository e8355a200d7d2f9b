import type postgres from 'postgres';

type Sql = postgres.Sql | postgres.TransactionSql;

export interface NewEntitlement {
  readonly id: string;
  readonly name: string;
  readonly customerId: string;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly total: number;
  readonly channels: readonly string[] | null;
}

export interface Attach {
  readonly key: string;
  readonly caseId: string;
  readonly customerId: string;
  readonly channel: string | null;
  readonly entitlementId: string;
}

export interface Settle {
  readonly key: string;
  readonly caseId: string;
  readonly kind: 'resolved' | 'case_canceled';
}

/** A row of the ledger, as an answer needs it. `refusal` is null for what was accepted. */
export interface Decision {
  readonly entitlementId: string;
  readonly seq: number;
  readonly kind: string;
  readonly caseId: string | null;
  readonly change: number;
  readonly remaining: number;
  readonly refusal: string | null;
}

export interface Activated {
  readonly status: 'waiting' | 'active';
  readonly startsAt: Date;
  readonly endsAt: Date;
}

export async function createEntitlement(sql: Sql, its: NewEntitlement): Promise<void> {
  await sql`
    with made as (
      insert into entitlements (id, name, customer_id, status, starts_at, ends_at, total, remaining, seq, channels)
      values (${its.id}, ${its.name}, ${its.customerId}, 'draft', ${its.startsAt}, ${its.endsAt}, ${its.total},
        ${its.total}, 1, ${its.channels as string[] | null})
      on conflict (id) do nothing returning id, remaining
    )
    insert into ledger (entitlement_id, seq, kind, change, remaining_after)
    select id, 1, 'created', remaining, remaining from made`;
}

/** Activates a draft; undefined when there is no such draft. */
export async function activateEntitlement(sql: Sql, id: string): Promise<Activated | undefined> {
  const [activated] = await sql<Activated[]>`
    with activated as (
      update entitlements set status = case when starts_at <= now() then 'active' else 'waiting' end, seq = seq + 1
      where id = ${id} and status = 'draft'
      returning id, seq, remaining, status, starts_at, ends_at
    ), noted as (
      insert into ledger (entitlement_id, seq, kind, change, remaining_after)
      select id, seq, 'activated', 0, remaining from activated
    )
    select status, starts_at as "startsAt", ends_at as "endsAt" from activated`;
  return activated;
}

/**
 * Attaches a case in one statement, the usual way. Undefined: the entitlement did not take it, and nothing is written.
 * Rejects as a duplicate, and writes nothing, when the case or the key is there already.
 */
export async function attachAtOnce(sql: Sql, attach: Attach): Promise<Decision | undefined> {
  const [row] = await sql<Decision[]>`
    with taken as (
      update entitlements set remaining = remaining - 1, seq = seq + 1
      where id = ${attach.entitlementId} and customer_id = ${attach.customerId} and status = 'active'
        and starts_at <= now() and now() < ends_at and remaining >= 1
        and (channels is null or ${attach.channel}::text = any(channels))
      returning id, seq, remaining
    ), noted as (
      insert into cases (id, customer_id, channel, status, entitlement_id)
      select ${attach.caseId}, ${attach.customerId}, ${attach.channel}::text, 'active', id from taken
    )
    insert into ledger (entitlement_id, seq, kind, key, case_id, change, remaining_after)
    select id, seq, 'attached', ${attach.key}, ${attach.caseId}, -1, remaining from taken
    returning ${decisionColumns(sql)}`;
  return row;
}

/**
 * Decides what the usual way left open, in a transaction that the caller begins: repeats the first answer of the key,
 * or takes, or notes the refusal. Undefined: there is no such entitlement.
 */
export async function attachCarefully(sql: Sql, attach: Attach): Promise<Decision | undefined> {
  const [its] = await sql<{ refusal: string | null }[]>`
    select case
      when exists (select from cases where id = ${attach.caseId}) then 'conflict'
      when customer_id <> ${attach.customerId} then 'customer_mismatch'
      when now() >= ends_at then 'expired'
      when status <> 'active' or now() < starts_at then 'not_active'
      when not (channels is null or ${attach.channel}::text = any(channels)) then 'channel_not_covered'
      when remaining < 1 then 'exhausted' end as refusal
    from entitlements where id = ${attach.entitlementId} for update`;
  if (its === undefined) return undefined;
  const first = await decidedUnder(sql, attach.key);
  if (first !== undefined) return first;
  if (its.refusal === null) return await attachAtOnce(sql, attach);
  return await refuse(sql, { ...attach, refusal: its.refusal });
}

/** Resolves or cancels an active case in one statement. Undefined and duplicates as with `attachAtOnce`. */
export async function settleAtOnce(sql: Sql, { key, caseId, kind }: Settle): Promise<Decision | undefined> {
  const [status, change] = kind === 'resolved' ? ['resolved', 0] : ['canceled', 1];
  const [row] = await sql<Decision[]>`
    with settled as (
      update cases set status = ${status} where id = ${caseId} and status = 'active' returning entitlement_id
    ), counted as (
      update entitlements set remaining = remaining + ${change}, seq = seq + 1
      where id = (select entitlement_id from settled) returning id, seq, remaining
    )
    insert into ledger (entitlement_id, seq, kind, key, case_id, change, remaining_after)
    select id, seq, ${kind}, ${key}, ${caseId}, ${change}::int, remaining from counted
    returning ${decisionColumns(sql)}`;
  return row;
}

/** As `attachCarefully`. Undefined: there is no such case. */
export async function settleCarefully(sql: Sql, settle: Settle): Promise<Decision | undefined> {
  const [its] = await sql<{ entitlementId: string; isActive: boolean }[]>`
    select entitlement_id as "entitlementId", status = 'active' as "isActive"
    from cases where id = ${settle.caseId} for update`;
  if (its === undefined) return undefined;
  const first = await decidedUnder(sql, settle.key);
  if (first !== undefined) return first;
  if (its.isActive) return await settleAtOnce(sql, settle);
  return await refuse(sql, { ...settle, entitlementId: its.entitlementId, refusal: 'wrong_state' });
}

interface Refusal {
  readonly key: string;
  readonly caseId: string;
  readonly entitlementId: string;
  readonly refusal: string;
}

async function refuse(sql: Sql, { key, caseId, entitlementId, refusal }: Refusal): Promise<Decision | undefined> {
  const [row] = await sql<Decision[]>`
    with counted as (
      update entitlements set seq = seq + 1 where id = ${entitlementId} returning id, seq, remaining
    )
    insert into ledger (entitlement_id, seq, kind, key, case_id, change, remaining_after, refusal)
    select id, seq, 'refused', ${key}, ${caseId}, 0, remaining, ${refusal} from counted
    returning ${decisionColumns(sql)}`;
  return row;
}

/** The first decision under a key. */
export async function decidedUnder(sql: Sql, key: string): Promise<Decision | undefined> {
  const [row] = await sql<Decision[]>`select ${decisionColumns(sql)} from ledger where key = ${key}`;
  return row;
}

const decisionColumns = (sql: Sql): postgres.Fragment => sql`
  entitlement_id as "entitlementId", seq, kind, case_id as "caseId", change, remaining_after as remaining, refusal`;
