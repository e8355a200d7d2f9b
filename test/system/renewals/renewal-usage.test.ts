import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listTierTemplates } from '../../../db/entitlements/tier-templates.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { readTermUsage, usageQuery } from '../../../db/renewals/renewal-usage.ts';
import type { TermUsage } from '../../../domain/renewals/term-usage.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { aDatabase } from '../../support/a-database.ts';
import { Book } from '../../unit/domain/book.ts';
import { READY } from '../../unit/domain/ready-templates.ts';
import { attach, cancel, detailsWith, ID, instant, reactivate, resolve, update } from '../../unit/domain/samples.ts';

let sql: Sql;
let drop: () => Promise<void>;
beforeAll(async () => {
  const database = await aDatabase({ max: 1, isMigrated: true });
  ({ sql, drop } = database);
});
afterAll(async () => {
  await drop();
});

let books = 0;

/** The book of an entitlement of its own, from its start on. */
function aBook(changes: Partial<EntitlementDetails> = {}): Book {
  const book = new Book(detailsWith(changes), instant('2026-01-01T00:00Z'));
  const id = `${ID}-${books++}` as typeof ID;
  book.entitlement = { ...book.entitlement, id };
  if (book.command({ kind: 'activate' }) !== undefined) throw new Error('The book cannot be activated.');
  return book;
}

/** Writes the book as the engine does, and reads its use at `at`. */
async function usageOf(book: Book, at: string): Promise<TermUsage> {
  const snapshot = { entitlement: book.entitlement, generation: 0 };
  await createLedgerStore(sql).write({ rows: book.rows, snapshot });
  return await readTermUsage(sql, book.entitlement, instant(at));
}

const caseOf = (book: Book, name: string) => `${book.entitlement.id}-${name}`;

