import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { usedOfGranted } from '../../../domain/terms/thresholds.ts';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  type CaseView,
  entitlement,
  ledger,
  onCase,
  type ProblemView,
  type RowView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

/** Every number is made again from the ledger's rows, as `GET …/ledger` shows them, without the product's own sums. */

type Row = Record<string, unknown> & { links: Record<string, string> };
interface ReportView extends Partial<ProblemView> {
  items: Row[];
  nextCursor: string | null;
  [head: string]: unknown;
}
interface LedgerRowView extends RowView {
  channel: string | null;
  useChange: number;
  overage: number;
  charge: { quantity: number; currency: string; amount: string } | null;
  facts: Record<string, unknown> | null;
}

const sql = connect(inject('databaseUrl'), { max: 1 });
afterAll(() => sql.end());

let key = '';
const report = (name: string, query: Record<string, string> = {}) =>
  ask<ReportView>('GET', `/v1/reports/${name}?${new URLSearchParams(query)}`, undefined, as(key));
/** The items that a link leads to, seen as the account manager unless told otherwise. */
const follow = async <Item>(path: unknown, seenAs: Parameters<typeof ask>[3] = as(key)): Promise<Item[]> => {
  const { status, body } = await ask<{ items: Item[] }>('GET', `${path}&limit=200`, undefined, seenAs);
  expect([path, status]).toEqual([path, 200]);
  return body.items;
};
const rowsOf = async (id: string | undefined) => (await ledger(id ?? '')) as LedgerRowView[];

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0) || 0;
const used = (rows: readonly LedgerRowView[]) =>
  -sum(rows.filter(({ caseId }) => caseId !== null).map((row) => row.change)) || 0;
/** What was bought past the grants included. */
const takenBy = (rows: readonly LedgerRowView[]) => sum(rows.map((row) => row.useChange));
const granted = (rows: readonly LedgerRowView[]) =>
  sum(rows.filter(({ caseId }) => caseId === null).map((row) => row.change));
const attached = (rows: readonly LedgerRowView[]) => rows.filter(({ kind }) => kind === 'attached').length;

const NAME = '=HYPERLINK("http://example.com"), "best" customer';
const customers: string[] = [];
const made: Record<string, EntitlementView> = {};
let foreign: EntitlementView;
const cases: CaseView[] = [];

async function attachAll(to: EntitlementView | undefined, minutes: readonly number[]): Promise<void> {
  if (to === undefined) throw new Error('the entitlement was not made');
  for (const each of minutes) cases.push((await attach(to, { minutes: each, channel: 'phone' })).body);
}

beforeAll(async () => {
  const manager = await aKey('account_manager');
  key = manager.key;
  const accountManager = { name: '+Ann', email: manager.email };
  customers.push(await aCustomer({ name: NAME, tier: 'Gold', accountManager }), await aCustomer({ accountManager }));
  const [one = '', other = ''] = customers;
  const charged = { overage: 'charge', restrict: undefined, overagePrice: { unitPrice: '89.99', currency: 'EUR' } };
  made.charged = await anActive(one, { ...charged, name: '@charged', tier: 'Gold', owner: 'Olga', totalTerm: 3 });
  made.hours = await anActive(one, {
    ...charged,
    overagePrice: { unitPrice: '120.00', currency: 'USD', billingIncrementMinutes: 15 },
    allocationType: 'hours',
    totalTerm: 100,
    decreaseRemainingOn: 'resolution',
    endDate: dayFromNow(10),
  });
  made.restricted = await anActive(other, { totalTerm: 1, tier: 'Gold', endDate: dayFromNow(20) });
  made.unlimited = await anActive(other, { allocationType: 'unlimited', totalTerm: null, restrict: false });
  made.waiting = await aDraft(other, { startDate: dayFromNow(5), endDate: dayFromNow(25) });
  await ask('POST', `/v1/entitlements/${made.waiting.id}/activate`);
  foreign = await anActive(await aCustomer(), { totalTerm: 1, endDate: dayFromNow(3) });
  await attachAll(foreign, [5]);
  cases.length = 0;

  await attachAll(made.charged, [10, 20, 30, 40, 50]);
  await attachAll(made.hours, [60, 70, 7]);
  await attachAll(made.unlimited, [5, 6]);
  await attachAll(made.restricted, [15]);
  const override = { reason: '-1 is our fault' };
  cases.push((await attach(made.restricted, { override })).body);
  for (const { id } of cases.slice(4, 8)) await onCase(id, 'resolve');
  await onCase(cases[3]?.id ?? '', 'cancel');
  // Within the customer, from cases to hours: it came once.
  await ask('PATCH', `/v1/cases/${cases[0]?.id}`, { entitlementId: made.hours.id });
  await ask('POST', `/v1/entitlements/${made.charged.id}/top-ups`, { amount: 1 });
});

