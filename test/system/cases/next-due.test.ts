import { expect, inject, test } from 'vitest';
import { ask, onCase } from '../../support/api-client.ts';
import { soon } from '../../support/waiting.ts';
import { anEntitlementWithSla, attached, clockOf, clockTime, onClock } from '../clocks/clock-scenes.ts';

interface ListedCase {
  readonly nextDue: { target: string; status: string; dueAt: string; pausedSince: string | null } | null;
}

async function csvOf(path: string): Promise<string> {
  const headers = { authorization: `Bearer ${inject('apiKey')}`, accept: 'text/csv' };
  return await (await fetch(`${inject('apiUrl')}${path}`, { headers })).text();
}

test('the list of cases shows of each case the clock that is due next, as it is now', async () => {
  const { customerId, ...active } = await anEntitlementWithSla();
  const id = await attached({ customerId, ...active });
  const path = `/v1/cases?customerId=${customerId}`;
  const nextDue = async () => (await ask<{ items: ListedCase[] }>('GET', path)).body.items[0]?.nextDue;
  const becomes = (expected: object | null) => soon(async () => expect(await nextDue()).toEqual(expected));
  const [first, resolution] = [await clockOf(id, 'first_response'), await clockOf(id, 'resolution')];
  const running = { target: 'first_response', dueAt: first.dueAt, pausedSince: null };
  await becomes({ ...running, status: 'in_progress' });

  const time = await clockTime(id);
  await time.goPast(first.warnsAt);
  await becomes({ ...running, status: 'nearing' });
  const csv = await csvOf(path);
  expect(csv).toContain('nextDueTarget,nextDueStatus,nextDueAt');
  expect(csv).toContain(`first_response,nearing,${first.dueAt}`);

  expect((await onClock(id, 'respond')).status).toBe(200);
  await becomes({ target: 'resolution', status: 'in_progress', dueAt: resolution.dueAt, pausedSince: null });
  expect((await onClock(id, 'hold', { reason: 'customer' })).status).toBe(200);
  await soon(async () => {
    const { pausedSince } = await clockOf(id, 'resolution');
    expect(await nextDue()).toMatchObject({ target: 'resolution', status: 'paused', pausedSince });
  });
  expect((await onCase(id, 'resolve')).status).toBe(200);
  expect(await nextDue()).toBeNull();
});

test('a case that is taken off its entitlement has none from then on', async () => {
  const { customerId, ...active } = await anEntitlementWithSla();
  const id = await attached({ customerId, ...active });
  const nextDue = async () =>
    (await ask<{ items: ListedCase[] }>('GET', `/v1/cases?customerId=${customerId}`)).body.items[0]?.nextDue;
  await soon(async () => expect(await nextDue()).not.toBeNull());
  expect((await ask('PATCH', `/v1/cases/${id}`, { entitlementId: null })).status).toBe(200);
  expect(await nextDue()).toBeNull();
});
