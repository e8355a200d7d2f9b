import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  caseRows,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const becomes = (id: string, status: string) =>
  soon(async () => expect(await entitlement(id)).toMatchObject({ id, status }));

const rowOf = async (id: string, kind: string) => (await ledger(id)).find((row) => row.kind === kind);

/**
 * The server fires a timer some 10 to 100 ms after its instant, and a row says when it was decided; a busy machine
 * takes longer.
 */
const TIMER_LATENESS_MS = 5_000;

/** How long after the instant the row was decided; never before it. */
async function lateness(id: string, kind: string, instant: string | null): Promise<number> {
  const lateMs = Date.parse((await rowOf(id, kind))?.when ?? '') - Date.parse(instant ?? '');
  expect(lateMs).toBeGreaterThanOrEqual(0);
  return lateMs;
}

const daysOf = ({ startDate, endDate }: EntitlementView) => Date.parse(endDate) - Date.parse(startDate);

test('an entitlement passes through all its states by itself, and each accepts or refuses cases as it should', async () => {
  const customerId = await aCustomer();
  const draft = await aDraft(customerId, { startDate: dayFromNow(30), endDate: dayFromNow(59), totalTerm: 2 });
  const { id } = draft;
  const path = `/v1/entitlements/${id}`;
  const clock = new Clock(id);
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'not_active' } });

  const { body: waiting } = await ask<EntitlementView>('POST', `${path}/activate`);
  expect(waiting).toMatchObject({ status: 'waiting', startsAt: `${dayFromNow(30)}T00:00:00.000Z` });
  expect(waiting.endsAt).toBe(`${dayFromNow(60)}T00:00:00.000Z`);
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'not_started' } });
  await clock.goJustBefore(waiting.startsAt);
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'not_started' } });

  await clock.goPast(waiting.startsAt);
  await becomes(id, 'active');
  expect(await lateness(id, 'started', waiting.startsAt)).toBeLessThan(TIMER_LATENESS_MS);
  const { body: one } = await attach(draft);
  const { body: two } = await attach(draft);
  expect([one.remainingTerm, two.remainingTerm]).toEqual([1, 0]);
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'exhausted' } });

  expect((await ask('POST', `${path}/deactivate`)).body).toMatchObject({ status: 'draft', remainingTerm: 0 });
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'not_active' } });
  expect(await onCase(one.id, 'resolve')).toMatchObject({ status: 200, body: { change: 0, remainingTerm: 0 } });
  expect(await onCase(two.id, 'cancel')).toMatchObject({ status: 200, body: { change: 1, remainingTerm: 1 } });
  expect(await onCase(two.id, 'reactivate')).toMatchObject({ status: 200, body: { change: -1, remainingTerm: 0 } });
  const edited = await ask('PATCH', path, { totalTerm: 5, name: 'Five cases' });
  expect(edited.body).toMatchObject({ name: 'Five cases', totalTerm: 5, remainingTerm: 3 });
  expect((await ask('POST', `${path}/activate`)).body).toMatchObject({ status: 'active', remainingTerm: 3 });
  const { body: three } = await attach(draft);
  expect(three.remainingTerm).toBe(2);

  await clock.goJustBefore(waiting.endsAt);
  const { body: four } = await attach(draft);
  expect(four.remainingTerm).toBe(1);
  await clock.goPast(waiting.endsAt);
  await becomes(id, 'expired');
  expect(await lateness(id, 'expired', waiting.endsAt)).toBeLessThan(TIMER_LATENESS_MS);
  expect(await attach(draft)).toMatchObject({ status: 422, body: { code: 'expired' } });
  expect(await onCase(three.id, 'resolve')).toMatchObject({ status: 200, body: { change: 0 } });
  expect(await onCase(four.id, 'cancel')).toMatchObject({ status: 200, body: { change: 1, remainingTerm: 2 } });
  expect(await onCase(four.id, 'reactivate')).toMatchObject({ status: 200, body: { change: -1, remainingTerm: 1 } });

  const key = unique('renew');
  const { status, body: successor } = await ask<EntitlementView>('POST', `${path}/renew`, {}, { key });
  expect(status).toBe(201);
  expect(successor).toMatchObject({ status: 'draft', renewsId: id, totalTerm: 5, remainingTerm: 5, openCases: 0 });
  expect(successor.startDate).toBe(dayFromNow(60));
  expect(daysOf(successor)).toBe(daysOf(draft));
  const old = await entitlement(id);
  expect(old).toMatchObject({ status: 'expired', renewed: true, renewedById: successor.id, remainingTerm: 1 });
  expect((await ask('POST', `${path}/renew`, {}, { key })).body).toMatchObject({ id: successor.id });
  expect(await ask('POST', `${path}/renew`)).toMatchObject({ status: 409, body: { code: 'wrong_state' } });

  const rows = await ledger(id);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.reduce((sum, { change }) => sum + change, 0)).toBe(1);
  expect(rows.filter(({ kind }) => kind === 'refused')).toHaveLength(6);
});