describe('near depletion', () => {
  const near = async (query: Record<string, string> = {}) => (await report('near-depletion', query)).body;

  test('tells what was used of the term of now, by the ledger', async () => {
    const { items, threshold, method } = await near({ threshold: '0.5' });
    expect([threshold, typeof method]).toEqual([0.5, 'string']);
    const shares: number[] = [];
    for (const item of items) {
      const rows = await rowsOf(String(item.id));
      const total = granted(rows);
      expect(item).toMatchObject({
        totalTerm: total,
        usedTerm: used(rows),
        remainingTerm: total - used(rows),
        usedShare: Math.round((used(rows) / total) * 10_000) / 10_000,
      });
      const days = (Date.now() - Date.parse(String(item.paceSince))) / DAY_MS;
      expect(item.pacePerDay).toBeCloseTo(takenBy(rows) / days, 2);
      expect(used(await follow(item.links.used))).toBe(item.usedTerm);
      expect(granted(await follow(item.links.total))).toBe(item.totalTerm);
      expect(takenBy(await follow(item.links.pace))).toBe(item.usedSince);
      shares.push(Number(item.usedShare));
    }
    expect(shares).toEqual(shares.toSorted((left, right) => right - left));
    expect(items.map(({ id }) => id).sort()).toEqual([made.charged?.id, made.hours?.id, made.restricted?.id].sort());
  });

  test('projects the date from the pace: nothing left is today', async () => {
    const { items } = await near({ customerId: customers[1] ?? '' });
    expect(items).toMatchObject([{ usedShare: 2, remainingTerm: -1, depletesOn: dayFromNow(0) }]);
    const { items: owned } = await near({ owner: 'Olga', threshold: '0.1' });
    const days = Number(owned[0]?.remainingTerm) / Number(owned[0]?.pacePerDay);
    expect(days).toBeGreaterThan(0);
    expect(Math.abs(Date.parse(String(owned[0]?.depletesOn)) - (Date.now() + days * DAY_MS))).toBeLessThanOrEqual(
      DAY_MS,
    );
  });

  test('has no date where nothing is used', async () => {
    const idle = await anActive(customers[0] ?? '', { tier: 'idle' });
    const { items } = await near({ threshold: '0', tier: 'idle' });
    expect(items).toMatchObject([{ id: idle.id, usedShare: 0, pacePerDay: 0, depletesOn: null }]);
    await ask('POST', `/v1/entitlements/${idle.id}/cancel`);
  });

  test('a term that was never granted is used up', async () => {
    const none = await anActive(customers[0] ?? '', { tier: 'none', totalTerm: 0 });
    expect((await near({ tier: 'none' })).items).toMatchObject([{ id: none.id, usedShare: 1, totalTerm: 0 }]);
    await ask('POST', `/v1/entitlements/${none.id}/cancel`);
  });

  test('with periods counts the current one alone, with what rolled over and what was bought since', async () => {
    const customerId = await aCustomer();
    const monthly = await anActive(customerId, {
      totalTerm: 4,
      period: 'month',
      rolloverCap: 2,
      endDate: dayFromNow(300),
    });
    await attachAll(monthly, [1]);
    const clock = new Clock(monthly.id);
    await clock.goPast(String(monthly.currentPeriod?.endsAt));
    await soon(async () => expect((await entitlement(monthly.id)).remainingTerm).toBe(6));
    await attachAll(monthly, [1, 1]);
    await ask('POST', `/v1/entitlements/${monthly.id}/top-ups`, { amount: 2 });
    const { body } = await ask<ReportView>('GET', `/v1/reports/near-depletion?customerId=${customerId}&threshold=0.25`);
    const [item] = body.items;
    expect(item).toMatchObject({ totalTerm: 8, usedTerm: 2, remainingTerm: 6, usedShare: 0.25 });
    const [turn, ...since] = await follow<LedgerRowView>(item?.links.total, {});
    expect(turn?.kind).toBe('period_started');
    expect(Number(turn?.remainingAfter) + granted(since)).toBe(8);
    expect(used(await follow(item?.links.used, {}))).toBe(2);
  });
});

