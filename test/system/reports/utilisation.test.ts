import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { aCustomer, anActive, ask, attach, type CaseView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';
import {
  attached,
  customers,
  follow,
  granted,
  made,
  NAME,
  type ReportView,
  type Row,
  report,
  rowsOf,
  sum,
  takenBy,
  used,
} from './reported-records.ts';

describe('the report of utilisation', () => {
  const utilisation = async (query: Record<string, string> = {}) => (await report('utilisation', query)).body;

  test('shows for each entitlement what its ledger says, and links to these rows', async () => {
    const { items, since, until } = await utilisation({ by: 'entitlement' });
    expect([since, until]).toEqual([dayFromNow(-89), dayFromNow(0)]);
    const expected = Object.values(made).filter(({ id }) => id !== made.waiting.id);
    for (const { id } of expected) {
      const item = items.find(({ entitlementId }) => entitlementId === id);
      const customer = [customers[0], NAME].includes(item?.customerName as string) ? customers[0] : customers[1];
      expect([item?.customerId, item?.customerName === NAME]).toEqual([customer, customer === customers[0]]);
      const rows = await rowsOf(id);
      // One moved to the hours; it came to the cases.
      const came = attached(rows) - (id === made.hours.id ? 1 : 0);
      expect([id, item?.usedInSpan, item?.cases, item?.entitlements]).toEqual([id, takenBy(rows), came, 1]);
      expect(takenBy(await follow(item?.links.used))).toBe(item?.usedInSpan);
      expect((await follow(item?.links.cases)).length).toBe(item?.cases);
      if (id !== made.unlimited.id) expect([item?.grantedTerm, item?.usedTerm]).toEqual([granted(rows), used(rows)]);
      else expect([item?.grantedTerm, item?.usedTerm, item?.usedShare]).toEqual([null, null, null]);
    }
  });

  test.each(['customer', 'tier'])('adds up entitlements by %s, cases and minutes apart', async (by) => {
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

  test('leaves out what is outside its span of time', async () => {
    const { items } = await utilisation({
      since: dayFromNow(-30),
      until: dayFromNow(-1),
      customerId: customers[0],
    });
    expect(items.map(({ cases: came, usedInSpan }) => [came, usedInSpan])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(items.every(({ grantedTerm }) => Number(grantedTerm) > 0)).toBe(true);
  });

  test('shows the same rows in pages of one', async () => {
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

test('high-touch customers are sorted by cases, with minutes and share of all cases', async () => {
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

test('a case counts each time it comes from no entitlement, but its minutes count once', async () => {
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
