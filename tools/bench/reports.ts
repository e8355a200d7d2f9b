import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { ledgerQuery } from '../../db/ledger/ledger-list.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { expiringQuery } from '../../db/reports/expiring.ts';
import { highTouchQuery } from '../../db/reports/high-touch.ts';
import { nearDepletionQuery, usedSinceQuery } from '../../db/reports/near-depletion.ts';
import { overridesQuery, overrideTotalsQuery } from '../../db/reports/overrides.ts';
import { utilisationQuery } from '../../db/reports/utilisation.ts';
import { freePort } from '../../dev/free-port.ts';
import { startPostgres } from '../../dev/postgres-server.ts';
import { FULL_SIZE, fillForReports } from './report-records.ts';

/**
 * `npm run bench:reports`: how long each report takes on 100,000 entitlements and two million ledger rows, and by which
 * plan.
 */

const DAY_MS = 86_400_000;
/**
 * PostgreSQL plans a prepared statement for its values the first five times, and may then use one plan for all values.
 * This is more often, so that a bad plan for all values would show.
 */
const TIMES = 9;
const GOAL_MS = 1_000;

type Query = (sql: Sql) => postgres.Fragment & PromiseLike<unknown>;

function reports(now: number): Readonly<Record<string, Query>> {
  const lastDays = (days: number) => ({ since: new Date(now - days * DAY_MS), until: new Date(now + DAY_MS) });
  const first = <By extends string>(by: By, descending = true) => ({ limit: 50, by, descending, after: null });
  const manager = { accountManagerEmail: 'manager7@example.com' };
  return {
    'near-depletion': (sql) => nearDepletionQuery(sql, first('usedShare'), { threshold: 0.75 }, 'all'),
    'near-depletion, one manager': (sql) => nearDepletionQuery(sql, first('usedShare'), { threshold: 0.75 }, manager),
    'near-depletion, pace of 50': (sql) =>
      usedSinceQuery(
        sql,
        busiest.map((id) => ({ id, since: now - 30 * DAY_MS })),
      ),
    'expiring, 30 days': (sql) =>
      expiringQuery(
        sql,
        first('endDate', false),
        { endsBefore: new Date(now + 30 * DAY_MS), openSince: new Date(now - 30 * DAY_MS) },
        'all',
      ),
    'utilisation by customer, 90 days': (sql) =>
      utilisationQuery(sql, first('usedInSpan'), { by: 'customer', span: lastDays(90) }, 'all'),
    'utilisation by tier, 90 days': (sql) =>
      utilisationQuery(sql, first('usedInSpan'), { by: 'tier', span: lastDays(90) }, 'all'),
    'utilisation by customer, a year': (sql) =>
      utilisationQuery(sql, first('usedInSpan'), { by: 'customer', span: lastDays(365) }, 'all'),
    'utilisation of one customer': (sql) =>
      utilisationQuery(
        sql,
        first('usedInSpan'),
        { by: 'entitlement', customerId: 'customer-1', span: lastDays(90) },
        'all',
      ),
    'utilisation, one manager': (sql) =>
      utilisationQuery(sql, first('usedInSpan'), { by: 'customer', span: lastDays(90) }, manager),
    'high-touch, 90 days': (sql) => highTouchQuery(sql, first('cases'), { span: lastDays(90) }, 'all'),
    'high-touch, a year': (sql) => highTouchQuery(sql, first('cases'), { span: lastDays(365) }, 'all'),
    'overrides, 90 days': (sql) => overridesQuery(sql, first('when'), { span: lastDays(90) }, 'all'),
    'overrides, totals of a year': (sql) => overrideTotalsQuery(sql, { span: lastDays(365) }, 'all'),
    'overrides, one manager': (sql) => overridesQuery(sql, first('when'), { span: lastDays(90) }, manager),
    'ledger rows of a month': (sql) => ledgerQuery(sql, busiest[0] ?? '', { limit: 50, afterSeq: 0 }, lastDays(30)),
  };
}

let busiest: string[] = [];

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** What the plan reads: each index and each table that is read in whole. */
function scansOf(node: PlanNode): string[] {
  const own =
    node['Index Name'] !== undefined
      ? [node['Index Name']]
      : node['Node Type'] === 'Seq Scan'
        ? [`ALL OF ${node['Relation Name']}`]
        : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)];
}

async function measure(sql: Sql, name: string, query: Query): Promise<void> {
  const times: number[] = [];
  for (let time = 0; time < TIMES; time++) {
    const begun = performance.now();
    await query(sql);
    times.push(performance.now() - begun);
  }
  const [explained] = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>`explain (format json) ${query(sql)}`;
  const scans = explained === undefined ? [] : [...new Set(scansOf(explained['QUERY PLAN'][0].Plan))];
  const sorted = times.toSorted((one, other) => one - other);
  const [median = 0, worst = 0] = [sorted[TIMES >> 1], sorted.at(-1)];
  if (worst > GOAL_MS) process.exitCode = 1;
  console.log(`${name.padEnd(34)}${median.toFixed(0).padStart(8)}${worst.toFixed(0).padStart(8)}  ${scans.join(', ')}`);
}

const dir = await mkdtemp(join(tmpdir(), 'allot-reports-'));
const server = await startPostgres({
  dataDir: join(dir, 'postgres'),
  port: await freePort(),
  logFile: join(dir, 'log'),
});
try {
  await migrate(server.databaseUrl);
  const sql = connect(server.databaseUrl, { max: 1 });
  console.error('filling: some two minutes');
  await fillForReports(sql, FULL_SIZE);
  const [counted] = await sql<{ rows: number }[]>`select count(*)::int as rows from ledger`;
  busiest = (
    await sql<{ id: string }[]>`select id from entitlements where status = 'active' order by seq desc, id limit 50`
  ).map(({ id }) => id);
  console.log(`${FULL_SIZE.entitlements} entitlements, ${counted?.rows} ledger rows; at most ${GOAL_MS} ms each`);
  console.log(`${'report'.padEnd(34)}${'ms'.padStart(8)}${'worst'.padStart(8)}  reads`);
  for (const [name, query] of Object.entries(reports(Date.now()))) await measure(sql, name, query);
  await sql.end();
} finally {
  await server.stop();
  await rm(dir, { recursive: true, force: true });
}