/** As a person edits an active entitlement: a draft for a moment. */
async function edit(id: string, changes: Record<string, unknown>): Promise<void> {
  await ask('POST', `/v1/entitlements/${id}/deactivate`);
  await ask('PATCH', `/v1/entitlements/${id}`, changes);
  expect((await ask('POST', `/v1/entitlements/${id}/activate`)).status).toBe(200);
}

describe('periods that an edit takes off', () => {
  const terms = ({ totalTerm, grantedTerm = totalTerm, usedTerm }: Row) => [grantedTerm, usedTerm];
  /** What events tell of: the thresholds that are crossed are shares of these. */
  const toldByEvents = async (id: string) => {
    const [row] = await sql<{ state: Entitlement }[]>`select state from entitlements where id = ${id}`;
    const told = row === undefined ? null : usedOfGranted(row.state);
    return [told?.granted, told?.used];
  };

  test('leave the term whole, and it stays so until a later period begins, as events have it', async () => {
    const customerId = await aCustomer();
    const monthly = await anActive(customerId, { totalTerm: 10, period: 'month', endDate: dayFromNow(300) });
    await attachAll(monthly, [1, 1, 1, 1]);
    const clock = new Clock(monthly.id);
    await clock.goPast(String(monthly.currentPeriod?.endsAt));
    await soon(async () => expect((await entitlement(monthly.id)).remainingTerm).toBe(10));
    await attachAll(monthly, [1, 1]);
    const check = async (expected: readonly number[], firstKind: string) => {
      expect(await toldByEvents(monthly.id)).toEqual(expected);
      const query = `customerId=${customerId}&threshold=0`;
      const [near] = (await ask<ReportView>('GET', `/v1/reports/near-depletion?${query}`)).body.items;
      const [usage] = (await ask<ReportView>('GET', `/v1/reports/utilisation?customerId=${customerId}`)).body.items;
      expect([near, usage].map((row) => row && terms(row))).toEqual([expected, expected]);
      const [first, ...since] = await follow<LedgerRowView>(near?.links.total, {});
      expect(first?.kind).toBe(firstKind);
      expect(Number(first?.remainingAfter) + granted(since)).toBe(expected[0]);
      expect(used(await follow(near?.links.used, {}))).toBe(expected[1]);
    };
    await check([10, 2], 'period_started');
    await edit(monthly.id, { period: null });
    await check([14, 6], 'created');
    await edit(monthly.id, { period: 'month' });
    await check([14, 6], 'created');
    await clock.goPast(String((await entitlement(monthly.id)).currentPeriod?.endsAt));
    await soon(async () => expect((await entitlement(monthly.id)).remainingTerm).toBe(10));
    await check([10, 0], 'period_started');
  });
});

describe('expiring', () => {
  const ids = async (query: Record<string, string>) => (await report('expiring', query)).body.items.map(({ id }) => id);

  test('are active and waiting entitlements by their end, with what remains and whose they are', async () => {
    const { body } = await report('expiring');
    expect(body.items.map(({ id }) => id)).toEqual([made.hours?.id, made.restricted?.id, made.waiting?.id]);
    const [first] = body.items;
    expect(first).toMatchObject({
      endDate: dayFromNow(10),
      daysLeft: 11,
      remainingTerm: sum((await rowsOf(made.hours?.id)).map((row) => row.change)),
      renewed: false,
      renewedById: null,
      accountManager: { name: '+Ann' },
    });
    expect(sum((await follow<RowView>(`${first?.links.ledger}?`)).map((row) => row.change))).toBe(first?.remainingTerm);
    expect(body.items[2]).toMatchObject({ status: 'waiting' });
  });

  test('within so many days, of a customer, a tier', async () => {
    expect(await ids({ days: '12' })).toEqual([made.hours?.id]);
    expect(await ids({ days: '10' })).toEqual([]);
    expect(await ids({ customerId: customers[1] ?? '' })).toEqual([made.restricted?.id, made.waiting?.id]);
    expect(await ids({ tier: 'Gold' })).toEqual([made.restricted?.id]);
    expect(await ids({ renewed: 'true' })).toEqual([]);
    expect(await ids({ sort: '-endDate', limit: '1' })).toEqual([made.waiting?.id]);
  });
});

