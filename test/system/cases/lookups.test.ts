import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCaseContexts } from '../../../db/cases/case-contexts.ts';
import { createOffers } from '../../../db/cases/offers.ts';
import { createNamedRecords } from '../../../db/directory/named-records.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connectForLookups } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { aDatabase } from '../../support/a-database.ts';

/** Rows of each table: a young organisation and a larger one. PostgreSQL would read each table as a whole. */
const SIZES = [500, 4_000];
/** Rows of all tables that one event may cost, however many there are. */
const MOST_READ = 20;
const QUESTION = {
  caseId: 'case-7',
  key: 'key-7',
  entitlementId: 'ent_7',
  customerId: 'customer-7',
  contactId: 'contact-7',
  productId: 'product-7',
  channel: 'phone',
};

let sql: Sql;
let lookups: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
  lookups = connectForLookups(database.url, { max: 1 });
});
afterAll(async () => {
  await lookups.end();
  await drop();
});

async function grow(from: number, to: number): Promise<void> {
  await sql`insert into customers (id, type, name) select 'customer-' || n, 'account', 'Customer' from ${numbers(from, to)}`;
  await sql`insert into contacts (id, customer_id, name) select 'contact-' || n, 'customer-' || n, 'Contact' from ${numbers(from, to)}`;
  await sql`insert into products (id, name) select 'product-' || n, 'Product' from ${numbers(from, to)}`;
  await sql`
    insert into entitlements (id, name, customer_id, status, start_date, end_date, remaining_term, seq, generation,
      deleted, created_at, updated_at, state, owner, tier, product_ids)
    select 'ent_' || n, 'Support', 'customer-' || n, 'active', '2026-01-01', '2026-12-31', 5, 1, 0, false, now(), now(),
      '{"details": {}}', 'owner', null, '{}' from ${numbers(from, to)}`;
  await sql`
    insert into cases (id, customer_id, status, minutes, decrement_entitlement_term, entitlement_id, entitlement_seq,
      reason, created_at, updated_at, attached_seq)
    select 'case-' || n, 'customer-' || n, 'active', 5, true, 'ent_' || n, 1, 'named', now(), now(), 1
    from ${numbers(from, to)}`;
  await sql`
    insert into ledger (entitlement_id, seq, kind, at, key, by, case_id, change, overage, held_change, open_change, facts, case_after)
    select 'ent_' || n, 1, 'attached', now(), 'key-' || n, 'test', 'case-' || n, -1, 0, 0, 1, null,
      jsonb_build_object('caseId', 'case-' || n, 'attachedSeq', 1) from ${numbers(from, to)}`;
}

const numbers = (from: number, to: number) => sql`generate_series(${from}::int, ${to}::int) n`;

const reads = () => {
  const id = entitlementId(QUESTION.entitlementId);
  const contexts = createCaseContexts(lookups);
  const named = createNamedRecords(lookups);
  const offers = createOffers(lookups);
  const store = createLedgerStore(sql, lookups);
  return {
    'what is known about a case event': () => contexts([QUESTION]),
    'the records that a case names': () => named(QUESTION),
    "a customer's entitlements": () => offers(QUESTION.customerId),
    'what a workflow has forgotten': () => store.loadForgotten(id, ['case-7'], ['key-7']),
    'a case at a row of the ledger': () => store.caseAt(id, 1),
  };
};

/** Rows of all tables that PostgreSQL has read so far. */
async function readSoFar(): Promise<number> {
  // A connection keeps its counts until it hands them over.
  for (const connection of [sql, lookups]) await connection`select pg_stat_force_next_flush()`;
  const [read] = await sql<{ rows: number }[]>`
    select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int as rows from pg_stat_user_tables`;
  return read?.rows ?? 0;
}

/** The rows that `read` looks at, once PostgreSQL keeps a plan for it: after five runs. */
async function readBy(read: () => Promise<unknown>): Promise<number> {
  for (let n = 0; n < 6; n += 1) await read();
  const before = await readSoFar();
  await read();
  return (await readSoFar()) - before;
}

test.each(SIZES)('with %i rows in each table, an event costs a few of them', async (size) => {
  const [had = { rows: 0 }] = await sql<{ rows: number }[]>`select count(*)::int as rows from cases`;
  await grow(had.rows + 1, size);
  await sql`vacuum analyze`;
  for (const [what, read] of Object.entries(reads())) {
    const rows = await readBy(read);
    expect(rows, what).toBeGreaterThan(0);
    expect(rows, what).toBeLessThanOrEqual(MOST_READ);
  }
});

test('other connections read whole tables for it', async () => {
  const contexts = createCaseContexts(sql);
  expect(await readBy(() => contexts([QUESTION]))).toBeGreaterThan(SIZES.at(-1) ?? 0);
});
