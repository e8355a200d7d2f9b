import type postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CASE_SORTS, type CaseFilter, casesQuery } from '../../../db/cases/case-list.ts';
import { offersQuery } from '../../../db/cases/offers.ts';
import {
  type ContactFilter,
  type CustomerFilter,
  contactsQuery,
  customersQuery,
  type ProductFilter,
  productsQuery,
  RECORD_SORTS,
} from '../../../db/directory/record-lists.ts';
import {
  ENTITLEMENT_SORTS,
  type EntitlementFilter,
  entitlementsQuery,
} from '../../../db/entitlements/entitlement-list.ts';
import { foundCasesQuery, foundCustomersQuery, foundEntitlementsQuery } from '../../../db/home/search.ts';
import { atRiskQuery } from '../../../db/home/service-levels-at-risk.ts';
import type { ListPage, Sorts } from '../../../db/postgres/keyset.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { RENEWAL_SORTS } from '../../../db/renewals/renewals.ts';
import { reportedRenewalsQuery } from '../../../db/reports/renewals.ts';
import type { AccessScope } from '../../../domain/access/access-scope.ts';
import { aDatabase } from '../../support/a-database.ts';
import { CLOCKS_AT, ENTITLEMENTS, fill } from '../../support/list-database.ts';
import { indexesRead, rowsLookedAt, runPlanOf, tablesReadInWhole } from '../../support/query-plan.ts';

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
  await fill(sql);
});
afterAll(async () => {
  await drop();
});

const LIMIT = 50;
/**
 * Rows and index entries looked at for a page of fifty, in the worst of all combinations. Most look at a few hundred.
 */
const MOST_ROWS = ENTITLEMENTS / 10;

async function lookAt(query: postgres.Fragment): Promise<{ rows: number; whole: string[]; indexes: string[] }> {
  const steps = await runPlanOf(sql, query);
  return { rows: rowsLookedAt(steps), whole: tablesReadInWhole(steps), indexes: indexesRead(steps) };
}

/** Every sort: the first page downwards, and one from the middle of the table upwards. */
async function pagesOf<By extends string>(table: string, sorts: Sorts<By>): Promise<ListPage<By>[]> {
  const names: (By | 'id')[] = ['id', ...(Object.keys(sorts) as By[])];
  const pages = names.map(async (by): Promise<ListPage<By>[]> => {
    const value = by === 'id' ? sql`id` : sorts[by].of(sql);
    const asText = by !== 'id' && sorts[by].type === 'instant' ? sql`${value}::timestamptz::text` : sql`${value}::text`;
    const [middle] = await sql<{ key: string; id: string }[]>`
      select ${asText} as key, id from ${sql(table)} order by ${value}, id
      offset (select count(*) / 2 from ${sql(table)}) limit 1`;
    if (middle === undefined) throw new Error(`${table} is empty`);
    return [
      { limit: LIMIT, by, descending: true, after: null },
      { limit: LIMIT, by, descending: false, after: { ...middle } },
    ];
  });
  return (await Promise.all(pages)).flat();
}

/** What does not hold, of each page and filter. */
async function breaches<By extends string, Filter>(
  pages: readonly ListPage<By>[],
  filters: readonly Filter[],
  queryOf: (page: ListPage<By>, filter: Filter) => postgres.Fragment,
): Promise<string[]> {
  const found: string[] = [];
  for (const filter of filters)
    for (const page of pages) {
      const { rows, whole } = await lookAt(queryOf(page, filter));
      if (rows > MOST_ROWS || whole.length > 0) found.push(JSON.stringify({ filter, page, rows, whole }));
    }
  return found;
}

const VIEWS = ['active', 'waiting', 'draft', 'expired', 'canceled', 'renewed'] as const;

const ENTITLEMENT_FILTERS: readonly EntitlementFilter[] = [
  { view: 'all' },
  ...VIEWS.map((view) => ({ view })),
  { status: 'expired', renewed: false },
  { renewed: true },
  { renewed: false },
  { customerId: 'customer-7' },
  { productId: 'product-7' },
  { owner: 'owner-7' },
  { tier: 'Silver' },
  { tier: 'Platinum' },
  { tier: 'nobody has it' },
  ...(['active', 'expired', 'renewed'] as const).flatMap((view) => [
    { view, customerId: 'customer-7' },
    { view, productId: 'product-7' },
    { view, owner: 'owner-7' },
    { view, tier: 'Silver' },
  ]),
  { owner: 'owner-7', tier: 'Silver' },
  { customerId: 'customer-7', tier: 'Silver', renewed: false },
  { q: 'abcd' },
  { q: 'zq' },
  { q: 'no such name' },
  { q: 'contoso 1f' },
  { q: 'contoso', view: 'active' },
  { q: 'abc', owner: 'owner-7' },
];