describe('utilisation', () => {
  const utilisation = async (query: Record<string, string> = {}) => (await report('utilisation', query)).body;

  test('of each entitlement is what its ledger says, and opens to these rows', async () => {
    const { items, since, until } = await utilisation({ by: 'entitlement' });
    expect([since, until]).toEqual([dayFromNow(-89), dayFromNow(0)]);
    const expected = Object.values(made).filter(({ id }) => id !== made.waiting?.id);
    for (const { id } of expected) {
      const item = items.find(({ entitlementId }) => entitlementId === id);
      const customer = [customers[0], NAME].includes(item?.customerName as string) ? customers[0] : customers[1];
      expect([item?.customerId, item?.customerName === NAME]).toEqual([customer, customer === customers[0]]);
      const rows = await rowsOf(id);
      // One moved to the hours; it came to the cases.
      const came = attached(rows) - (id === made.hours?.id ? 1 : 0);
      expect([id, item?.usedInSpan, item?.cases, item?.entitlements]).toEqual([id, takenBy(rows), came, 1]);
      expect(takenBy(await follow(item?.links.used))).toBe(item?.usedInSpan);
      expect((await follow(item?.links.cases)).length).toBe(item?.cases);
      if (id !== made.unlimited?.id) expect([item?.grantedTerm, item?.usedTerm]).toEqual([granted(rows), used(rows)]);
      else expect([item?.grantedTerm, item?.usedTerm, item?.usedShare]).toEqual([null, null, null]);
    }
  });

  test.each(['customer', 'tier'])('by %s adds up its entitlements, cases and minutes apart', async (by) => {
    const { items } = await utilisation({ by });
    expect(items.length).toBeGreaterThan(2);
    for (const item of items) {
      const its = await follow<Row>(item.links.entitlements);
      expect(new Set(its.map(({ allocationType }) => allocationType))).toEqual(new Set([item.allocationType]));
      const total = (field: string) => sum(its.map((row) => Number(row[field])));
      for (const field of ['entitlements', 'cases', 'usedInSpan'])
        expect([field, item[field]]).toEqual([field, total(field)]);
      if (item.grantedTerm === null) continue;
      expect([item.grantedTerm, item.usedTerm]).toEqual([total('grantedTerm'), total('usedTerm')]);
      expect(item.usedShare).toBeCloseTo(total('usedTerm') / total('grantedTerm'), 4);
    }
  });

  test('of a span has nothing of another time', async () => {
    const { items } = await utilisation({
      since: dayFromNow(-30),
      until: dayFromNow(-1),
      customerId: customers[0] ?? '',
    });
    expect(items.map(({ cases: came, usedInSpan }) => [came, usedInSpan])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(items.every(({ grantedTerm }) => Number(grantedTerm) > 0)).toBe(true);
  });

  test('pages one row at a time as it shows all', async () => {
    for (const sort of ['-usedInSpan', 'cases', 'usedShare', '-usedTerm', 'id']) {
      const all = (await utilisation({ by: 'entitlement', sort })).items.map(({ entitlementId }) => entitlementId);
      const paged: unknown[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page = await utilisation({ by: 'entitlement', sort, limit: '1', ...(cursor === '' ? {} : { cursor }) });
        paged.push(...page.items.map(({ entitlementId }) => entitlementId));
        cursor = page.nextCursor;
      }
      expect([sort, paged]).toEqual([sort, all]);
    }
  });
});

test('high-touch customers come by their cases, with the minutes and the share of all', async () => {
  const { items, casesOfAll } = (await report('high-touch')).body;
  const ofCustomer = async (customerId: string) => {
    const all = await ask<{ items: EntitlementView[] }>('GET', `/v1/entitlements?customerId=${customerId}&limit=200`);
    const rows = (await Promise.all(all.body.items.map(({ id }) => rowsOf(id)))).flat();
    const caseIds = [...new Set(rows.filter(({ kind }) => kind === 'attached').map(({ caseId }) => caseId))];
    const told = await Promise.all(caseIds.map((id) => ask<CaseView>('GET', `/v1/cases/${id}`)));
    return { cases: caseIds.length, minutes: sum(told.map(({ body }) => body.minutes)) };
  };
  const expected = await Promise.all(customers.map(ofCustomer));
  const total = sum(expected.map((each) => each.cases));
  expect([casesOfAll, items.length]).toEqual([total, 2]);
  for (const [index, customerId] of customers.entries()) {
    const item = items.find((each) => each.customerId === customerId);
    expect(item).toMatchObject({ ...expected[index], accountManager: { name: '+Ann' } });
    expect(item?.shareOfCases).toBeCloseTo((expected[index]?.cases ?? 0) / total, 4);
    const its = await follow<Row>(item?.links.entitlements);
    expect(sum(its.map((row) => Number(row.cases)))).toBe(item?.cases);
  }
  const top = (await report('high-touch', { limit: '1' })).body;
  expect(top.items).toEqual([items[0]]);
  expect((await report('high-touch', { tier: 'Gold' })).body).toMatchObject({ items: [{ customerId: customers[0] }] });
});

test('a case counts whenever it comes from none, its minutes once', async () => {
  const manager = await aKey('account_manager');
  const customerId = await aCustomer({ accountManager: { name: 'Bea', email: manager.email } });
  const active = await anActive(customerId);
  const { id } = (await attach(active, { minutes: 30 })).body;
  await attach(active, { minutes: 30 });
  // Also one that was on record without an entitlement comes with it.
  const customer = await aCustomer({ accountManager: { name: 'Bea', email: manager.email } });
  const late = (await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId: customer, minutes: 7 }))
    .body;
  const entitlementId = (await anActive(customer)).id;
  expect((await ask('PATCH', `/v1/cases/${late.id}`, { entitlementId })).status).toBe(200);
  for (const wanted of [null, active.id])
    expect((await ask('PATCH', `/v1/cases/${id}`, { entitlementId: wanted })).status).toBe(200);
  const { body } = await ask<ReportView>('GET', '/v1/reports/high-touch', undefined, as(manager.key));
  expect(body.items).toMatchObject([
    { customerId, cases: 3, minutes: 60 },
    { customerId: customer, cases: 1, minutes: 7 },
  ]);
});

