import { expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger, onCase } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const ZONE = 'America/New_York';

/** When a day begins in the zone, by the operating environment's own calendar. */
function midnight(date: string): number {
  const noon = Date.parse(`${date}T12:00Z`);
  const asUtc = new Date(noon).toLocaleString('sv-SE', { timeZone: ZONE }).replace(' ', 'T');
  const offset = Date.parse(`${asUtc}Z`) - noon;
  // Clocks change after midnight there: the offset at noon may be the new one.
  for (const candidate of [offset, offset - 3_600_000, offset + 3_600_000]) {
    const at = Date.parse(`${date}T00:00Z`) - candidate;
    if (new Date(at).toLocaleString('sv-SE', { timeZone: ZONE }) === `${date} 00:00:00`) return at;
  }
  throw new Error(`There is no midnight of ${date}.`);
}

/** The same day of the month, so many months later. */
function monthsLater(date: string, months: number): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(day, last))).toISOString().slice(0, 10);
}

const MONTHS = 14;
const TOTAL = 10;
const CAP = 5;
/** Cases a month: all kinds of rests, also more than a plain month has. */
const USED = [3, 10, 14, 0, 12, 1, 10, 15, 7, 0, 15, 5, 9, 2];

test('a monthly allotment with a rollover of 5 renews at each midnight of 14 months, across both clock changes', async () => {
  const customerId = await aCustomer();
  const startDate = dayFromNow(-2);
  const active = await anActive(customerId, {
    startDate,
    endDate: monthsLater(startDate, MONTHS + 1),
    timeZone: ZONE,
    totalTerm: TOTAL,
    period: 'month',
    rolloverCap: CAP,
  });
  const clock = new Clock(active.id);
  let left = TOTAL;
  const expected: { when: string; change: number; remainingAfter: number }[] = [];
  for (const [month, wanted] of USED.entries()) {
    for (let n = 0; n < wanted; n++) {
      const { status } = await attach(active);
      expect(status).toBe(n < left ? 201 : 422);
    }
    const rest = Math.max(0, left - wanted);
    const turn = new Date(midnight(monthsLater(startDate, month + 1))).toISOString();
    left = TOTAL + Math.min(rest, CAP);
    expected.push({ when: turn, change: left - rest, remainingAfter: left });
    await clock.goPast(turn);
    await soon(async () => expect((await entitlement(active.id)).remainingTerm).toBe(left));
  }
  const turns = (await ledger(active.id)).filter(({ kind }) => kind === 'period_started');
  expect(turns.map(({ when, change, remainingAfter }) => ({ when, change, remainingAfter }))).toEqual(expected);
  const hours = new Set(expected.map(({ when }) => when.slice(11, 13)));
  expect(hours).toEqual(new Set(['04', '05']));
});

test('ledger and answers agree on a top-up that expires and a charge for 2.5 h, which is credited later', async () => {
  const customerId = await aCustomer();
  const { id } = await anActive(customerId, {
    allocationType: 'hours',
    totalTerm: 60,
    decreaseRemainingOn: 'resolution',
    restrict: false,
    overage: 'charge',
    overagePrice: { unitPrice: '120.00', currency: 'EUR', billingIncrementMinutes: 15 },
  });
  const path = `/v1/entitlements/${id}`;
  const body = { amount: 90, expiresOn: dayFromNow(10), price: '150.00', currency: 'EUR', reason: 'Bought by phone' };
  const key = unique('top-up');
  for (let n = 0; n < 2; n++) {
    const topped = await ask('POST', `${path}/top-ups`, body, { key });
    expect(topped).toMatchObject({
      status: 201,
      body: { remainingTerm: 150, topUps: [{ amount: 90, expiresOn: dayFromNow(10) }] },
    });
  }
  expect((await ask('POST', `${path}/top-ups`, { ...body, amount: 91 }, { key })).body).toMatchObject({
    code: 'idempotency_conflict',
  });
  for (const wrong of [
    { amount: 0 },
    { amount: 5, price: '1' },
    { amount: 5, expiresOn: '2020-01-01' },
    { amount: 5, expiresOn: '9999-01-01' },
    { amount: 5, startsOn: '9999-01-01' },
    { amount: 5, expiresOn: '2027-02-30' },
  ])
    expect(await ask('POST', `${path}/top-ups`, wrong)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });

  const first = await attach({ id, customerId });
  expect((await onCase(first.body.id, 'resolve', { minutes: 80 })).body).toMatchObject({
    change: -80,
    remainingTerm: 70,
  });
  const clock = new Clock(id);
  await clock.skip(12 * 86_400_000);
  await soon(async () => expect(await entitlement(id)).toMatchObject({ remainingTerm: 0, topUps: [] }));
  const second = await attach({ id, customerId });
  expect((await onCase(second.body.id, 'resolve', { minutes: 145 })).body).toMatchObject({
    change: 0,
    remainingTerm: 0,
  });

  const rows = await ledger(id);
  expect(rows.map(({ kind, change }) => [kind, change])).toEqual([
    ['created', 60],
    ['activated', 0],
    ['topped_up', 90],
    ['attached', 0],
    ['resolved', -80],
    ['top_up_expired', -70],
    ['attached', 0],
    ['resolved', 0],
  ]);
  expect(rows[2]).toMatchObject({ why: 'Bought by phone', facts: { topUp: { price: '150.00', currency: 'EUR' } } });
  expect(rows[7]).toMatchObject({
    useChange: 145,
    overage: 145,
    charge: { quantity: 150, unitPrice: '120.00', currency: 'EUR', amount: '300.00' },
  });
  expect((await onCase(second.body.id, 'reactivate')).body).toMatchObject({ change: 0, remainingTerm: 0 });
  expect((await ledger(id)).at(-1)).toMatchObject({
    overage: -145,
    charge: {
      quantity: -150,
      amount: '-300.00',
      credits: [{ caseId: second.body.id, seq: 8 }],
    },
  });
});
