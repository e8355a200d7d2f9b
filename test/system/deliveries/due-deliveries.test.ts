import { afterAll, beforeAll, expect, test } from 'vitest';
import { dispatchDeliveries, holdEmails } from '../../../db/deliveries/delivery-dispatch.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { inTransaction } from '../../../db/postgres/transaction.ts';
import { aDatabase } from '../../support/a-database.ts';

/** What waits for two webhooks whose receivers are away. */
const WAITING = 20_000;
/** Rows and index entries that one look may read, however much waits. */
const MOST_READ = 400;
const LIMITS = { kinds: ['webhook', 'email'], atATime: 10 } as const;

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
  for (const [id, pausedAt, probeAt] of [
    ['paused', '2026-01-01T00:00:00Z', '9999-01-01T00:00:00Z'],
    ['full', null, null],
  ] as const)
    await sql`
      insert into webhook_endpoints (id, url, types, secret, enabled, paused_at, probe_at)
      values (${id}, ${`https://example.com/${id}`}, '{*}', 'secret', true, ${pausedAt}, ${probeAt})`;
  await sql`
    insert into deliveries (id, kind, key, endpoint_id, target)
    select endpoint || n, 'webhook', endpoint || n, endpoint, 'https://example.com/'
    from generate_series(1, ${WAITING}::int) n, unnest('{paused, full}'::text[]) endpoint`;
  await sql`
    insert into deliveries (id, kind, key, endpoint_id, target, dispatched_at)
    select 'tried' || n, 'webhook', 'tried' || n, 'full', 'https://example.com/', now() from generate_series(1, 10) n`;
  await sql`
    insert into deliveries (id, kind, key, endpoint_id, target, redelivery)
    values ('again', 'webhook', 'again', 'paused', 'https://example.com/', 1)`;
  await sql`
    insert into deliveries (id, kind, key, target, email)
    values ('letter', 'email', 'letter', 'desk@allot.example', '{"subject": "s", "text": "t", "html": "h"}')`;
  await sql`vacuum analyze deliveries`;
});
afterAll(async () => {
  await drop();
});

/** Rows of deliveries, and entries of its indexes, that PostgreSQL has read so far. */
async function readSoFar(): Promise<number> {
  // Transactions have a connection of their own; each connection keeps its counts until it hands them over.
  await inTransaction(sql, (tx) => tx`select pg_stat_force_next_flush()`);
  await sql`select pg_stat_force_next_flush()`;
  const [read] = await sql<{ rows: number }[]>`
    select ((select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_user_tables where relname = 'deliveries')
      + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'deliveries'))::int as rows`;
  return read?.rows ?? 0;
}

async function readBy(work: () => Promise<unknown>): Promise<number> {
  const before = await readSoFar();
  await work();
  return (await readSoFar()) - before;
}

test('a look for due deliveries reads little of what waits, and starts what was asked for again and e-mails', async () => {
  const started: string[] = [];
  const look = () => dispatchDeliveries(sql, LIMITS, async ({ id }) => void started.push(id));
  expect(await readBy(look)).toBeLessThan(MOST_READ);
  expect(started.toSorted()).toEqual(['again', 'letter']);
  // Nothing is due now.
  expect(await readBy(look)).toBeLessThan(MOST_READ);
  expect(started).toHaveLength(2);
});

test.each([
  ['no failure, no attempt', { failures: 0, first: 0, later: 0, isPaused: false, starts: 50 }],
  ['no failure, three first attempts', { failures: 0, first: 3, later: 0, isPaused: false, starts: 47 }],
  ['one failure, three first attempts', { failures: 1, first: 3, later: 0, isPaused: false, starts: 6 }],
  ['one failure, nine first attempts', { failures: 1, first: 9, later: 0, isPaused: false, starts: 0 }],
  ['one failure, more first attempts than may fail', { failures: 1, first: 30, later: 0, isPaused: false, starts: 0 }],
  ['nine failures, no attempt', { failures: 9, first: 0, later: 0, isPaused: false, starts: 1 }],
  ['nine failures, ten later attempts', { failures: 9, first: 0, later: 10, isPaused: false, starts: 1 }],
  ['paused after twelve failures, a probe is due', { failures: 12, first: 0, later: 10, isPaused: true, starts: 1 }],
])('of a webhook with %s only so many deliveries start', async (name, has) => {
  const { failures, first, later, isPaused } = has;
  const pausedAt = isPaused ? '2026-01-01T00:00:00Z' : null;
  // What waits for the other webhooks is older, and would come first.
  await sql`update webhook_endpoints set enabled = false`;
  await sql`
    insert into webhook_endpoints (id, url, types, secret, enabled, failures_in_row, paused_at, probe_at)
    values (${name}, 'https://example.com/failing', '{*}', 'secret', true, ${failures}, ${pausedAt}, ${pausedAt})`;
  await sql`
    insert into deliveries (id, kind, key, endpoint_id, target, dispatched_at, next_attempt_at)
    select ${name} || n, 'webhook', ${name} || n, ${name}, 'https://example.com/',
      case when n <= ${first + later} then now() end, case when n <= ${later} then now() - interval '1 second' end
    from generate_series(1, 100) n`;
  let starts = 0;
  await dispatchDeliveries(sql, { kinds: ['webhook'], atATime: 50 }, async ({ id }) => {
    if (id.startsWith(name)) starts += 1;
  });
  expect(starts).toBe(has.starts);
});

test('e-mails without a mail server are found without reading what waits for webhooks', async () => {
  expect(await readBy(() => holdEmails(sql))).toBeLessThan(MOST_READ);
});
