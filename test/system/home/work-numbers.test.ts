import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  activeNowQuery,
  activityQuery,
  attachedQuery,
  type Figure,
  type FigureName,
  readFigures,
  refusedQuery,
} from '../../../db/home/figures.ts';
import { runningOutQuery } from '../../../db/home/running-out.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import type { AccessScope } from '../../../domain/access/access-scope.ts';
import { forecastDepletion, paceSince } from '../../../domain/terms/depletion-forecast.ts';
import { fillForReports } from '../../../tools/bench/report-records.ts';
import { aDatabase } from '../../support/a-database.ts';
import { DAY_MS } from '../../support/days.ts';
import { planOf, tablesReadInWhole } from '../../support/query-plan.ts';

/** The figures and the forecasts of a hundred thousand ledger rows equal a recount row by row, and are read from indexes. */

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
  await fillForReports(sql, { customers: 500, entitlements: 5_000 });
  // Some cases of each third entitlement were refused, some of them twice.
  await sql`
    insert into ledger (entitlement_id, seq, kind, at, by, case_id, change, held_change, open_change, overage, refusal)
    select entitlement_id, 1000 + seq, 'refused', at + interval '1 minute', 'agent', 'refused-' || entitlement_id || seq / 2, 0, 0, 0, 0,
      case when seq % 7 = 0 then 'wrong_state' else 'exhausted' end
    from ledger where kind = 'attached' and abs(hashtext(entitlement_id)) % 3 = 0 and seq % 4 < 2`;
  await sql`vacuum analyze ledger`;
});
afterAll(async () => {
  await drop();
});

const NOW = Date.now();
const WEEK_MS = 7 * DAY_MS;
const ENDS = Array.from({ length: 8 }, (_, week) => NOW - (7 - week) * WEEK_MS);
const SPAN = { since: new Date(NOW - 8 * WEEK_MS), until: new Date(NOW) };
const MANAGER: AccessScope = { accountManagerEmail: 'manager7@example.com' };

interface Row {
  readonly id: string;
  readonly seq: number;
  readonly kind: string;
  readonly at: Date;
  readonly caseId: string | null;
  readonly change: number;
  readonly refusal: string | null;
  readonly status: string | null;
}

const rowsOf = async (ids: readonly string[] | null): Promise<Row[]> =>
  await sql<Row[]>`
  select entitlement_id as id, seq, kind, at, case_id as "caseId", change, refusal, facts ->> 'status' as status
  from ledger where ${ids === null ? sql`true` : sql`entitlement_id = any(${[...ids]})`} order by entitlement_id, seq`;

/** The entitlements whose customer or whose own renewal policy names the account manager. */
const managed = async (): Promise<string[]> =>
  (
    await sql<{ id: string }[]>`
      select e.id from entitlements e join customers c on c.id = customer_id
      where account_manager_email = 'manager7@example.com'
        or e.state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email' = 'Manager7@example.com'`
  ).map(({ id }) => id);

const STATUS_AFTER: Readonly<Record<string, (row: Row) => string | null>> = {
  activated: ({ status }) => status,
  started: () => 'active',
  deactivated: () => 'draft',
  expired: () => 'expired',
  canceled: () => 'canceled',
};

/** How many entitlements are active at an instant, by what happened to each of them until then. */
function activeAt(rows: readonly Row[], instant: number): number {
  const status = new Map<string, string | null>();
  for (const row of rows)
    if (row.at.getTime() < instant) status.set(row.id, STATUS_AFTER[row.kind]?.(row) ?? status.get(row.id) ?? null);
  return [...status.values()].filter((value) => value === 'active').length;
}

const within = (rows: readonly Row[], end: number) =>
  rows.filter(({ at }) => at.getTime() >= end - WEEK_MS && at.getTime() < end);

const RECOUNT: Readonly<
  Record<Exclude<FigureName, 'undecided_renewals'>, (rows: readonly Row[], end: number) => number>
> = {
  active_entitlements: activeAt,
  attached_cases: (rows, end) => within(rows, end).filter(({ kind }) => kind === 'attached').length,
  refused_cases: (rows, end) =>
    new Set(within(rows, end).flatMap(({ refusal, caseId }) => (refusal === 'exhausted' ? [caseId] : []))).size,
};

const trendOf = (figures: readonly Figure[], name: FigureName) =>
  figures.find((figure) => figure.name === name)?.trend.map(({ value }) => value);

test.each(['all', 'of one account manager'])('the trends, %s, equal a recount of the ledger', async (whose) => {
  const [ids, accessScope] = whose === 'all' ? [null, 'all' as const] : [await managed(), MANAGER];
  const rows = await rowsOf(ids);
  const figures = await readFigures(sql, accessScope, NOW);
  for (const name of ['active_entitlements', 'attached_cases', 'refused_cases'] as const) {
    const expected = ENDS.map((end) => RECOUNT[name](rows, end));
    expect(new Set(expected).size).toBeGreaterThan(2);
    expect([name, trendOf(figures, name)]).toEqual([name, expected]);
  }
});