describe('renewals', () => {
  /** Of these there is always one in which it is another day than in UTC. */
  const ZONES = ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'UTC'];
  const dayIn = (timeZone: string) => new Date().toLocaleDateString('sv-SE', { timeZone });
  const daysUntil = (day: string, timeZone: string) => (Date.parse(day) - Date.parse(dayIn(timeZone))) / DAY_MS;
  const opened = (id: string) =>
    soon(async () => {
      const { items } = (await ask<{ items: Row[] }>('GET', `/v1/renewals?entitlementId=${id}`)).body;
      expect(items).toHaveLength(1);
      return String(items[0]?.id);
    });
  const aRenewal = async (customerId: string, more: Record<string, unknown> = {}) => {
    const renewalPolicy = { noticeDays: 60, reminderDays: 0, escalationDays: 0 };
    const made = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(20), ...more });
    return { ...made, renewalId: await opened(made.id) };
  };
  let manager: { key: string; email: string | null };
  let customerId: string;
  beforeAll(async () => {
    manager = await aKey('account_manager');
    customerId = await aCustomer({ name: 'Contoso', accountManager: { name: 'Cy', email: manager.email } });
  });
  const seen = async (name: string, query: Record<string, string>) =>
    (await ask<ReportView>('GET', `/v1/reports/${name}?${new URLSearchParams(query)}`, undefined, as(manager.key))).body
      .items;

  test('tell the days that are left as mails and the other report do, by the zone of the entitlement', async () => {
    for (const timeZone of ZONES) {
      const owner = unique('owner');
      const { id, renewalId, endDate } = await aRenewal(customerId, { timeZone, owner });
      const daysLeft = daysUntil(endDate, timeZone) + 1;
      const told = [(await seen('renewals', { owner }))[0], (await seen('expiring', { owner }))[0]];
      expect(told).toMatchObject([
        { entitlementId: id, timeZone, daysLeft },
        { id, timeZone, daysLeft },
      ]);
      const mails = await sql<{ email: string }[]>`
        select email::text from deliveries where kind = 'email' and about = ${renewalId}`;
      expect(mails.map(({ email }) => email.includes(`${daysLeft} days are left`))).toEqual([true]);
    }
  });

  test('count 1 on the last day, and nothing after it', async () => {
    const owner = unique('owner');
    const { id, endsAt } = await aRenewal(customerId, { timeZone: 'UTC', owner, endDate: dayFromNow(0) });
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ daysLeft: 1 });
    expect((await seen('expiring', { owner }))[0]).toMatchObject({ daysLeft: 1, endsAt });
    await sql`update renewals set end_date = end_date - 3 where entitlement_id = ${id}`;
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ daysLeft: 0 });
  });

  test('tell whose they are, what is proposed in words, and who decided', async () => {
    const [tier, owner] = ['Gold', unique('owner')];
    const { id, name, renewalId } = await aRenewal(customerId, { tier, owner, totalTerm: 10, period: 'month' });
    await aRenewal(customerId, { tier: 'Silver' });
    const [row, ...more] = await seen('renewals', { tier, owner, customerId });
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      entitlementId: id,
      entitlementName: name,
      customerName: 'Contoso',
      owner,
      tier,
      proposed: 'same_terms',
      proposal: 'The same terms: 10 cases a month',
      decidedBy: null,
    });
    const larger = { kind: 'larger', changes: { totalTerm: 1300 } };
    await sql`update renewals set proposal = proposal || ${sql.json(larger)} where id = ${renewalId}`;
    await ask('POST', `/v1/renewals/${renewalId}/snooze`, { until: dayFromNow(5) });
    const more1300 = { proposal: 'More: 1,300 cases a month instead of 10 cases a month' };
    expect((await seen('renewals', { owner }))[0]).toMatchObject({ ...more1300, stage: 'snoozed', decidedBy: null });
    const reason = 'They merge with another company';
    const decided = { reason, decidedBy: 'tests' };
    await ask('POST', `/v1/renewals/${renewalId}/decline`, { reason });
    expect((await seen('renewals', { owner, stage: 'declined' }))[0]).toMatchObject(decided);
    const csv = await fetch(`${inject('apiUrl')}/v1/reports/renewals?format=csv&owner=${owner}`, as(manager.key));
    const [cells] = parse(await csv.text(), { columns: true }) as Record<string, string>[];
    expect(cells).toMatchObject({ entitlementName: name, customerName: 'Contoso', tier, ...more1300, ...decided });
  });
});

