import { describe, expect, test } from 'vitest';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  entitlement,
  ledger,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';

interface UsageView extends Partial<ProblemView> {
  by: string;
  remainingTerm: number | null;
  since: string | null;
  until: string | null;
  opening: number | null;
  points: { day: string; remaining: number | null; change: number; [sum: string]: unknown }[];
  marks: { kind: string; amount: number; seq: number; codes: string[] }[];
  projection: Record<string, unknown> | null;
  noProjection: { reason: string } | null;
}
const usage = async (id: string, query: Record<string, string> = {}) =>
  await ask<UsageView>('GET', `/v1/entitlements/${id}/usage?${new URLSearchParams(query)}`);

describe('the use of an entitlement', () => {
  test('shows what was granted, used, given back and refused, and its end is what remains', async () => {
    const made = await anActive(await aCustomer(), { totalTerm: 2, startDate: dayFromNow(-40) });
    const { body: one } = await attach(made);
    await attach(made);
    await onCase(one.id, 'cancel');
    await attach(made);
    expect((await attach(made)).body.code).toBe('exhausted');
    await ask('POST', `/v1/entitlements/${made.id}/top-ups`, { amount: 5 });

    const { body } = await usage(made.id);
    const rows = await ledger(made.id);
    expect(body).toMatchObject({ by: 'day', unit: 'cases', totalTerm: 2, remainingTerm: 5, opening: 0 });
    expect(body.remainingTerm).toBe((await entitlement(made.id)).remainingTerm);
    expect(body.points).toMatchObject([
      { granted: 7, used: 3, returned: 1, bought: 0, refused: 1, cases: 3, change: 5, remaining: 5 },
    ]);
    expect(body.marks.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['allotment', 2],
      ['refused', 0],
      ['top_up', 5],
    ]);
    for (const { kind, seq } of body.marks)
      expect(rows.find((row) => row.seq === seq)?.kind).toBe(
        { allotment: 'created', top_up: 'topped_up' }[kind] ?? kind,
      );
  });

  test('has the projection of the report on near depletion, word for word', async () => {
    const customerId = await aCustomer();
    const made = await anActive(customerId, { totalTerm: 10, startDate: dayFromNow(-10) });
    for (let n = 0; n < 4; n++) await attach(made);
    const { body } = await usage(made.id);
    const report = await ask<{ method: string; items: Record<string, unknown>[] }>(
      'GET',
      `/v1/reports/near-depletion?threshold=0&customerId=${customerId}`,
    );
    const [row] = report.body.items;
    expect(body.projection).toMatchObject({ perDay: row?.pacePerDay, depletesOn: row?.depletesOn, usedSince: 4 });
    expect(report.body.method).toContain(String(body.projection?.method));
  });

  test('of an unlimited one counts cases and has no amounts that remain', async () => {
    const made = await anActive(await aCustomer(), { allocationType: 'unlimited', totalTerm: null, restrict: false });
    await attach(made);
    const { body } = await usage(made.id);
    expect(body).toMatchObject({ totalTerm: null, remainingTerm: null, opening: null, projection: null });
    expect(body.noProjection?.reason).toBe('unlimited');
    expect(body.points.at(-1)).toMatchObject({ remaining: null, cases: 1 });
  });

  test('of a draft and of one that waits is empty and says why nothing is projected', async () => {
    const customerId = await aCustomer();
    const draft = await aDraft(customerId, { totalTerm: 7 });
    const waiting = await anActive(customerId, { totalTerm: 7, startDate: dayFromNow(3), endDate: dayFromNow(30) });
    for (const [{ id }, reason] of [
      [draft, 'draft'],
      [waiting, 'waiting'],
    ] as const) {
      const { body } = await usage(id);
      expect(body).toMatchObject({ points: [], marks: [], since: null, remainingTerm: 7, noProjection: { reason } });
    }
  });

  test('is shown for the days that are asked for, as far as there can have been use', async () => {
    const made = await anActive(await aCustomer(), { totalTerm: 5, startDate: dayFromNow(-40) });
    await attach(made);
    const { body } = await usage(made.id, { since: dayFromNow(-900), until: dayFromNow(900), by: 'month' });
    expect(body.points).toHaveLength(1);
    expect(body.until).toBe(body.since);
    const { body: before } = await usage(made.id, { until: dayFromNow(-20) });
    expect(before).toMatchObject({ points: [], since: null, remainingTerm: 4 });
  });

  test.each<[query: Record<string, string>, field: string]>([
    [{ by: 'year' }, 'by'],
    [{ since: 'yesterday' }, 'since'],
    [{ until: '2026-02-30' }, 'until'],
    [{ since: '2026-02-02', until: '2026-02-01' }, 'since'],
    [{ days: '7' }, 'days'],
  ])('refuses %j with the field', async (query, field) => {
    const { id } = await anActive(await aCustomer());
    const { status, body } = await usage(id, query);
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  });

  test('is shown to whoever may see the entitlement, and to nobody else', async () => {
    const manager = await aKey('account_manager');
    const own = await anActive(await aCustomer({ accountManager: { name: 'Ann', email: manager.email } }));
    const foreign = await anActive(await aCustomer());
    const statusOf = async (id: string) =>
      (await ask('GET', `/v1/entitlements/${id}/usage`, undefined, as(manager.key))).status;
    expect([await statusOf(own.id), await statusOf(foreign.id), await statusOf('nobody')]).toEqual([200, 404, 404]);
  });
});