test("a channel's own term runs out before the total, and only that channel is refused", async () => {
  const active = await anActive(await aCustomer(), {
    totalTerm: 3,
    channels: [{ channel: 'phone', totalTerm: 1 }, { channel: 'email' }],
  });
  expect((await attach(active, { channel: 'phone' })).body.remainingTerm).toBe(2);
  const refused = await attach(active, { channel: 'phone' });
  expect(refused).toMatchObject({ status: 422, body: { code: 'channel_exhausted' } });
  expect((await attach(active, { channel: 'email' })).body.remainingTerm).toBe(1);
  expect((await attach(active, { channel: 'web' })).body.code).toBe('channel_not_covered');
  expect((await attach(active)).body.code).toBe('channel_not_covered');
  expect((await entitlement(active.id)).channels).toEqual([
    { channel: 'phone', totalTerm: 1, remainingTerm: 0 },
    { channel: 'email', totalTerm: 3, remainingTerm: 1 },
  ]);
});

test('a canceled entitlement refuses new cases, continues its open ones and can be renewed', async () => {
  const active = await anActive(await aCustomer());
  const { body: supportCase } = await attach(active);
  const canceled = await ask('POST', `/v1/entitlements/${active.id}/cancel`, { reason: 'contract ended' });
  expect(canceled.body).toMatchObject({ status: 'canceled', remainingTerm: 2 });
  expect(await rowOf(active.id, 'canceled')).toMatchObject({ why: 'contract ended', who: 'tests' });
  expect(await attach(active)).toMatchObject({ status: 422, body: { code: 'canceled' } });
  expect((await onCase(supportCase.id, 'resolve')).status).toBe(200);
  const renewed = await ask('POST', `/v1/entitlements/${active.id}/renew`);
  expect(renewed).toMatchObject({ status: 201, body: { status: 'draft', renewsId: active.id } });
  expect(await entitlement(active.id)).toMatchObject({ status: 'canceled', renewedById: renewed.body.id });
});

test('an entitlement that is activated after its end is expired at once', async () => {
  const draft = await aDraft(await aCustomer(), { startDate: dayFromNow(-30), endDate: dayFromNow(-2) });
  expect((await ask('POST', `/v1/entitlements/${draft.id}/activate`)).body).toMatchObject({ status: 'expired' });
  expect((await attach(draft)).body.code).toBe('expired');
  expect(await caseRows(draft.id)).toEqual([['refused', 0]]);
});

test('an entitlement that was deactivated while waiting does not start by itself', async () => {
  const draft = await aDraft(await aCustomer(), { startDate: dayFromNow(10), endDate: dayFromNow(20) });
  const path = `/v1/entitlements/${draft.id}`;
  const { body: waiting } = await ask<EntitlementView>('POST', `${path}/activate`);
  expect((await ask('POST', `${path}/deactivate`)).body).toMatchObject({ status: 'draft', startsAt: null });
  await new Clock(draft.id).goPast(waiting.startsAt);
  expect((await attach(draft)).body.code).toBe('not_active');
  expect(await rowOf(draft.id, 'started')).toBeUndefined();
});