/** A span of end dates goes with these sorts. By another date, what lies before the span is walked over. */
const BY_END_DATES: readonly EntitlementFilter[] = [
  { endsBefore: '2021-03-01' },
  { endsAfter: '2026-12-01' },
  { endsAfter: '2026-03-01', endsBefore: '2026-03-31' },
  { view: 'active', endsBefore: '2026-03-01' },
];
const SORTS_FOR_END_DATES: readonly string[] = ['id', 'name', 'endDate'];

/** A word that a third of the names begin with: by name, what comes before it is walked over. */
const COMMON_WORDS: readonly EntitlementFilter[] = [{ q: 'support' }, { q: 'silver' }, { q: 'silver', view: 'active' }];
const SORTS_FOR_COMMON_WORDS: readonly string[] = ['id', 'startDate', 'endDate', 'updatedAt'];

const MANAGED: AccessScope = { accountManagerEmail: 'manager7@example.com' };

test('every list of entitlements reads few rows, by an index', async () => {
  const pages = await pagesOf('entitlements', ENTITLEMENT_SORTS);
  const found = await breaches(pages, ENTITLEMENT_FILTERS, (page, filter) =>
    entitlementsQuery(sql, page, filter, 'all'),
  );
  expect(found).toEqual([]);
});

test('spans of end dates and common words do too, in the orders that they are meant for', async () => {
  const pages = await pagesOf('entitlements', ENTITLEMENT_SORTS);
  for (const [filters, sorts] of [
    [BY_END_DATES, SORTS_FOR_END_DATES],
    [COMMON_WORDS, SORTS_FOR_COMMON_WORDS],
  ] as const) {
    const found = await breaches(
      pages.filter(({ by }) => sorts.includes(by)),
      filters,
      (page, filter) => entitlementsQuery(sql, page, filter, 'all'),
    );
    expect(found).toEqual([]);
  }
});

test("lists of an account manager's entitlements do too", async () => {
  const filters: EntitlementFilter[] = [
    {},
    ...VIEWS.map((view) => ({ view })),
    { q: 'abc' },
    { customerId: 'customer-7' },
  ];
  const found = await breaches(await pagesOf('entitlements', ENTITLEMENT_SORTS), filters, (page, filter) =>
    entitlementsQuery(sql, page, filter, MANAGED),
  );
  expect(found).toEqual([]);
});

test("an account manager's entitlements are those of own customers, by policy, and by escalation", async () => {
  const page: ListPage<'endDate'> = { limit: ENTITLEMENTS, by: 'id', descending: false, after: null };
  const found = await entitlementsQuery(sql, page, {}, MANAGED);
  const expected = await sql<{ id: string; whose: string }[]>`
    select e.id, case when c.account_manager_email ilike 'manager7@example.com' then 'customer'
      when e.state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email' = 'manager7@example.com' then 'policy'
      else 'escalated' end as whose
    from entitlements e join customers c on c.id = e.customer_id left join renewals r on r.entitlement_id = e.id
    where not e.deleted and (c.account_manager_email ilike 'manager7@example.com'
      or e.state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email' = 'manager7@example.com'
      or r.escalated_to::text like '%manager7@example.com%')
    order by e.id collate "C"`;
  expect(new Set(expected.map(({ whose }) => whose))).toEqual(new Set(['customer', 'policy', 'escalated']));
  expect(found.map(({ sortId }) => sortId).toSorted()).toEqual(expected.map(({ id }) => id).toSorted());
});

test('lists of renewals read few rows by an index, also those of an account manager', async () => {
  const pages = await pagesOf('renewals', RENEWAL_SORTS);
  const filters = [{}, { stage: 'open' }, { open: true }, { customerId: 'customer-7' }] as const;
  for (const accessScope of ['all', MANAGED] as const)
    expect(
      await breaches(pages, filters, (page, filter) => reportedRenewalsQuery(sql, page, filter, accessScope)),
    ).toEqual([]);
});

test('the entitlements that a case may get are read by indexes of their own, and nothing else is', async () => {
  const customers = Array.from({ length: 20 }, (_, n) => `customer-${n + 1}`);
  const [counted] = await sql<{ offered: number }[]>`
    select count(*)::int as offered from entitlements
    where customer_id = any(${customers}) and status in ('waiting', 'active') and not deleted`;
  const { rows, whole, indexes } = await lookAt(offersQuery(sql, customers));
  expect({ whole, indexes }).toEqual({ whole: [], indexes: ['entitlements_offered', 'entitlements_in_grace'] });
  // Each is met by its index, and once more where those that are active and those in their grace come together.
  expect(rows).toBe(2 * (counted?.offered ?? 0) + customers.length);
});

