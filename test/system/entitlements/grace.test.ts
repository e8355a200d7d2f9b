import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
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
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const OLD_END = dayFromNow(-4);
const DAY_AFTER = dayFromNow(-3);

/** One that ended four days ago, in UTC, with a grace of thirty days. */
const ended = (customerId: string, more: Record<string, unknown> = {}): Promise<EntitlementView> =>
  anActive(customerId, {
    ...{ startDate: dayFromNow(-40), endDate: OLD_END, timeZone: 'UTC', totalTerm: 5, graceDays: 30 },
    ...more,
  });

const renew = (id: string, body: Record<string, unknown> = {}) =>
  ask<EntitlementView>('POST', `/v1/entitlements/${id}/renew`, body);
const caseOf = async (id: string) => (await ask<CaseView & { inGrace: boolean }>('GET', `/v1/cases/${id}`)).body;

test('an entitlement takes cases in its grace, and marks them in the ledger, in answers, lists and the report', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  expect(over).toMatchObject({ status: 'expired', graceDays: 30, graceEndsAt: `${dayFromNow(27)}T00:00:00.000Z` });
  const taken = await attach(over);
  expect(taken).toMatchObject({ status: 201, body: { inGrace: true, entitlementId: over.id, change: -1 } });
  expect(await caseOf(taken.body.id)).toMatchObject({ inGrace: true });
  const rows = await ask<{ items: { kind: string; facts: unknown }[] }>('GET', `/v1/entitlements/${over.id}/ledger`);
  expect(rows.body.items.at(-1)).toMatchObject({ kind: 'attached', facts: { inGrace: true } });
  const listed = await ask<{ items: unknown[] }>('GET', `/v1/cases?customerId=${customerId}`);
  expect(listed.body.items).toMatchObject([{ id: taken.body.id, inGrace: true }]);
  const report = await ask<{ items: unknown[] }>('GET', `/v1/reports/expiring?days=0&customerId=${customerId}`);
  expect(report.body.items).toMatchObject([{ id: over.id, inGrace: true, graceCases: 1, renewed: false }]);
});

test('a case that names no entitlement gets one in its grace only where no active one takes it', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  const first = await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId });
  expect(first.body).toMatchObject({ entitlementId: over.id, entitlementReason: 'matching', inGrace: true });
  const active = await anActive(customerId);
  const match = await ask<{ candidates: unknown[]; picked: unknown }>('POST', '/v1/cases/match', { customerId });
  expect(match.body).toMatchObject({
    candidates: [
      { entitlementId: active.id, inGrace: false },
      { entitlementId: over.id, inGrace: true },
    ],
    picked: { entitlementId: active.id },
  });
});

test('after the grace, without one, and with a wrong number of days it is as before', async () => {
  const customerId = await aCustomer();
  for (const graceDays of [0, 2])
    expect(await attach(await ended(customerId, { graceDays }))).toMatchObject({ body: { code: 'expired' } });
  expect(await attach(await ended(customerId, { graceDays: 30, totalTerm: 0 }))).toMatchObject({
    body: { code: 'exhausted' },
  });
  for (const graceDays of [91, -1, 1.5]) {
    const { status, body } = await ask<ProblemView>('POST', '/v1/entitlements', {
      ...{ name: 'Graceless', customerId, startDate: OLD_END, endDate: OLD_END, allocationType: 'cases', totalTerm: 1 },
      graceDays,
    });
    expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'validation_failed', 'graceDays']);
  }
});

