import type postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ledgerQuery } from '../../../db/ledger/ledger-list.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { expiringQuery } from '../../../db/reports/expiring.ts';
import { highTouchQuery } from '../../../db/reports/high-touch.ts';
import { nearDepletionQuery, usedSinceQuery } from '../../../db/reports/near-depletion.ts';
import { overridesQuery, overrideTotalsQuery } from '../../../db/reports/overrides.ts';
import { type UtilisationFilter, utilisationQuery } from '../../../db/reports/utilisation.ts';
import type { AccessScope } from '../../../domain/access/access-scope.ts';
import { fillForReports } from '../../../tools/bench/report-records.ts';
import { aDatabase } from '../../support/a-database.ts';
import { DAY_MS } from '../../support/days.ts';
import { planOf, tablesReadInWhole } from '../../support/query-plan.ts';

let sql: Sql;
let drop: () => Promise<void>;
let ids: string[];
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
  await fillForReports(sql, { customers: 500, entitlements: 5_000 });
  ids = (await sql<{ id: string }[]>`select id from entitlements order by id limit 50`).map(({ id }) => id);
});
afterAll(async () => {
  await drop();
});

const NOW = Date.now();
const lastDays = (days: number) => ({ since: new Date(NOW - days * DAY_MS), until: new Date(NOW + DAY_MS) });
const first = <By extends string>(by: By) => ({ limit: 50, by, descending: true, after: null });
const MANAGER: AccessScope = { accountManagerEmail: 'manager7@example.com' };
const SCOPES = [{}, { customerId: 'customer-1' }, { customerId: 'customer-7' }, { tier: 'Gold' }, { owner: 'owner-7' }];

test('no report reads all of the ledger or all cases', async () => {
  const found: string[] = [];
  const check = async (what: string, query: postgres.Fragment) => {
    const whole = tablesReadInWhole(await planOf(sql, query));
    if (whole.includes('ledger') || whole.includes('cases')) found.push(`${what}: ${whole.join(', ')}`);
  };
  for (const accessScope of ['all', MANAGER] as const)
    for (const days of [7, 90, 365, 3_650]) {
      const span = lastDays(days);
      for (const scope of SCOPES) {
        const what = JSON.stringify({ accessScope, days, scope });
        for (const by of ['customer', 'tier', 'entitlement'] as const)
          await check(
            `utilisation ${by} ${what}`,
            utilisationQuery(sql, first('cases'), { by, span, ...scope }, accessScope),
          );
        await check(`overrides ${what}`, overridesQuery(sql, first('when'), { span, ...scope }, accessScope));
        await check(`totals ${what}`, overrideTotalsQuery(sql, { span, ...scope }, accessScope));
        const threshold = days / 365;
        await check(`near ${what}`, nearDepletionQuery(sql, first('usedShare'), { threshold, ...scope }, accessScope));
        const endsBefore = new Date(NOW + days * DAY_MS);
        const window = { endsBefore, openSince: new Date(NOW - days * DAY_MS) };
        await check(`expiring ${what}`, expiringQuery(sql, first('endDate'), { ...window, ...scope }, accessScope));
      }
      await check(`high-touch ${days}`, highTouchQuery(sql, first('cases'), { span }, accessScope));
      await check(
        `pace ${days}`,
        usedSinceQuery(
          sql,
          ids.map((id) => ({ id, since: span.since.getTime() })),
        ),
      );
      for (const filter of [span, { ...span, part: 'use' }, { ...span, part: 'cases' }, { part: 'term' }] as const)
        await check(`ledger ${days}`, ledgerQuery(sql, ids[0] ?? '', { limit: 50, afterSeq: 0 }, filter));
    }
  expect(found).toEqual([]);
});

interface Counted {
  id: string;
  active: boolean;
  counts: boolean;
  customer: string;
  total: number;
  used: number;
  usedInSpan: number;
  cases: number;
}

