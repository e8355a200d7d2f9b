import type { Sql } from '../../db/postgres/sql.ts';

export const ENTITLEMENTS = 100_000;
const CASES = 100_000;
const CUSTOMERS = 10_000;
const CONTACTS = 10_000;
const PRODUCTS = 5_000;

/**
 * Records as an organisation of some size has them, one after the other as they were made: most contracts over, states
 * and what remains going with the dates, newer ones changed later; fifty owners and account managers, three tiers that
 * sell and one that hardly does. Which record has what is scattered: `scattered(n, about)` is a number that has nothing
 * to do with that of another `about`.
 */
export async function fill(sql: Sql): Promise<void> {
  await sql`create function scattered(n int, about int) returns int language sql immutable parallel safe
    return (hashint8extended(n, about) & 1073741823)::int`;
  await sql`set maintenance_work_mem = '256MB'`;
  const indexes = await dropIndexes(sql);
  await fillCustomers(sql);
  await fillEntitlements(sql);
  await fillRenewals(sql);
  await fillCases(sql);
  await fillClocks(sql);
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`analyze entitlements, renewals, cases, case_clocks, customers, contacts, products`;
}

/** Indexes made after the rows are made in a fraction of the time. */
async function dropIndexes(sql: Sql): Promise<readonly { name: string; definition: string }[]> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexname as name, indexdef as definition from pg_indexes
    where tablename in ('entitlements', 'renewals', 'cases', 'case_clocks', 'customers', 'contacts', 'products') and indexname not like '%_pkey'`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  return indexes;
}

const fillEntitlements = (sql: Sql) => sql`
  insert into entitlements (id, name, customer_id, status, start_date, end_date, remaining_term, renewed_by_id, seq,
    generation, deleted, created_at, updated_at, state, owner, tier, product_ids)
  select 'ent_' || md5(n::text), tier || ' support of ' || md5('name' || n),
    'customer-' || 1 + scattered(n, 1) % ${CUSTOMERS}::int, status, ends - 365, ends,
    case when tier <> 'Gold' then scattered(n, 2) % case status when 'active' then 300 else 30 end end,
    case when status = 'expired' and scattered(n, 3) % 3 > 0 then 'ent_' || md5('next' || n) end,
    1 + scattered(n, 4) % 50, 0, scattered(n, 5) % 500 = 0, '2026-01-01',
    '2026-01-01'::timestamptz + (ends - '2026-01-01'::date) * interval '1 hour' + n * interval '1 millisecond',
    jsonb_build_object('filler', repeat(md5(n::text), 10), 'details', jsonb_build_object('renewalPolicy',
      case when scattered(n, 15) % 80 = 0 then jsonb_build_object('accountManager',
        jsonb_build_object('name', 'Manager', 'email', 'manager' || scattered(n, 16) % 50 || '@example.com')) end)), 'owner-' || scattered(n, 6) % 50, tier,
    case when scattered(n, 7) % 4 = 0
      then array['product-' || scattered(n, 8) % 200, 'product-' || 200 + scattered(n, 9) % 200] else '{}' end
  from (
    select n, ends,
      case when scattered(n, 10) % 40 = 0 then 'draft' when scattered(n, 11) % 40 = 0 then 'canceled'
        when ends < '2026-01-01' then 'expired' when ends > '2026-12-31' then 'waiting' else 'active' end as status,
      case when scattered(n, 12) % 10000 = 0 then 'Platinum'
        else (array['Bronze', 'Silver', 'Gold'])[1 + scattered(n, 13) % 3] end as tier
    from (select n, '2021-01-01'::date + n / 47 + scattered(n, 14) % 100 as ends
      from generate_series(1, ${ENTITLEMENTS}::int) n) numbers) states`;

/** One of each third entitlement; each fortieth came to one of fifty people because nobody had acted. */
const fillRenewals = (sql: Sql) => sql`
  insert into renewals (id, entitlement_id, n, customer_id, stage, is_over, account_manager_name, account_manager_email,
    end_date, ends_at, proposal, opportunity_id, steps, escalated_to, seq, opened_at, updated_at, state)
  select 'ren_' || id || '_1', id, 1, customer_id, (array['open', 'accepted', 'declined'])[1 + number % 3], number % 3 > 0,
    'Manager', 'manager' || number % 50 || '@example.com', end_date, end_date + 1, '{}', 'opp_' || id,
    '[{"step": "notice", "heardBy": "everybody"}]', case when number % 40 = 0
      then array['manager' || number % 2000 / 40 || '@example.com'] else '{}' end, 1, now(), now(),
    jsonb_build_object('filler', repeat(md5(id), 10), 'timeZone', 'UTC')
  from (select *, row_number() over (order by id)::int as number from entitlements where not deleted) numbered
  where number % 3 = 0`;

/** The newest are active; one customer and one entitlement have very many, as large ones do. */
const fillCases = (sql: Sql) => sql`
  insert into cases (id, customer_id, channel, status, minutes, decrement_entitlement_term, entitlement_id, reason,
    created_at, updated_at, attached_seq)
  select 'case-' || lpad(n::text, 8, '0'),
    'customer-' || case when scattered(n, 1) % 5 = 0 then 1 else 1 + scattered(n, 2) % ${CUSTOMERS}::int end,
    case when scattered(n, 3) % 10000 = 0 then 'fax' else (array['phone', 'email', 'web'])[1 + scattered(n, 4) % 3] end,
    case when n > ${CASES}::int - 2000 then 'active' when scattered(n, 5) % 40 = 0 then 'canceled' else 'resolved' end,
    5, true,
    case when scattered(n, 6) % 50 = 0 then null when n > ${CASES}::int / 2 and scattered(n, 1) % 5 = 0
      then 'ent_' || md5('1') else 'ent_' || md5((1 + scattered(n, 7) % ${ENTITLEMENTS}::int)::text) end,
    'named', '2026-01-01'::timestamptz + n * interval '1 minute', now(), 1
  from generate_series(1, ${CASES}::int) n`;

/** When the newest cases have just come. */
export const CLOCKS_AT = Date.parse('2026-03-12T00:00:00Z');

/**
 * A clock for each case that has an entitlement: met or canceled for those that are over; of the active ones each tenth
 * nears its due time or is past it, and each tenth is paused. Some cases left another entitlement too late.
 */
const fillClocks = (sql: Sql) => sql`
  insert into case_clocks (case_id, entitlement_id, attached_seq, target, customer_id, sla_id, sla_version, status,
    started_at, due_at, paused_since, paused_minutes, used_minutes, met_at, breached_at, announced, as_of)
  select id, case when stay = 2 then 'ent_left' else entitlement_id end, 1, 'resolution', customer_id, 'sla', 1, state,
    created_at, due, case when state = 'paused' then created_at end, 0, 0,
    case when state = 'met' then created_at + interval '1 hour' end, case when state = 'breached' then due end, '{}',
    created_at
  from (
    select *, case when stay = 2 then 'breached' when status = 'canceled' then 'canceled'
        when status = 'resolved' then 'met'
        else (array['nearing', 'breached', 'paused', 'paused'])[1 + scattered(n, 21) % 20] end as given,
      ${new Date(CLOCKS_AT)}::timestamptz + (scattered(n, 22) % 20000 - 2000) * interval '1 minute' as due
    from (select *, right(id, 8)::int as n from cases where entitlement_id is not null) numbered,
      generate_series(1, 2) stay
    where stay = 1 or scattered(n, 23) % 200 = 0
  ) known, coalesce(given, 'in_progress') as state`;

async function fillCustomers(sql: Sql): Promise<void> {
  await sql`
    insert into customers (id, type, name, tier, account_manager_name, account_manager_email)
    select 'customer-' || n, 'account',
      (array['Contoso', 'Fabrikam', 'Northwind'])[1 + scattered(n, 1) % 3] || ' ' || md5('customer' || n),
      (array['Bronze', 'Silver', 'Gold'])[1 + scattered(n, 2) % 3], 'Manager ' || scattered(n, 3) % 50,
      'Manager' || scattered(n, 3) % 50 || '@example.com'
    from generate_series(1, ${CUSTOMERS}::int) n`;
  await sql`
    insert into contacts (id, customer_id, name, email)
    select 'contact-' || n, 'customer-' || 1 + scattered(n, 1) % ${CUSTOMERS}::int, 'Person ' || md5('person' || n),
      md5('mail' || n) || '@example.com'
    from generate_series(1, ${CONTACTS}::int) n`;
  await sql`
    insert into products (id, name, family)
    select 'product-' || n, 'Pump ' || md5('pump' || n), 'family-' || scattered(n, 1) % 20
    from generate_series(1, ${PRODUCTS}::int) n`;
}
