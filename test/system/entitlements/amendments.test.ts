import { describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { DAY_MS, dayFromNow } from '../../support/days.ts';
import { Clock, stateOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const amend = (
  id: string,
  changes: Record<string, unknown>,
  more: Record<string, unknown> = {},
  query = '',
  key = unique('amend'),
) =>
  ask(
    'POST',
    `/v1/entitlements/${id}/amendments${query}`,
    { effective: 'now', grant: 'full', reason: 'They grew', changes, ...more },
    { key },
  );
const undo = (id: string, n: number, query = '') =>
  ask('POST', `/v1/entitlements/${id}/amendments/${n}/void${query}`, { reason: 'By mistake' });
const list = async (id: string) =>
  (await ask<{ items: Record<string, unknown>[] }>('GET', `/v1/entitlements/${id}/amendments`)).body.items;

/** A year of which today is the first day, so that all days are left. */
const YEAR = { startDate: dayFromNow(0), endDate: dayFromNow(364), timeZone: 'UTC' };

describe('an amendment that counts now', () => {
  test('changes the running contract without a hole in the cover, once by its key, and stands in the ledger', async () => {
    const active = await anActive(await aCustomer());
    const old = await attach(active);
    const key = unique('amend');
    const made = await amend(active.id, { totalTerm: 5, priority: 7 }, {}, '', key);
    expect(made).toMatchObject({
      status: 201,
      body: {
        amendment: {
          n: 1,
          status: 'applied',
          change: 2,
          money: null,
          before: { totalTerm: 3, priority: 100 },
          after: { totalTerm: 5, priority: 7 },
          reason: 'They grew',
        },
        entitlement: { status: 'active', totalTerm: 5, remainingTerm: 4 },
      },
    });
    expect((await amend(active.id, { totalTerm: 5, priority: 7 }, {}, '', key)).body).toEqual(made.body);
    expect((await amend(active.id, { totalTerm: 6 }, {}, '', key)).body).toMatchObject({
      code: 'idempotency_conflict',
    });
    expect(old.status).toBe(201);
    const rows = await ledger(active.id);
    expect(rows.map(({ kind, change }) => [kind, change])).toEqual([
      ['created', 3],
      ['activated', 0],
      ['attached', -1],
      ['amended', 2],
    ]);
    const audit = await ask<{ items: Record<string, unknown>[] }>('GET', `/v1/audit?recordId=${active.id}`);
    expect(audit.body.items.find(({ action }) => action === 'amended')).toMatchObject({
      before: { totalTerm: 3, priority: 100 },
      reason: 'They grew',
    });
  });

  test('is refused below what is used, with the least possible total, and for what does not fit, with its field', async () => {
    const active = await anActive(await aCustomer());
    for (let n = 0; n < 2; n++) await attach(active);
    expect(await amend(active.id, { totalTerm: 1 })).toMatchObject({
      status: 400,
      body: {
        code: 'validation_failed',
        detail: expect.stringContaining('The least possible total is 2 cases.'),
        errors: [{ field: 'changes.totalTerm' }],
      },
    });
    for (const [field, changes, more] of [
      ['changes', {}, {}],
      ['changes.endDate', { endDate: dayFromNow(-1) }, {}],
      ['changes.slaId', { slaId: 'no-such-sla' }, {}],
      ['changes.templateId', { templateId: 'no-such-template' }, {}],
      ['changes.price.amount', { price: { amount: '1.00001', currency: 'EUR', per: 'term' } }, {}],
      ['effective', { totalTerm: 9 }, { effective: dayFromNow(-3) }],
      ['effective', { totalTerm: 9 }, { effective: 'next_period' }],
      ['grant', { totalTerm: 9 }, { grant: 'half' }],
    ] as const)
      expect([field, (await amend(active.id, changes, more)).body]).toMatchObject([field, { errors: [{ field }] }]);
  });

  test('records money by the days left, and its void takes everything back', async () => {
    const price = { amount: '365', currency: 'EUR', per: 'term' };
    const active = await anActive(await aCustomer(), { ...YEAR, totalTerm: 100, price });
    const made = await amend(active.id, { totalTerm: 200 }, { grant: 'prorated' });
    expect(made.body).toMatchObject({
      amendment: { change: 100, money: { amount: '365.0000', currency: 'EUR' } },
      entitlement: { remainingTerm: 200, price: { amount: '730.0000' } },
    });
    expect((await undo(active.id, 1, '?preview=true')).body).toMatchObject({ change: -100, token: null });
    const voided = await undo(active.id, 1);
    expect(voided).toMatchObject({
      status: 201,
      body: {
        amendment: { n: 2, voids: 1, change: -100, money: { amount: '-365.0000' } },
        entitlement: { remainingTerm: 100, totalTerm: 100 },
      },
    });
    expect((await list(active.id)).map(({ n, status }) => [n, status])).toEqual([
      [1, 'voided'],
      [2, 'applied'],
    ]);
    expect((await undo(active.id, 1)).body).toMatchObject({ code: 'wrong_state' });
    expect((await undo(active.id, 9)).body).toMatchObject({ code: 'not_found' });
  });

  test('takes the terms of a template', async () => {
    const id = unique('template');
    const terms = { name: 'Larger', allocationType: 'cases', totalTerm: 9, tier: 'silver', renewalPolicy: null };
    await ask('POST', '/v1/templates', { id, ...terms, duration: { unit: 'years', count: 1 } });
    const active = await anActive(await aCustomer());
    expect((await amend(active.id, { templateId: id, priority: 5 })).body).toMatchObject({
      entitlement: { totalTerm: 9, tier: 'silver', templateId: id, priority: 5, endDate: active.endDate },
    });
  });
});

describe('a preview', () => {
  test('answers before, after, rows and money, changes nothing, and its token gives just that or a conflict', async () => {
    const price = { amount: '365', currency: 'EUR', per: 'term' };
    const active = await anActive(await aCustomer(), { ...YEAR, totalTerm: 100, price });
    const seen = await amend(active.id, { endDate: dayFromNow(374) }, {}, '?preview=true');
    expect(seen).toMatchObject({
      status: 200,
      body: {
        before: { endDate: active.endDate },
        after: { endDate: dayFromNow(374), price: { amount: '375.0000' } },
        rows: [{ kind: 'amended', change: 0 }],
        money: { amount: '10.0000', currency: 'EUR' },
        token: expect.any(String),
      },
    });
    expect((await entitlement(active.id)).version).toBe(active.version);
    const { token } = seen.body;
    expect((await amend(active.id, { endDate: dayFromNow(375) }, { token })).body).toMatchObject({ code: 'conflict' });
    const made = await amend(active.id, { endDate: dayFromNow(374) }, { token });
    expect(made).toMatchObject({ status: 201, body: { amendment: { money: { amount: '10.0000' } } } });
    const late = await amend(active.id, { priority: 1 }, {}, '?preview=true');
    await attach(active);
    expect((await amend(active.id, { priority: 1 }, { token: late.body.token })).body).toMatchObject({
      code: 'conflict',
    });
  });
});

describe('an amendment that lies ahead', () => {
  test('is listed, counts by itself at the beginning of its day, in order, and can be taken back until then', async () => {
    const active = await anActive(await aCustomer());
    const day = dayFromNow(30);
    for (const totalTerm of [10, 8, 20]) await amend(active.id, { totalTerm }, { effective: day });
    expect((await entitlement(active.id)).amendmentsAhead.map(({ n, at }) => [n, at])).toEqual(
      [1, 2, 3].map((n) => [n, `${day}T00:00:00.000Z`]),
    );
    const path = `/v1/entitlements/${active.id}/amendments`;
    expect((await ask('DELETE', `${path}/3?reason=Too%20much`)).status).toBe(200);
    expect((await ask('DELETE', `${path}/9`)).body).toMatchObject({ code: 'not_found' });
    await new Clock(active.id).goPast(`${day}T00:00:00.000Z`);
    await soon(async () =>
      expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 8, amendmentsAhead: [] }),
    );
    expect(
      (await ledger(active.id)).slice(-3).map(({ kind, change, when }) => [kind, change, when.slice(0, 10)]),
    ).toEqual([
      ['amendment_taken_back', 0, expect.any(String)],
      ['amended', 7, day],
      ['amended', -2, day],
    ]);
    expect((await list(active.id)).map(({ status }) => status)).toEqual(['applied', 'applied', 'taken_back']);
    expect((await ask('DELETE', `${path}/1`)).body).toMatchObject({ code: 'wrong_state' });
  });

  test('with the next period it makes that period grant the new total, and survives a run that continues as new', async () => {
    const startDate = dayFromNow(-2);
    const active = await anActive(await aCustomer(), { startDate, endDate: dayFromNow(300), period: 'month' });
    await attach(active);
    const seen = await amend(active.id, { totalTerm: 12 }, { effective: 'next_period' }, '?preview=true');
    expect(seen.body).toMatchObject({
      after: { totalTerm: 12 },
      rows: [{ kind: 'amendment_scheduled' }, { kind: 'amended' }],
    });
    await amend(active.id, { totalTerm: 12 }, { effective: 'next_period' });
    const turn = String(active.currentPeriod?.endsAt);
    const clock = new Clock(active.id);
    await clock.goPast(turn);
    await soon(async () => expect((await entitlement(active.id)).remainingTerm).toBe(12));
    expect((await ledger(active.id)).slice(-2).map(({ kind, change, when }) => [kind, change, when])).toEqual([
      ['amended', 0, turn],
      ['period_started', 10, turn],
    ]);
    const { entitlement: state } = await stateOf(active.id);
    expect(JSON.stringify(state).length).toBeLessThan(4_000);
  });

  test('a later end: the entitlement ends there, by itself', async () => {
    const active = await anActive(await aCustomer(), { endDate: dayFromNow(10) });
    await amend(active.id, { endDate: dayFromNow(15) });
    const clock = new Clock(active.id);
    await clock.skip(12 * DAY_MS);
    expect((await attach(active)).status).toBe(201);
    await clock.goPast(`${dayFromNow(16)}T00:00:00.000Z`);
    await soon(async () => expect((await entitlement(active.id)).status).toBe('expired'));
  });
});