test('a late renewal follows without a gap, ends the grace, and takes over the cases of the grace', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  const [open, resolved, canceled] = [await attach(over), await attach(over), await attach(over)];
  await onCase(resolved.body.id, 'resolve', { minutes: 25 });
  await onCase(canceled.body.id, 'cancel');
  expect((await entitlement(over.id)).remainingTerm).toBe(3);

  const draft = await renew(over.id, { startDate: DAY_AFTER, reason: 'Paid late' });
  expect(draft).toMatchObject({ status: 201, body: { startDate: DAY_AFTER, graceDays: 30, status: 'draft' } });
  // A draft is no successor that takes cases.
  expect((await attach(over)).status).toBe(201);
  expect((await ask('POST', `/v1/entitlements/${draft.body.id}/activate`)).body).toMatchObject({ status: 'active' });

  await soon(async () => {
    expect(await caseOf(open.body.id)).toMatchObject({
      entitlementId: draft.body.id,
      inGrace: false,
      status: 'active',
    });
    expect(await caseOf(resolved.body.id)).toMatchObject({
      ...{ entitlementId: draft.body.id, inGrace: false, status: 'resolved', minutes: 25 },
    });
    expect((await entitlement(over.id)).remainingTerm).toBe(5);
    expect((await entitlement(draft.body.id)).remainingTerm).toBe(2);
  });
  expect(await caseOf(canceled.body.id)).toMatchObject({ entitlementId: over.id, status: 'canceled' });
  expect(await attach(over)).toMatchObject({ body: { code: 'expired' } });
  expect(await entitlement(over.id)).toMatchObject({ graceEndsAt: null, openCases: 0 });
  expect((await ledger(over.id)).filter(({ kind }) => kind === 'successor_starts')).toHaveLength(1);
  expect((await ledger(draft.body.id)).filter(({ kind }) => kind === 'attached')).toHaveLength(3);
});

test('a case that the successor cannot take stays with the old one, and the ledger says why', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  const [first, second] = [await attach(over), await attach(over)];
  const draft = await renew(over.id, { startDate: DAY_AFTER });
  await ask('PATCH', `/v1/entitlements/${draft.body.id}`, { totalTerm: 1 });
  await ask('POST', `/v1/entitlements/${draft.body.id}/activate`);
  await soon(async () => expect((await entitlement(draft.body.id)).remainingTerm).toBe(0));
  await soon(async () => {
    const refused = (await ledger(draft.body.id)).filter(({ kind }) => kind === 'refused');
    expect(refused.map(({ refusal }) => refusal)).toEqual(['exhausted']);
  });
  const owners = [await caseOf(first.body.id), await caseOf(second.body.id)].map(({ entitlementId }) => entitlementId);
  expect(owners.toSorted()).toEqual([over.id, draft.body.id].toSorted());
});

test('a start today ends the grace without taking its cases, and a draft gives it back', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  const taken = await attach(over);
  const draft = await renew(over.id);
  expect(draft.body.startDate).toBe(dayFromNow(0));
  await ask('POST', `/v1/entitlements/${draft.body.id}/activate`);
  await soon(async () => expect(await attach(over)).toMatchObject({ body: { code: 'expired' } }));
  await ask('POST', `/v1/entitlements/${draft.body.id}/deactivate`);
  await soon(async () => expect((await attach(over)).status).toBe(201));
  expect(await caseOf(taken.body.id)).toMatchObject({ entitlementId: over.id, inGrace: true });
});

test('another start is refused with the field, and so is a late one without a grace', async () => {
  const customerId = await aCustomer();
  const over = await ended(customerId);
  const wrong = await renew(over.id, { startDate: dayFromNow(-2) });
  expect(wrong).toMatchObject({ status: 400, body: { code: 'validation_failed', errors: [{ field: 'startDate' }] } });
  const without = await renew((await ended(customerId, { graceDays: 0 })).id, { startDate: DAY_AFTER });
  expect(without).toMatchObject({ status: 409, body: { code: 'wrong_state', errors: [{ field: 'startDate' }] } });
});

test('a template gives grace and price to what is made from it', async () => {
  const id = unique('template');
  const price = { amount: '1200.5000', currency: 'EUR', per: 'term' };
  const terms = { name: 'With grace', allocationType: 'cases', totalTerm: 3, duration: { unit: 'years', count: 1 } };
  const made = await ask('POST', '/v1/templates', { ...terms, id, graceDays: 14, price });
  expect(made).toMatchObject({ status: 201, body: { graceDays: 14, price } });
  const customerId = await aCustomer();
  expect((await ask('POST', '/v1/entitlements', { templateId: id, customerId })).body).toMatchObject({
    ...{ graceDays: 14, price },
  });
  const other = await ask('POST', '/v1/entitlements', { templateId: id, customerId, graceDays: 0, price: null });
  expect(other.body).toMatchObject({ graceDays: 0, price: null });
  expect(await aDraft(customerId)).toMatchObject({ graceDays: 0, price: null });
  const wrong = await ask<ProblemView>('PUT', `/v1/templates/${id}`, { ...terms, price: { ...price, per: 'period' } });
  expect([wrong.status, wrong.body.code, wrong.body.errors?.[0]?.field]).toEqual([
    400,
    'validation_failed',
    'price.per',
  ]);
});
