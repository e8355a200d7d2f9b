import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { MAX_HOLD_REASONS } from '../../../domain/slas/clock-rules.ts';
import { aCustomer, anActive, ask, type CaseView, caseEvents, ledger } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { anEntitlementWithSla, attached, type ClocksView, onClock } from './clock-scenes.ts';

const ALL = Array.from({ length: MAX_HOLD_REASONS }, (_, n) => `reason ${n}`);
const TOO_MANY = {
  status: 409,
  body: { code: 'too_many_holds', errors: [{ field: 'reason' }] },
};

const holdsOf = async (id: string) => (await ask<ClocksView>('GET', `/v1/cases/${id}/clocks`)).body.holds;
const event = (kind: 'hold' | 'release', caseId: string, reason: string) => ({
  ...{ kind, key: unique(kind), caseId, reason },
});
const lastRow = async ({ id }: EntitlementView) => (await ledger(id)).at(-1);

test('twenty reasons hold a case; by HTTP, in a list and as a signal the next one is refused with its code and field', async () => {
  const active = await anEntitlementWithSla();
  const id = await attached(active, { holds: ALL.slice(0, 19) });
  expect((await onClock(id, 'hold', { reason: 'reason 19' })).status).toBe(200);
  const key = unique('hold');
  expect(await onClock(id, 'hold', { reason: 'one more' }, { key })).toMatchObject(TOO_MANY);
  expect(await onClock(id, 'hold', { reason: 'one more' }, { key })).toMatchObject({
    ...TOO_MANY,
    body: { ...TOO_MANY.body, repeated: true },
  });
  expect(await caseEvents([event('hold', id, 'one more'), event('hold', id, 'reason 7')])).toMatchObject([
    { outcome: 'refused', code: 'too_many_holds', field: 'reason' },
    { outcome: 'accepted' },
  ]);
  await temporal.workflow.getHandle(`entitlement/${active.id}`).signal('holdCase', event('hold', id, 'by signal'));
  await soon(async () =>
    expect(await lastRow(active)).toMatchObject({ kind: 'refused', refusal: 'too_many_holds', who: 'signal' }),
  );
  expect(await holdsOf(id)).toEqual(ALL);

  expect((await onClock(id, 'release', { reason: 'reason 0' })).status).toBe(200);
  expect((await onClock(id, 'hold', { reason: 'one more' })).status).toBe(200);
  expect(await holdsOf(id)).toEqual([...ALL.slice(1), 'one more']);
});

test('a case without an entitlement has the same limit, and takes its reasons along when it gets one', async () => {
  const customerId = await aCustomer();
  const id = unique('case');
  const without = await ask<CaseView>('POST', '/v1/cases', { id, customerId, holds: ALL });
  expect(without).toMatchObject({ status: 201, body: { entitlementId: null } });
  expect(await onClock(id, 'hold', { reason: 'one more' })).toMatchObject(TOO_MANY);
  expect((await onClock(id, 'hold', { reason: 'reason 3' })).status).toBe(200);

  const [first, second] = [await anActive(customerId), await anActive(customerId)];
  for (const { id: entitlementId } of [first, second]) {
    expect((await ask('PATCH', `/v1/cases/${id}`, { entitlementId })).status).toBe(200);
    expect(await onClock(id, 'hold', { reason: 'one more' })).toMatchObject(TOO_MANY);
  }
  expect((await onClock(id, 'release', { reason: 'reason 3' })).status).toBe(200);
  expect((await onClock(id, 'hold', { reason: 'one more' })).status).toBe(200);

  expect((await ask('PATCH', `/v1/cases/${id}`, { entitlementId: null })).status).toBe(200);
  expect(await onClock(id, 'hold', { reason: 'again one more' })).toMatchObject(TOO_MANY);
  expect(await holdsOf(id)).toHaveLength(MAX_HOLD_REASONS);
});

test('a case that the successor of its entitlement takes over takes its reasons along', async () => {
  const customerId = await aCustomer();
  // Taken at once: midnight must not come between them.
  const [endDate, renewedFrom] = [dayFromNow(-4), dayFromNow(-3)];
  const term = { startDate: dayFromNow(-40), endDate, timeZone: 'UTC', graceDays: 30 };
  const over = await anActive(customerId, term);
  const id = await attached(over, { holds: ALL });
  const path = `/v1/entitlements/${over.id}/renew`;
  const successor = (await ask<EntitlementView>('POST', path, { startDate: renewedFrom })).body;
  await ask('POST', `/v1/entitlements/${successor.id}/activate`);
  await soon(async () =>
    expect((await ask('GET', `/v1/cases/${id}`)).body).toMatchObject({ entitlementId: successor.id }),
  );
  expect(await onClock(id, 'hold', { reason: 'one more' })).toMatchObject(TOO_MANY);
  expect((await onClock(id, 'release', { reason: 'reason 0' })).status).toBe(200);
  expect((await onClock(id, 'hold', { reason: 'one more' })).status).toBe(200);
});