describe('overrides', () => {
  test('are the rows that an override made, and those with overage and charges, newest first', async () => {
    const { items, totals } = (await report('overrides')).body;
    const rows = (await Promise.all(Object.values(made).map(({ id }) => rowsOf(id)))).flat();
    const expected = rows.filter(
      (row) => row.facts?.overrode !== undefined || row.overage !== 0 || row.charge !== null,
    );
    expect(items.length).toBe(expected.length);
    const when = items.map((item) => String(item.when));
    expect(when).toEqual(when.toSorted().toReversed());
    for (const item of items) {
      const [row, ...more] = await follow<LedgerRowView>(item.links.ledger);
      expect(more).toEqual([]);
      expect(item).toMatchObject({
        seq: row?.seq,
        who: row?.who,
        why: row?.why,
        when: row?.when,
        overage: row?.overage,
        amount: row?.charge?.amount ?? null,
        currency: row?.charge?.currency ?? null,
      });
    }
    for (const currency of ['EUR', 'USD']) {
      const amounts = expected.flatMap(({ charge }) => (charge?.currency === currency ? [Number(charge.amount)] : []));
      expect(amounts.length).toBeGreaterThan(1);
      const total = (totals as Row[]).find((each) => each.currency === currency);
      expect([Number(total?.amount), total?.rows]).toEqual([expect.closeTo(sum(amounts), 4), amounts.length]);
    }
    expect(items.find(({ overrode }) => overrode !== null)).toMatchObject({
      entitlementId: made.restricted?.id,
      overrode: ['exhausted'],
      why: '-1 is our fault',
    });
  });

  test('of a span, a customer, a tier', async () => {
    const counted = async (query: Record<string, string>) => (await report('overrides', query)).body.items.length;
    expect(await counted({ until: dayFromNow(-1) })).toBe(0);
    expect(await counted({ customerId: customers[1] ?? '' })).toBe(1);
    expect(await counted({ tier: 'nobody has it' })).toBe(0);
    const { items, nextCursor } = (await report('overrides', { limit: '1' })).body;
    const second = (await report('overrides', { limit: '1', cursor: nextCursor ?? '' })).body;
    expect(second.items[0]?.links.ledger).not.toBe(items[0]?.links.ledger);
  });
});

