import type { Sql } from '../../db/postgres/sql.ts';

interface Size {
  readonly customers: number;
  readonly entitlements: number;
}

/** As reports are promised to be fast on: some two million ledger rows. */
export const FULL_SIZE: Size = { customers: 10_000, entitlements: 100_000 };

/**
 * A year of an organisation: half of the contracts active, cases and hours and unlimited ones, a third with periods,
 * one to nineteen cases each, a few customers with very many. Rows are numbered and summed as workflows do it, but that
 * a period's allotment is added to what is left, be it a debt. `scattered(n, about)` is a number that has nothing to do
 * with that of another `about`.
 */
export async function fillForReports(sql: Sql, size: Size): Promise<void> {
  await sql`create function scattered(n bigint, about int) returns int language sql immutable parallel safe
    return (hashint8extended(n, about) & 1073741823)::int`;
  await sql`set maintenance_work_mem = '512MB'`;
  await sql`set work_mem = '512MB'`;
  const indexes = await dropIndexes(sql);
  await fillCustomers(sql, size);
  await fillTerms(sql, size);
  await fillLedger(sql);
  await fillEntitlements(sql);
  await fillCases(sql);
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`drop table terms`;
  await sql`vacuum analyze ledger, entitlements, cases, customers`;
  await sql`reset work_mem`;
}

const fillCustomers = (sql: Sql, { customers }: Size) => sql`
  insert into customers (id, type, name, tier, account_manager_name, account_manager_email)
  select 'customer-' || n, 'account', 'Customer ' || n, (array['Bronze', 'Silver', 'Gold'])[1 + scattered(n, 1) % 3],
    'Manager ' || scattered(n, 2) % 50, 'manager' || scattered(n, 2) % 50 || '@example.com'
  from generate_series(1, ${customers}::int) n`;

/** What the entitlements are, before anything happens to them. */
const fillTerms = (sql: Sql, { customers, entitlements }: Size) => sql`
  create unlogged table terms as
  select n, 'ent_' || left(md5(n::text), 24) as id,
    'customer-' || 1 + (${customers} * power((scattered(n, 1) % 10000) / 10000.0, 3))::int % ${customers}::int as customer_id,
    status, kind as allocation_type, starts_at, starts_at + span as ends_at,
    case when kind = 'unlimited' then null when kind = 'hours' then 300 + scattered(n, 2) % 2000
      else 5 + scattered(n, 2) % 30 end as total,
    case when kind <> 'unlimited' and scattered(n, 3) % 3 = 0 then 'quarter' end as period,
    (array['Bronze', 'Silver', 'Gold'])[1 + scattered(n, 4) % 3] as tier, 'owner-' || scattered(n, 5) % 50 as owner
  from (
    select n, interval '365 days' as span,
      (array['active', 'active', 'active', 'active', 'active', 'expired', 'expired', 'expired', 'canceled', 'draft'])[1 + n % 10]
        as status,
      (array['cases', 'cases', 'cases', 'hours', 'unlimited'])[1 + scattered(n, 6) % 5] as kind,
      date_trunc('day', now()) - case when n % 10 in (5, 6, 7) then 366 + scattered(n, 7) % 100 else scattered(n, 7) % 360 end
        * interval '1 day' as starts_at
    from generate_series(1, ${entitlements}::int) n) numbers`;