describe('the use that the ledger shows', () => {
  test('for one allotment: used, refused and charged, by channel, and the pace', async () => {
    const price = { unitPrice: '49.99', currency: 'EUR', billingIncrementMinutes: 1 };
    const book = aBook({ totalTerm: 4, restrict: false, overagePrice: price });
    const come = (name: string, channel: string | null) => attach(caseOf(book, name), { channel });
    book.story(come('a', 'email'), come('b', 'email'), come('c', 'phone'));
    book.passTo(instant('2026-08-30T12:00Z')).story(come('d', 'phone'), come('e', null), cancel(caseOf(book, 'a')));
    book.passTo(instant('2026-11-10T12:00Z')).story(reactivate(caseOf(book, 'a')), resolve(caseOf(book, 'b')));
    book.story(update(caseOf(book, 'c'), { channel: 'web' }));
    expect(await usageOf(book, '2026-11-22T00:00Z')).toMatchObject({
      unit: 'cases',
      used: 5,
      granted: 4,
      usedShare: 1.25,
      mostUsed: 5,
      cases: 5,
      openCases: 4,
      // Five of four are used, whichever case left and came back. A change of channel is not charged again.
      overage: 1,
      charged: [{ currency: 'EUR', amount: '49.99' }],
      refused: [],
      channels: [
        { channel: 'email', cases: 2, mostUsed: 2 },
        { channel: 'phone', cases: 1, mostUsed: 1 },
        { channel: 'web', cases: 1, mostUsed: 1 },
        { channel: null, cases: 1, mostUsed: 1 },
      ],
      pace: { last30Days: 1 / 30, last90Days: 2 / 90, term: 5 / 325 },
      projectedUse: 6,
      daysIntoTerm: 325,
      daysLeft: 40,
    });
  });

  test('up to an instant: later rows do not count', async () => {
    const book = aBook({ totalTerm: 9 });
    for (const [index, day] of ['2026-02-01', '2026-05-01', '2026-09-01'].entries())
      book.passTo(instant(`${day}T08:00Z`)).story(attach(caseOf(book, `c${index}`)));
    expect((await usageOf(book, '2026-05-01T07:59Z')).used).toBe(1);
    expect((await usageOf(book, '2026-05-01T08:00Z')).used).toBe(2);
    expect((await usageOf(book, '2030-01-01T00:00Z')).used).toBe(3);
  });

  test('a case counts as refused once, however often it was tried, and not at all if it attached later', async () => {
    const book = aBook({ totalTerm: 2, channels: [{ channel: 'email', totalTerm: 2 }] });
    const comes = (name: string, channel: string | null) => book.happens(attach(caseOf(book, name), { channel }))?.code;
    expect([comes('a', 'email'), comes('b', 'email')]).toEqual([undefined, undefined]);
    expect([comes('c', 'email'), comes('c', 'email'), comes('d', 'email')]).toEqual(Array(3).fill('exhausted'));
    expect([comes('e', 'phone'), comes('f', null)]).toEqual(Array(2).fill('channel_not_covered'));
    book.story(cancel(caseOf(book, 'a')), attach(caseOf(book, 'd'), { channel: 'email' }));
    const usage = await usageOf(book, '2026-11-22T00:00Z');
    expect(usage.refused).toEqual([
      { code: 'channel_not_covered', channel: 'phone', cases: 1 },
      { code: 'channel_not_covered', channel: null, cases: 1 },
      { code: 'exhausted', channel: 'email', cases: 1 },
    ]);
    expect([usage.used, usage.cases, usage.allotments[0]?.lacked]).toEqual([2, 3, 1]);
    // 2 used and 1 refused in 325 of 365 days.
    const demand = { used: 2, lacked: 1, amount: 4, basis: 'pace' };
    expect(usage.channels).toEqual([{ channel: 'email', cases: 3, mostUsed: 2, demand }]);
    expect(usage.demand).toEqual(demand);
  });

  test('refusals of a channel count in their period, even if all cases of the channel were refused', async () => {
    const channels = [
      { channel: 'email', totalTerm: 10 },
      { channel: 'fax', totalTerm: 0 },
      { channel: 'phone', totalTerm: 2 },
    ];
    const book = aBook({ period: 'month', totalTerm: 10, channels });
    const comes = (name: string, channel: string) => book.happens(attach(caseOf(book, name), { channel }))?.code;
    const phones = (month: string, count: number) =>
      Array.from({ length: count }, (_, n) => comes(`${month}-${n}`, 'phone')).filter((code) => code !== undefined);
    expect(phones('jan', 3)).toEqual(['channel_exhausted']);
    expect([comes('by-fax', 'fax'), comes('by-email', 'email')]).toEqual(['channel_exhausted', undefined]);
    book.passTo(instant('2026-02-10T00:00Z'));
    expect(phones('feb', 7)).toHaveLength(5);
    book.passTo(instant('2026-03-10T00:00Z'));
    // Refused in February, it attaches in March: February did not lack it.
    expect([phones('mar', 1), comes('feb-6', 'phone')]).toEqual([[], undefined]);
    const usage = await usageOf(book, '2026-04-01T00:00Z');
    expect(usage.allotments.map(({ used, lacked }) => [used, lacked])).toEqual([
      [3, 2],
      [2, 4],
      [2, 0],
    ]);
    expect(usage.channels).toEqual([
      { channel: 'email', cases: 1, mostUsed: 1, demand: { used: 1, lacked: 0, amount: 1, basis: 'pace' } },
      { channel: 'fax', cases: 0, mostUsed: 0, demand: { used: 0, lacked: 1, amount: 1, basis: 'pace' } },
      {
        channel: 'phone',
        cases: 6,
        mostUsed: 2,
        demand: { used: 2, lacked: 4, amount: 6, basis: 'fullest_allotment' },
      },
    ]);
    expect(usage.demand).toEqual({ used: 2, lacked: 4, amount: 6, basis: 'fullest_allotment' });
  });

  test('for periods: each has its own grant, its use, and what it got from the period before', async () => {
    const book = aBook({ period: 'month', totalTerm: 10, rolloverCap: 3 });
    const comeMany = (month: string, count: number) => {
      for (let n = 0; n < count; n++) book.story(attach(caseOf(book, `${month}-${n}`), { channel: 'email' }));
    };
    comeMany('jan', 5);
    book.passTo(instant('2026-02-10T00:00Z'));
    comeMany('feb', 13);
    expect(book.happens(attach(caseOf(book, 'one-more')))?.code).toBe('exhausted');
    book.command({ kind: 'top-up', amount: 4, expiresOn: null, price: null, currency: null });
    comeMany('feb-too', 1);
    book.passTo(instant('2026-03-10T00:00Z')).edited({ totalTerm: 20 });
    comeMany('mar', 2);
    book.passTo(instant('2026-04-02T00:00Z'));
    const usage = await usageOf(book, '2026-04-02T00:00Z');
    expect(usage.allotments.map(({ granted, carriedIn, used, lacked }) => [granted, carriedIn, used, lacked])).toEqual([
      [10, 0, 5, 0],
      // 3 rolled over; 4 were bought.
      [14, 3, 13 + 1, 1],
      // 3 of the bought ones are left.
      [20, 3, 2, 0],
      [20, 6, 0, 0],
    ]);
    expect(usage).toMatchObject({ used: 21, granted: 64, toppedUp: 4, mostUsed: 14, allotmentsInTerm: 12 });
    expect(usage.allotments.map(({ startsAt }) => new Date(startsAt).toISOString().slice(0, 10))).toEqual([
      '2026-01-01',
      '2026-02-01',
      '2026-03-01',
      '2026-04-01',
    ]);
    expect(usage.projectedAllotmentUse).toBe(Math.ceil((21 * 365) / (91 * 12)));
  });

  test('for hours in minutes, and for an unlimited entitlement in cases', async () => {
    const hours = aBook({ allocationType: 'hours', totalTerm: 600, decreaseRemainingOn: 'resolution' });
    hours.story(attach(caseOf(hours, 'a')), attach(caseOf(hours, 'b')), resolve(caseOf(hours, 'a'), 95));
    expect(await usageOf(hours, '2026-11-22T00:00Z')).toMatchObject({
      ...{ unit: 'minutes', used: 95, granted: 600, cases: 2, openCases: 1 },
    });
    const unlimited = aBook({ allocationType: 'unlimited', totalTerm: null, restrict: false });
    unlimited.story(attach(caseOf(unlimited, 'a'), { channel: 'web' }), attach(caseOf(unlimited, 'b')));
    expect(await usageOf(unlimited, '2026-11-22T00:00Z')).toMatchObject({
      ...{ unit: 'cases', used: 2, granted: null, usedShare: null, cases: 2, projectedUse: 3 },
    });
  });

  test('for an entitlement that was never used, and for one that does not exist', async () => {
    const usage = await usageOf(aBook(), '2026-11-22T00:00Z');
    expect(usage).toMatchObject({ used: 0, cases: 0, channels: [], refused: [], charged: [], openCases: 0 });
    const nobody = { id: ID, details: detailsWith() };
    expect(await readTermUsage(sql, nobody, instant('2026-11-22T00:00Z'))).toMatchObject({ used: 0, granted: 0 });
  });
});