test('every list of cases reads few rows, by an index', async () => {
  const filters: CaseFilter[] = [
    {},
    // A fifth of all cases.
    { customerId: 'customer-1' },
    { customerId: 'customer-7' },
    { entitlementId: 'ent_c4ca4238a0b923820dcc509a6f75849b' },
    { status: 'active' },
    { status: 'resolved' },
    { status: 'canceled' },
    { channel: 'phone' },
    { channel: 'fax' },
    { withoutEntitlement: true },
    { withoutEntitlement: true, status: 'active' },
    { customerId: 'customer-7', status: 'resolved' },
    { atRiskAt: CLOCKS_AT },
    { atRiskAt: CLOCKS_AT, status: 'active' },
    { atRiskAt: CLOCKS_AT, customerId: 'customer-7' },
  ];
  const pages = await pagesOf('cases', CASE_SORTS);
  for (const accessScope of ['all', MANAGED] as const)
    expect(await breaches(pages, filters, (page, filter) => casesQuery(sql, page, filter, accessScope))).toEqual([]);
});

test('the service levels at risk are found by indexes of their own, also those of an account manager', async () => {
  for (const accessScope of ['all', MANAGED] as const) {
    const { rows, whole, indexes } = await lookAt(atRiskQuery(sql, accessScope, { now: CLOCKS_AT, limit: 10 }));
    expect({ whole, few: rows <= MOST_ROWS }).toEqual({ whole: [], few: true });
    expect(indexes).toEqual(expect.arrayContaining(['case_clocks_at_risk', 'case_clocks_open']));
  }
});

test('every list of customers, contacts and products reads few rows, by an index', async () => {
  const customers: CustomerFilter[] = [
    {},
    { tier: 'Gold' },
    { accountManagerEmail: 'manager7@example.com' },
    { q: 'contoso' },
    { q: 'abcd' },
    { q: 'zq' },
    { q: 'contoso', tier: 'Gold' },
  ];
  const contacts: ContactFilter[] = [{}, { customerId: 'customer-7' }, { q: 'person' }, { q: 'abcd' }, { q: 'ab' }];
  const products: ProductFilter[] = [{}, { family: 'family-7' }, { q: 'pump' }, { q: 'abc' }];
  const found = [
    ...(await breaches(await pagesOf('customers', RECORD_SORTS), customers, (page, filter) =>
      customersQuery(sql, page, filter, 'all'),
    )),
    ...(await breaches(await pagesOf('customers', RECORD_SORTS), customers, (page, filter) =>
      customersQuery(sql, page, filter, MANAGED),
    )),
    ...(await breaches(await pagesOf('contacts', RECORD_SORTS), contacts, (page, filter) =>
      contactsQuery(sql, page, filter, 'all'),
    )),
    ...(await breaches(await pagesOf('products', RECORD_SORTS), products, (page, filter) =>
      productsQuery(sql, page, filter),
    )),
  ];
  expect(found).toEqual([]);
});

test('the search looks at few rows, by an index, also that of an account manager', async () => {
  const texts = ['contoso', 'silver support', 'support', 'abcd', 'zq', 'no such name', 'case', 'customer-7'];
  for (const accessScope of ['all', MANAGED] as const)
    for (const text of texts) {
      const searched = { text, limit: 20 };
      for (const query of [
        foundCustomersQuery(sql, searched, accessScope),
        foundEntitlementsQuery(sql, searched, ['customer-1', 'customer-7'], accessScope),
        foundCasesQuery(sql, searched, accessScope),
      ]) {
        const { rows, whole } = await lookAt(query);
        expect({ text, accessScope, whole, few: rows <= MOST_ROWS }).toEqual({
          text,
          accessScope,
          whole: [],
          few: true,
        });
      }
    }
});

test('a prepared statement is still planned for each set of values', async () => {
  const page: ListPage<'endDate'> = { limit: LIMIT, by: 'endDate', descending: true, after: null };
  for (let time = 0; time < 20; time++) await entitlementsQuery(sql, page, { view: 'expired' }, 'all');
  const statements = await sql<{ generic: number }[]>`
    select generic_plans::int as generic from pg_prepared_statements
    where statement like '%from entitlements%' and custom_plans + generic_plans >= 20`;
  expect(statements).toEqual([{ generic: 0 }]);
});