describe('as CSV', () => {
  const csv = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${inject('apiUrl')}${path}`, {
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return { response, text: await response.text() };
  };

  test('a report says the same, with a header, and no cell that a spreadsheet would run', async () => {
    const { response, text } = await csv('/v1/reports/near-depletion?threshold=0&format=csv');
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="near-depletion.csv"');
    expect(text).toMatch(/^id,name,customerId,.*\r\n/);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    const { items } = (await report('near-depletion', { threshold: '0' })).body;
    expect(rows.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
    const charged = rows.find(({ id }) => id === made.charged?.id);
    expect([charged?.name, charged?.customerName]).toEqual(["'@charged", `'${NAME}`]);
    expect(rows.find(({ id }) => id === made.restricted?.id)?.remainingTerm).toBe('-1');
    expect(text).toContain(`"'${NAME.replaceAll('"', '""')}"`);
  });

  test.each(['near-depletion', 'expiring', 'utilisation', 'high-touch', 'overrides'])('%s by Accept', async (name) => {
    const { response, text } = await csv(`/v1/reports/${name}`, { accept: 'text/csv' });
    expect([response.status, response.headers.get('vary')]).toEqual([200, 'Accept']);
    const [header = [], ...rows] = parse(text) as string[][];
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every((row) => row.length === header.length)).toBe(true);
    expect(rows.flat().filter((cell) => /^[=+@\t]|^-(?!\d)/.test(cell))).toEqual([]);
  });

  test('the format that is named wins over Accept, and JSON is for everybody else', async () => {
    const typeOf = async (path: string, accept: string) =>
      (await csv(path, { accept })).response.headers.get('content-type')?.split(';')[0];
    expect(await typeOf('/v1/reports/expiring?format=json', 'text/csv')).toBe('application/json');
    expect(await typeOf('/v1/reports/expiring?format=csv', 'application/json')).toBe('text/csv');
    for (const accept of ['*/*', 'application/json', 'image/png'])
      expect(await typeOf('/v1/reports/expiring', accept)).toBe('application/json');
  });

  test('the next page is named in Link', async () => {
    const first = await csv('/v1/reports/expiring?format=csv&limit=2');
    const [, next = ''] = /^<(.+)>; rel="next"$/.exec(first.response.headers.get('link') ?? '') ?? [];
    const second = await csv(next);
    expect(second.text).toContain(made.waiting?.id);
    expect(second.response.headers.get('link')).toBeNull();
  });
});

test('an account manager sees own customers alone, also where another is asked for', async () => {
  for (const name of ['near-depletion', 'expiring', 'utilisation', 'overrides']) {
    const { body } = await report(name, {
      customerId: foreign.customerId,
      ...(name === 'expiring' ? { days: '3000' } : {}),
    });
    expect([name, body.items]).toEqual([name, []]);
  }
  for (const name of ['near-depletion', 'expiring', 'utilisation', 'high-touch']) {
    const { status, body } = await report(name);
    expect([name, status, body.items.length > 0]).toEqual([name, 200, true]);
    expect(JSON.stringify(body)).not.toContain(foreign.customerId);
  }
  const all = await ask<ReportView>('GET', `/v1/reports/near-depletion?customerId=${foreign.customerId}`);
  expect(all.body.items).toMatchObject([{ id: foreign.id, usedShare: 1 }]);
});

describe('what a report refuses', () => {
  test.each<[name: string, query: Record<string, string>, field: string]>([
    ['near-depletion', { threshold: 'most' }, 'threshold'],
    ['near-depletion', { threshold: '-1' }, 'threshold'],
    ['near-depletion', { threshold: '80' }, 'threshold'],
    ['near-depletion', { threshold: '2' }, 'threshold'],
    ['near-depletion', { format: 'xml' }, 'format'],
    ['near-depletion', { limit: '1001' }, 'limit'],
    ['near-depletion', { sort: 'name' }, 'sort'],
    ['near-depletion', { cursor: 'x' }, 'cursor'],
    ['near-depletion', { customerId: '\u0000' }, 'customerId'],
    ['near-depletion', { since: dayFromNow(0) }, 'since'],
    ['expiring', { days: '1.5' }, 'days'],
    ['expiring', { days: '4000' }, 'days'],
    ['expiring', { renewed: 'perhaps' }, 'renewed'],
    ['utilisation', { by: 'owner' }, 'by'],
    ['utilisation', { since: '2026-02-30' }, 'since'],
    ['utilisation', { since: '0000-01-01' }, 'since'],
    ['utilisation', { until: '10000-01-01' }, 'until'],
    ['utilisation', { since: dayFromNow(2) }, 'since'],
    ['utilisation', { allocationType: 'days' }, 'allocationType'],
    ['utilisation', { tier: 'Gold', withoutTier: 'true' }, 'withoutTier'],
    ['high-touch', { customerId: 'a' }, 'customerId'],
    ['renewals', { stage: 'decided' }, 'stage'],
    ['renewals', { since: dayFromNow(0) }, 'since'],
    ['renewals', { customerId: '\u0000' }, 'customerId'],
    ['overrides', { since: dayFromNow(0), until: dayFromNow(-1) }, 'since'],
  ])('%s by %j', async (name, query, field) => {
    const { status, body } = await report(name, query);
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  });

  test('a percentage as a threshold, and says what it is instead', async () => {
    const { body } = await report('near-depletion', { threshold: '80' });
    expect(body.detail).toContain('a share from 0 to 1');
  });

  test('a cursor of other rows: of another grouping, of another report', async () => {
    const sort = '-usedShare';
    const { nextCursor } = (await report('utilisation', { by: 'customer', sort, limit: '1' })).body;
    const cursor = nextCursor ?? '';
    expect((await report('utilisation', { by: 'customer', sort, cursor })).status).toBe(200);
    for (const [name, query] of [
      ['utilisation', { by: 'tier' }],
      ['utilisation', { by: 'entitlement' }],
      ['near-depletion', {}],
    ] as const) {
      const { status, body } = await report(name, { ...query, sort, cursor });
      expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'validation_failed', 'cursor']);
    }
  });

  test('a cursor with a number that the database cannot read', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64url');
    const cursor = (sort: string, value: string) =>
      `${base64('near-depletion')}.${base64(JSON.stringify([sort, value, 'a']))}`;
    expect((await report('near-depletion', { cursor: cursor('-usedShare', '0.5') })).status).toBe(200);
    for (const value of ['NaN', '1e5', '', 'x', '9'.repeat(30)]) {
      const { status, body } = await report('near-depletion', { cursor: cursor('-usedShare', value) });
      expect([value, status, body.errors?.[0]?.field]).toEqual([value, 400, 'cursor']);
    }
  });
});