test('the ready templates are those that the examples of proposals use', async () => {
  const tiers = await listTierTemplates(sql);
  const asExamples = tiers.map((template) => ({ ...template, description: null, renewalPolicy: null }));
  expect(asExamples).toEqual([...READY].sort((one, other) => (one.id < other.id ? -1 : 1)));
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

test('reading the use reads only the rows of one entitlement, once, by the primary key', async () => {
  await sql`
    insert into ledger (entitlement_id, seq, kind, at, by, case_id, channel, change, held_change, open_change, overage)
    select 'filled-' || e, n, 'attached', '2026-01-01'::timestamptz + n * interval '1 hour', 'test',
      'filled-' || e || '-' || n, 'email', -1, 0, 1, 0
    from generate_series(1, 400) e, generate_series(1, 100) n`;
  await sql`analyze ledger`;
  const at = instant('2026-11-22T00:00Z');
  const query = usageQuery(sql, 'filled-7', { at, until: at, counts: true, unit: 'cases' });
  const [explained] = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>`
    explain (analyze, timing off, format json) ${query}`;
  if (explained === undefined) throw new Error('nothing was explained');
  const nodes = nodesOf(explained['QUERY PLAN'][0].Plan);
  const ofLedger = nodes.filter((node) => node['Relation Name'] === 'ledger');
  expect(ofLedger.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  expect(nodes.flatMap((node) => node['Index Name'] ?? [])).toEqual(['ledger_pkey']);
  const removed = (node: PlanNode) => node['Rows Removed by Filter'] ?? 0;
  expect(ofLedger.map((node) => (node['Actual Rows'] + removed(node)) * node['Actual Loops'])).toEqual([100]);
});
