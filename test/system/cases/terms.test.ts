import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { aCustomer, anActive, ask, attach, type CaseView, entitlement, onCase } from '../../support/api-client.ts';

const patch = (caseId: string, changes: Record<string, unknown>) =>
  ask<CaseView>('PATCH', `/v1/cases/${caseId}`, changes);

describe('decrementEntitlementTerm', () => {
  test('on creation: false gives back what was taken, true takes nothing by itself, and a decrement takes once', async () => {
    const active = await anActive(await aCustomer());
    const { id } = (await attach(active)).body;
    expect((await patch(id, { decrementEntitlementTerm: false })).body).toMatchObject({ change: 1, remainingTerm: 3 });
    expect((await onCase(id, 'decrement')).body.code).toBe('wrong_state');
    expect((await patch(id, { decrementEntitlementTerm: true })).body).toMatchObject({ change: 0, remainingTerm: 3 });
    expect((await onCase(id, 'decrement')).body).toMatchObject({ change: -1, remainingTerm: 2 });
    expect((await onCase(id, 'decrement')).body).toMatchObject({ change: 0, remainingTerm: 2 });
    expect((await onCase(id, 'cancel')).body).toMatchObject({ change: 1, remainingTerm: 3 });
  });

  test('on resolution: with false a resolve takes nothing, and with true it takes again', async () => {
    const active = await anActive(await aCustomer(), { decreaseRemainingOn: 'resolution' });
    const { id } = (await attach(active, { decrementEntitlementTerm: false })).body;
    expect((await onCase(id, 'resolve')).body).toMatchObject({ change: 0, remainingTerm: 3 });
    await onCase(id, 'reactivate');
    expect((await patch(id, { decrementEntitlementTerm: true })).body.change).toBe(0);
    expect((await onCase(id, 'decrement')).body.code).toBe('wrong_state');
    expect((await onCase(id, 'resolve')).body).toMatchObject({ change: -1, remainingTerm: 2 });
    expect((await patch(id, { decrementEntitlementTerm: false })).body).toMatchObject({ change: 1, remainingTerm: 3 });
    expect((await patch(id, { decrementEntitlementTerm: true })).body.change).toBe(0);
    expect((await onCase(id, 'decrement')).body).toMatchObject({ change: -1, remainingTerm: 2 });
  });

  test('a case that takes nothing gives nothing back', async () => {
    const active = await anActive(await aCustomer());
    const { id, change } = (await attach(active, { decrementEntitlementTerm: false })).body;
    expect(change).toBe(0);
    expect((await onCase(id, 'cancel')).body).toMatchObject({ change: 0, remainingTerm: 3 });
    expect((await onCase(id, 'reactivate')).body).toMatchObject({ change: 0, remainingTerm: 3 });
  });
});

describe('hours count whole minutes and are corrected whenever the minutes change', () => {
  const ofHours = async (more: Record<string, unknown>): Promise<EntitlementView> =>
    await anActive(await aCustomer(), { allocationType: 'hours', totalTerm: 100, ...more });

  test('on creation: the minutes named at the attach are taken, and at most these come back', async () => {
    const active = await ofHours({});
    const { id, remainingTerm } = (await attach(active, { minutes: 30 })).body;
    expect(remainingTerm).toBe(70);
    expect((await patch(id, { minutes: 50 })).body).toMatchObject({ change: -20, remainingTerm: 50 });
    expect((await onCase(id, 'resolve', { minutes: 45 })).body).toMatchObject({ change: 5, remainingTerm: 55 });
    await onCase(id, 'reactivate');
    expect((await onCase(id, 'cancel')).body).toMatchObject({ change: 45, remainingTerm: 100 });
    expect((await patch(id, { minutes: 10 })).body).toMatchObject({ change: 0, remainingTerm: 100 });
    expect((await onCase(id, 'reactivate')).body).toMatchObject({ change: -10, remainingTerm: 90 });
  });

  test('on resolution: the minutes are taken at the resolve, corrected after it, and given back', async () => {
    const active = await ofHours({ decreaseRemainingOn: 'resolution' });
    const { id, change } = (await attach(active, { minutes: 30 })).body;
    expect(change).toBe(0);
    expect((await patch(id, { minutes: 40 })).body.change).toBe(0);
    expect((await onCase(id, 'resolve')).body).toMatchObject({ change: -40, remainingTerm: 60 });
    expect((await patch(id, { minutes: 120 })).body).toMatchObject({ change: -80, remainingTerm: -20 });
    expect((await attach(active)).body.code).toBe('exhausted');
    expect((await onCase(id, 'reactivate')).body).toMatchObject({ change: 120, remainingTerm: 100 });
    expect((await ask('GET', `/v1/cases/${id}`)).body.minutes).toBe(120);
  });

  test("a channel's row follows the same minutes, and a case that changes its channel takes them along", async () => {
    const channels = [
      { channel: 'phone', totalTerm: 60 },
      { channel: 'email', totalTerm: 50 },
    ];
    const active = await ofHours({ channels });
    const { id } = (await attach(active, { minutes: 30, channel: 'phone' })).body;
    await patch(id, { minutes: 40 });
    const left = async () => (await entitlement(active.id)).channels.map(({ remainingTerm }) => remainingTerm);
    expect(await left()).toEqual([20, 50]);
    expect((await patch(id, { channel: 'email' })).body).toMatchObject({ channel: 'email', remainingTerm: 60 });
    expect(await left()).toEqual([60, 10]);
    expect((await patch(id, { channel: 'web' })).body.code).toBe('channel_not_covered');
    await onCase(id, 'cancel');
    expect(await left()).toEqual([60, 50]);
  });

  test('a hold reserves at the attach what the resolve then takes', async () => {
    const active = await ofHours({ decreaseRemainingOn: 'resolution', hold: true });
    const { id } = (await attach(active, { minutes: 100 })).body;
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 100, heldTerm: 100 });
    expect((await attach(active, { minutes: 1 })).body.code).toBe('exhausted');
    await onCase(id, 'resolve', { minutes: 80 });
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 20, heldTerm: 0 });
    expect((await attach(active, { minutes: 1 })).status).toBe(201);
  });
});

test('an unlimited entitlement counts nothing and refuses nothing', async () => {
  const unlimited = { allocationType: 'unlimited', totalTerm: null, restrict: false };
  const active = await anActive(await aCustomer(), unlimited);
  for (let n = 0; n < 5; n++) expect((await attach(active)).body).toMatchObject({ change: 0, remainingTerm: null });
  expect(await entitlement(active.id)).toMatchObject({ totalTerm: null, remainingTerm: null, openCases: 5 });
});

test('without restrict, the remaining term goes below zero', async () => {
  const active = await anActive(await aCustomer(), { restrict: false, totalTerm: 1 });
  await attach(active);
  expect((await attach(active)).body).toMatchObject({ remainingTerm: -1 });
});