/** In the order of time, as it was written. Every case takes when it attaches, or its minutes when it resolves. */
const fillLedger = (sql: Sql) => sql`
  insert into ledger (entitlement_id, seq, kind, at, key, fingerprint, by, case_id, channel, change, held_change, open_change, overage, charge,
    remaining_after, case_after, facts)
  select id, row_number() over so_far, kind, at, case_id || ' ' || kind, md5(case_id) || md5(kind), 'agent', case_id, channel, change, 0, 0, overage,
    case when overage > 0 and n % 2 = 0 then jsonb_build_object('quantity', overage, 'unitPrice', '89.90', 'currency',
      (array['EUR', 'USD'])[1 + n % 4 / 2]) end,
    case when total is not null then sum(change) over so_far end, case_after, facts
  from (
    select n, id, total, 'created' as kind, starts_at - interval '1 day' as at, null as case_id, null as channel,
      coalesce(total, 0) as change, 0 as overage, null::jsonb as case_after, null::jsonb as facts from terms
    union all
    select n, id, total, 'activated', starts_at - interval '1 hour', null, null, 0, 0, null, '{"status": "waiting"}'
    from terms where status <> 'draft'
    union all
    select n, id, total, 'started', starts_at, null, null, 0, 0, null, null from terms where status <> 'draft'
    union all
    select n, id, total, step.kind, starts_at + step.days * interval '1 day', null, null, 0, 0, null,
      case when step.kind = 'activated' then '{"status": "active"}'::jsonb end
    from terms cross join (values ('deactivated', 20), ('activated', 21)) step (kind, days)
    where status = 'active' and n % 97 = 0 and starts_at + interval '21 days' < now()
    union all
    select n, id, total, status, case status when 'expired' then ends_at else starts_at + (now() - starts_at) * 0.8 end, null, null, 0, 0, null, null
    from terms where status in ('expired', 'canceled')
    union all
    select n, id, total, 'period_started', starts_at + quarter * interval '91 days', null, null, total, 0, null, null
    from terms cross join generate_series(1, 3) quarter
    where period is not null and status <> 'draft' and starts_at + quarter * interval '91 days' < now()
    union all
    select n, id, total, step, attached_at + case step when 'resolved' then least(interval '2 days', now() - attached_at) else interval '0' end,
      case_id, channel,
      case when allocation_type = 'cases' and step = 'attached' then -1
        when allocation_type = 'hours' and step = 'resolved' then -minutes else 0 end,
      case when allocation_type = 'cases' and step = 'attached' and scattered(number, 10) % 20 = 0 then 1 else 0 end,
      jsonb_build_object('caseId', case_id, 'customerId', customer_id, 'contactId', 'contact-' || number, 'productId', null,
        'channel', channel, 'title', 'Something does not work as it did before', 'status', 'active', 'minutes', minutes,
        'decrements', true, 'counted', true, 'taken', 1, 'held', 0, 'over', 0, 'pickedBy', 'matching',
        'rule', jsonb_build_object('unit', allocation_type, 'decreaseOn', 'creation', 'hold', false)),
      case when step = 'attached' and scattered(number, 11) % 500 = 0 then '{"overrode": ["exhausted"]}'::jsonb end
    from (
      select terms.*, number, 'case-' || number as case_id, 10 + scattered(number, 8) % 100 as minutes,
        (array['phone', 'email', 'web'])[1 + scattered(number, 12) % 3] as channel,
        starts_at + (least(now(), ends_at) - starts_at) * ((scattered(number, 9) % 100000) / 100000.0) as attached_at
      from terms cross join lateral (
        select n::bigint * 100 + one as number from generate_series(1, 1 + scattered(n, 13) % 19 + (n % 10 / 8)) one) its_cases
      where status <> 'draft') cases
    cross join unnest(array['attached', 'resolved']) step) happened
  window so_far as (partition by id order by at, kind desc)
  order by at`;

const fillEntitlements = (sql: Sql) => sql`
  insert into entitlements (id, name, customer_id, status, start_date, end_date, starts_at, ends_at, remaining_term, seq, generation,
    deleted, created_at, updated_at, state, owner, tier, product_ids, allocation_type, period_ends_at)
  select id, tier || ' support ' || n, customer_id, status, starts_at::date, ends_at::date, starts_at, ends_at,
    case when total is not null then granted - used end, seq, 0, false, starts_at, now(),
    jsonb_build_object('details', jsonb_build_object('timeZone', 'UTC', 'filler', repeat(md5(n::text), 30),
      'renewalPolicy', case when scattered(n, 14) % 20 = 0 then jsonb_build_object('accountManager',
        jsonb_build_object('name', 'Policy manager', 'email', 'Manager' || scattered(n, 15) % 50 || '@example.com')) end),
      'period', case when period is not null then jsonb_build_object('endsAt', extract(epoch from ends_at)::bigint * 1000,
        'usedBefore', used_before) end),
    owner, tier, '{}', allocation_type, case when period is not null then least(ends_at,
      starts_at + (extract(day from now() - starts_at)::int / 91 + 1) * interval '91 days') end
  from terms join (
    select entitlement_id, max(seq) as seq, sum(change) filter (where case_id is null) as granted,
      -coalesce(sum(change) filter (where case_id is not null), 0) as used,
      -- That there was something is all that reports ask for.
      max(seq) filter (where kind = 'period_started') as used_before
    from ledger group by entitlement_id) sums on sums.entitlement_id = id`;

const fillCases = (sql: Sql) => sql`
  insert into cases (id, customer_id, channel, status, minutes, decrement_entitlement_term, entitlement_id, entitlement_seq,
    reason, created_at, updated_at)
  select case_id, customer_id, channel, 'resolved', (case_after ->> 'minutes')::int, true, entitlement_id, ledger.seq, 'named', at, at
  from ledger join terms on terms.id = entitlement_id where kind = 'attached'`;

/** Indexes made after the rows are made in a fraction of the time. */
async function dropIndexes(sql: Sql): Promise<readonly { name: string; definition: string }[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ('ledger', 'entitlements', 'cases', 'customers') and indexname not like '%_pkey'`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  return indexes;
}
