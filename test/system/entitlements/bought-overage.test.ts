import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  entitlement,
  ledger,
  onCase,
  type ProblemView,
  type RowView,
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';

interface ChargedRow extends RowView {
  readonly useChange: number;
  readonly overage: number;
  readonly charge: {
    readonly quantity: number;
    readonly amount: string;
    readonly credits: readonly { readonly caseId: string; readonly seq: number }[];
  } | null;
}

const EACH_100 = { unitPrice: '100', currency: 'EUR' };
const CHARGED = { overage: 'charge', restrict: undefined, overagePrice: EACH_100 };

const rowsOf = async (id: string) => (await ledger(id)) as ChargedRow[];
const billOf = async (id: string) =>
  (await rowsOf(id)).reduce((sum, { charge }) => sum + Math.round(Number(charge?.amount ?? 0) * 100), 0) / 100;
const come = async (to: EntitlementView, count: number) => {
  const cases = [];
  for (let number = 0; number < count; number++) cases.push((await attach(to)).body);
  return cases;
};

test('a top-up does not pay for overage that was charged already', async () => {
  const active = await anActive(await aCustomer(), { ...CHARGED, totalTerm: 1 });
  const [, , third] = await come(active, 3);
  expect(third).toMatchObject({ change: 0, remainingTerm: 0 });
  expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 0, boughtTerm: 2 });
  await ask('POST', `/v1/entitlements/${active.id}/top-ups`, { amount: 5 });
  expect((await entitlement(active.id)).remainingTerm).toBe(5);
  await come(active, 5);
  expect([(await entitlement(active.id)).remainingTerm, await billOf(active.id)]).toEqual([0, 200]);
});

test('overage charged before a new period can be credited later, and does not become term again', async () => {
  const active = await anActive(await aCustomer(), {
    ...CHARGED,
    totalTerm: 3,
    period: 'month',
    endDate: dayFromNow(300),
  });
  const cases = await come(active, 5);
  expect(await billOf(active.id)).toBe(200);
  await new Clock(active.id).goPast(String(active.currentPeriod?.endsAt));
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 3, boughtTerm: 0 }));
  for (const { id } of cases.slice(3)) await onCase(id, 'cancel');
  expect([(await entitlement(active.id)).remainingTerm, await billOf(active.id)]).toEqual([3, 0]);
  expect((await rowsOf(active.id)).at(-1)).toMatchObject({
    change: 0,
    useChange: -1,
    charge: { quantity: -1, amount: '-100.00', credits: [{ caseId: cases[4]?.id, seq: 7 }] },
  });
});

test('the bill does not depend on which cases are canceled first, and the reports agree with it', async () => {
  const customerId = await aCustomer();
  const active = await anActive(customerId, { ...CHARGED, totalTerm: 1 });
  const [first, second] = await come(active, 2);
  await onCase(String(first?.id), 'cancel');
  expect((await rowsOf(active.id)).at(-1)).toMatchObject({ charge: { credits: [{ caseId: second?.id, seq: 4 }] } });
  await come(active, 1);
  expect(await billOf(active.id)).toBe(100);
  interface Overrides {
    readonly totals: readonly { readonly amount: string; readonly overage: number }[];
  }
  const { body } = await ask<Overrides>('GET', `/v1/reports/overrides?customerId=${customerId}`);
  expect(body.totals).toMatchObject([{ overage: 1, currency: 'EUR', amount: '100.00' }]);
});

test('amounts have the decimal places of their currency', async () => {
  const hourly = async (price: Record<string, unknown>, minutes: number) => {
    const active = await anActive(await aCustomer(), {
      ...CHARGED,
      overagePrice: price,
      allocationType: 'hours',
      decreaseRemainingOn: 'resolution',
      totalTerm: 0,
    });
    const { body } = await attach(active);
    await onCase(body.id, 'resolve', { minutes });
    return (await rowsOf(active.id)).at(-1)?.charge?.amount;
  };
  expect(await hourly({ unitPrice: '89.90', currency: 'EUR' }, 15)).toBe('22.48');
  expect(await hourly({ unitPrice: '3350', currency: 'JPY' }, 20)).toBe('1117');
});

test('a channel without a total of its own follows the remaining term', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 2, channels: [{ channel: 'email' }] });
  await ask('POST', `/v1/entitlements/${active.id}/top-ups`, { amount: 3 });
  expect(await entitlement(active.id)).toMatchObject({
    remainingTerm: 5,
    channels: [{ channel: 'email', totalTerm: 2, remainingTerm: 5 }],
  });
  for (let number = 0; number < 5; number++) expect((await attach(active, { channel: 'email' })).status).toBe(201);
  expect((await entitlement(active.id)).channels).toMatchObject([{ remainingTerm: 0 }]);
  const refused = await attach(active, { channel: 'email' });
  expect(refused).toMatchObject({ status: 422, body: { code: 'exhausted' } });
});

test('a top-up past the end is refused, and one with a start counts from that day', async () => {
  const active = await anActive(await aCustomer(), { totalTerm: 2, endDate: dayFromNow(60) });
  const path = `/v1/entitlements/${active.id}/top-ups`;
  for (const field of ['expiresOn', 'startsOn']) {
    const { status, body } = await ask<ProblemView>('POST', path, { amount: 1, [field]: dayFromNow(61) });
    expect([status, body.code, body.errors?.map((error) => error.field)]).toEqual([400, 'validation_failed', [field]]);
  }
  const startsOn = dayFromNow(10);
  const added = await ask<EntitlementView>('POST', path, { amount: 4, startsOn, expiresOn: dayFromNow(20) });
  expect(added).toMatchObject({
    status: 201,
    body: { remainingTerm: 2, topUps: [{ amount: 4, left: 0, startsOn, expiresOn: dayFromNow(20) }] },
  });
  const clock = new Clock(active.id);
  await clock.goPast(`${startsOn}T00:00:00Z`);
  await soon(async () =>
    expect(await entitlement(active.id)).toMatchObject({
      remainingTerm: 6,
      topUps: [{ amount: 4, left: 4, startsOn: null }],
    }),
  );
  await clock.goPast(`${dayFromNow(21)}T00:00:00Z`);
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 2, topUps: [] }));
  const rows = (await ledger(active.id)).filter(({ kind }) => kind.startsWith('top'));
  expect(rows.map(({ kind, change }) => [kind, change])).toEqual([
    ['topped_up', 0],
    ['topped_up', 4],
    ['top_up_expired', -4],
  ]);
});

test('match leaves the remaining term empty for an entitlement that would refuse the case', async () => {
  const customerId = await aCustomer();
  const full = await anActive(customerId, { totalTerm: 1 });
  await attach(full);
  const { body } = await ask<{ candidates: unknown[] }>('POST', '/v1/cases/match', { customerId });
  expect(body.candidates).toMatchObject([
    { entitlementId: full.id, covers: false, code: 'exhausted', remainingAfter: null, channelRemainingAfter: null },
  ]);
});