describe('a ledger', () => {
  const filtered = async (id: string | undefined, query: Record<string, string>) =>
    await follow<LedgerRowView>(`/v1/entitlements/${id}/ledger?${new URLSearchParams(query)}`);

  test('is narrowed by time, case, kind and number, alone and together', async () => {
    const id = made.charged?.id;
    const rows = await rowsOf(id);
    const middle = rows[4];
    const caseId = String(middle?.caseId);
    const [since, until] = [String(middle?.when), String(rows.at(-1)?.when)];
    const expectations: [query: Record<string, string>, holds: (row: LedgerRowView) => boolean][] = [
      [{ since }, (row) => row.when >= since],
      [{ until: since }, (row) => row.when < since],
      [{ since, until }, (row) => row.when >= since && row.when < until],
      [{ caseId }, (row) => row.caseId === caseId],
      [{ kind: 'attached' }, (row) => row.kind === 'attached'],
      [{ kind: 'topped_up', since }, (row) => row.kind === 'topped_up'],
      [{ fromSeq: '3', toSeq: '5' }, ({ seq }) => seq >= 3 && seq <= 5],
      [{ rows: 'use' }, (row) => row.caseId !== null && row.useChange !== 0],
      [{ rows: 'term' }, (row) => row.caseId === null && row.change !== 0],
      [{ rows: 'use', caseId }, (row) => row.caseId === caseId && row.useChange !== 0],
    ];
    for (const [query, holds] of expectations)
      expect([query, (await filtered(id, query)).map(({ seq }) => seq)]).toEqual([
        query,
        rows.filter(holds).map(({ seq }) => seq),
      ]);
  });

  test('pages through what a filter leaves', async () => {
    const id = made.charged?.id;
    const all = await filtered(id, { rows: 'use' });
    const seqs: number[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await ask<{ items: RowView[]; nextCursor: string | null }>(
        'GET',
        `/v1/entitlements/${id}/ledger?rows=use&limit=2${query}`,
      );
      seqs.push(...body.items.map(({ seq }) => seq));
      cursor = body.nextCursor;
    }
    expect(seqs).toEqual(all.map(({ seq }) => seq));
  });

  test.each<[query: string, field: string]>([
    ['since=yesterday', 'since'],
    ['until=2026-01-01', 'until'],
    ['since=0000-01-01T00:00:00Z', 'since'],
    ['kind=attach', 'kind'],
    ['rows=all', 'rows'],
    ['fromSeq=0', 'fromSeq'],
    ['toSeq=99999999999', 'toSeq'],
    ['caseId=%00', 'caseId'],
  ])('is not asked for %s', async (query, field) => {
    const { status, body } = await ask<ProblemView>('GET', `/v1/entitlements/${made.charged?.id}/ledger?${query}`);
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  });
});