/** Row by row, as a person would do it with the ledger before him. */
async function recount(since: Date): Promise<Counted[]> {
  const entitlements = await sql<{ id: string; customer_id: string; status: string; allocation_type: string }[]>`
    select id, customer_id, status, allocation_type from entitlements`;
  const counted = new Map<string, Counted>();
  for (const { id, customer_id: customer, status, allocation_type: type } of entitlements) {
    const active = status === 'active';
    const counts = active && type !== 'unlimited';
    counted.set(id, { id, active, counts, customer, total: 0, used: 0, usedInSpan: 0, cases: 0 });
  }
  const query = sql<{ id: string; kind: string; at: Date; ofCase: boolean; change: number; left: number }[]>`
    select entitlement_id as id, kind, at, case_id is not null as "ofCase", change, remaining_after as left
    from ledger order by entitlement_id, seq`;
  for (const { id, kind, at, ofCase, change, left } of await query) {
    const its = counted.get(id);
    if (its === undefined) throw new Error(`${id} is not known`);
    if (kind === 'period_started') [its.total, its.used] = [left, 0];
    else if (ofCase) its.used -= change;
    else its.total += change;
    if (at < since) continue;
    if (ofCase) its.usedInSpan -= change;
    if (kind === 'attached') its.cases += 1;
  }
  return [...counted.values()];
}

const total = (rows: readonly Counted[], number: (row: Counted) => number) =>
  rows.reduce((sum, row) => sum + number(row), 0);
const all = <By extends string>(by: By) => ({ ...first(by), limit: 10_000 });

test('reports of a hundred thousand ledger rows equal a recount row by row', async () => {
  const span = lastDays(90);
  const counted = await recount(span.since);
  expect(total(counted, ({ cases }) => cases)).toBeGreaterThan(1_000);

  const near = await nearDepletionQuery(sql, all('usedShare'), { threshold: 0.8 }, 'all');
  const expected = counted.filter(
    ({ counts, total: granted, used }) => counts && (granted <= 0 || used / granted >= 0.79995),
  );
  expect(expected.length).toBeGreaterThan(10);
  const told = near.map(({ sortId, total: granted, remaining }) => [sortId, granted, granted - remaining]);
  expect(told.sort()).toEqual(expected.map(({ id, total: granted, used }) => [id, granted, used]).sort());

  const ofAll: UtilisationFilter = { by: 'entitlement', span };
  const each = new Map((await utilisationQuery(sql, all('cases'), ofAll, 'all')).map((row) => [row.key, row]));
  for (const { id, active, counts, ...numbers } of counted) {
    const row = each.get(id);
    if (!active && numbers.cases === 0 && numbers.usedInSpan === 0) expect(row).toBeUndefined();
    else {
      expect([id, row?.cases, row?.usedInSpan]).toEqual([id, numbers.cases, numbers.usedInSpan]);
      const terms = counts ? [numbers.total, numbers.used] : [null, null];
      expect([id, row?.grantedTerm, row?.usedTerm]).toEqual([id, ...terms]);
    }
  }

  const touching = await highTouchQuery(sql, all('cases'), { span }, 'all');
  for (const customer of ['customer-1', 'customer-7', 'customer-100']) {
    const its = counted.filter((row) => row.customer === customer);
    expect(touching.find(({ customerId }) => customerId === customer)?.cases ?? 0).toBe(total(its, (row) => row.cases));
  }
  expect(touching[0]?.casesOfAll).toBe(total(counted, (row) => row.cases));
});

test("an account manager's report equals their part of the whole report", async () => {
  const span = lastDays(90);
  const everything = await utilisationQuery(sql, all('cases'), { by: 'entitlement', span }, 'all');
  const managed = await sql<{ id: string }[]>`
    select e.id from entitlements e join customers c on c.id = customer_id
    where account_manager_email = 'manager7@example.com'
      or e.state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email' = 'Manager7@example.com'`;
  const theirs = new Set(managed.map(({ id }) => id));
  const own = await utilisationQuery(sql, all('cases'), { by: 'entitlement', span }, MANAGER);
  expect(own.length).toBeGreaterThan(5);
  expect(own).toEqual(everything.filter(({ key }) => theirs.has(key ?? '')));
});