test('a renewal counts as undecided from its beginning until it is over', async () => {
  const renewal = (n: number, opened: number, over: number | null) => sql`
    insert into renewals (id, entitlement_id, n, customer_id, stage, is_over, end_date, ends_at, proposal, opportunity_id,
      steps, seq, opened_at, updated_at, state)
    values (${`ren_${n}`}, ${`ent_${n}`}, 1, 'customer-1', ${over === null ? 'open' : 'declined'}, ${over !== null},
      '2030-01-01', '2030-01-02', '{}', ${`opp_${n}`}, '[]', 1, ${new Date(NOW - opened * DAY_MS)},
      ${new Date(NOW - (over ?? opened) * DAY_MS)}, '{}')`;
  await renewal(1, 100, null);
  await renewal(2, 60, 1);
  await renewal(3, 30, 10);
  await renewal(4, 100, 90);
  await renewal(5, 3, null);
  const figures = await readFigures(sql, 'all', NOW);
  // The weeks end 49, 42, 35, 28, 21, 14, 7 and 0 days ago.
  expect(trendOf(figures, 'undecided_renewals')).toEqual([2, 2, 2, 3, 3, 3, 2, 2]);
  const ofOthers = await readFigures(sql, { accountManagerEmail: 'nobody@example.com' }, NOW);
  expect(trendOf(ofOthers, 'undecided_renewals')).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
});

interface Active {
  readonly id: string;
  readonly remaining: number;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly periodEndsAt: Date | null;
}

/** What runs out, by the domain's forecast of each entitlement alone; in order, what is used up first. */
async function recountRunningOut(ids: readonly string[] | null): Promise<string[]> {
  const rows = new Map<string, Row[]>();
  for (const row of await rowsOf(ids)) rows.set(row.id, [...(rows.get(row.id) ?? []), row]);
  const active = await sql<Active[]>`
    select id, remaining_term as remaining, starts_at as "startsAt", ends_at as "endsAt", period_ends_at as "periodEndsAt"
    from entitlements where status = 'active' and remaining_term is not null
      and ${ids === null ? sql`true` : sql`id = any(${[...ids]})`}`;
  const found = active.flatMap(({ id, remaining, startsAt, endsAt, periodEndsAt }) => {
    if (remaining <= 0) return [{ id, daysLeft: 0 }];
    const since = paceSince(startsAt.getTime(), NOW);
    const recent = (rows.get(id) ?? []).filter(({ caseId, at }) => caseId !== null && at.getTime() >= since);
    const used = -recent.reduce((sum, { change }) => sum + change, 0);
    if (forecastDepletion({ remaining, used, since }, NOW, 'UTC').depletesOn === null) return [];
    const daysLeft = (remaining * (NOW - since)) / used;
    const end = Math.min(endsAt.getTime(), periodEndsAt?.getTime() ?? Number.POSITIVE_INFINITY);
    return NOW + daysLeft < end ? [{ id, daysLeft }] : [];
  });
  return found
    .toSorted((one, other) => one.daysLeft - other.daysLeft || (one.id < other.id ? -1 : 1))
    .map(({ id }) => id);
}

test.each(['all', 'of one account manager'])('what runs out, %s, is what the forecast of each says', async (whose) => {
  const [ids, accessScope] = whose === 'all' ? [null, 'all' as const] : [await managed(), MANAGER];
  const expected = await recountRunningOut(ids);
  expect(expected.length).toBeGreaterThan(5);
  const found = await runningOutQuery(sql, accessScope, { now: NOW, limit: 10_000 });
  expect(found.map(({ id }) => id).toSorted()).toEqual(expected.toSorted());
  const [first] = await runningOutQuery(sql, accessScope, { now: NOW, limit: 10 });
  expect(first?.total).toBe(expected.length);
  const places = found.map(({ id }) => expected.indexOf(id));
  // Two that run out within the same microsecond may change places.
  expect(places.filter((place, index) => Math.abs(place - index) > 2)).toEqual([]);
});

test('no figure and no forecast reads all of the ledger', async () => {
  for (const accessScope of ['all', MANAGER] as const)
    for (const [name, query] of Object.entries({
      active: activeNowQuery(sql, accessScope),
      activity: activityQuery(sql, SPAN, accessScope),
      attached: attachedQuery(sql, SPAN, accessScope),
      refused: refusedQuery(sql, SPAN, accessScope),
      runningOut: runningOutQuery(sql, accessScope, { now: NOW, limit: 10 }),
    }))
      expect([name, tablesReadInWhole(await planOf(sql, query)).filter((table) => table === 'ledger')]).toEqual([
        name,
        [],
      ]);
});
