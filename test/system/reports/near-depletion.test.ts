import { afterAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { usedOfGranted } from '../../../domain/terms/thresholds.ts';
import { aCustomer, anActive, ask, entitlement } from '../../support/api-client.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import {
  attachAll,
  customers,
  follow,
  granted,
  type LedgerRowView,
  made,
  type ReportView,
  type Row,
  report,
  rowsOf,
  takenBy,
  used,
} from './reported-records.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });
afterAll(() => sql.end());

describe('the report of near depletion', () => {
  const near = async (query: Record<string, string> = {}) => (await report('near-depletion', query)).body;

  test('shows what was used of the current term, as the ledger has it', async () => {
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
    expect(items.map(({ id }) => id).sort()).toEqual([made.charged.id, made.hours.id, made.restricted.id].sort());
  });

  test('projects the date of usedOfGranted from the pace; it is today when nothing is left', async () => {
    const { items } = await near({ customerId: customers[1] });
    expect(items).toMatchObject([{ usedShare: 2, remainingTerm: -1, depletesOn: dayFromNow(0) }]);
    const { items: owned } = await near({ owner: 'Olga', threshold: '0.1' });
    const days = Number(owned[0]?.remainingTerm) / Number(owned[0]?.pacePerDay);
    expect(days).toBeGreaterThan(0);
    expect(Math.abs(Date.parse(String(owned[0]?.depletesOn)) - (Date.now() + days * DAY_MS))).toBeLessThanOrEqual(
      DAY_MS,
    );
  });

  test('has no date when nothing is used', async () => {
    const idle = await anActive(customers[0], { tier: 'idle' });
    const { items } = await near({ threshold: '0', tier: 'idle' });
    expect(items).toMatchObject([{ id: idle.id, usedShare: 0, pacePerDay: 0, depletesOn: null }]);
    await ask('POST', `/v1/entitlements/${idle.id}/cancel`);
  });

  test('counts a term of zero as used up', async () => {
    const none = await anActive(customers[0], { tier: 'none', totalTerm: 0 });
    expect((await near({ tier: 'none' })).items).toMatchObject([{ id: none.id, usedShare: 1, totalTerm: 0 }]);
    await ask('POST', `/v1/entitlements/${none.id}/cancel`);
  });

  test('counts only the current period, with rollover and top-ups', async () => {
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

describe('an edit that removes periods', () => {
  const terms = ({ totalTerm, grantedTerm = totalTerm, usedTerm }: Row) => [grantedTerm, usedTerm];
  /** What events tell of: the thresholds that are crossed are shares of these. */
  const toldByEvents = async (id: string) => {
    const [row] = await sql<{ state: Entitlement }[]>`select state from entitlements where id = ${id}`;
    const told = row === undefined ? null : usedOfGranted(row.state);
    return [told?.granted, told?.used];
  };

  test('makes the term count as a whole until a new period begins, in reports and events alike', async () => {
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
