import { expect, test } from 'vitest';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  caseEvents,
  ledger,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import {
  anEntitlementWithSla,
  aQuickSla,
  attached,
  type ClocksView,
  clockOf,
  clocksEnded,
  clocksOf,
  clockTime,
  onClock,
  statusesOf,
} from './clock-scenes.ts';

const holdsOf = async (id: string) => (await ask<ClocksView>('GET', `/v1/cases/${id}/clocks`)).body.holds;

test('a case is held for several reasons, and its clocks stand still until the last one ends', async () => {
  const active = await anEntitlementWithSla({ firstResponsePausedBy: [] });
  const id = await attached(active);
  const held = await onClock(id, 'hold', { reason: 'customer' });
  expect([held.status, held.body.change]).toEqual([200, 0]);
  await onClock(id, 'hold', { reason: 'supplier' });
  expect(await holdsOf(id)).toEqual(['customer', 'supplier']);
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'in_progress'],
    ['resolution', 'paused'],
  ]);
  await onClock(id, 'release', { reason: 'customer' });
  expect(await clockOf(id, 'resolution')).toMatchObject({ status: 'paused', warnsAt: null, statusCode: 3 });
  await onClock(id, 'release', { reason: 'supplier' });
  expect(await clockOf(id, 'resolution')).toMatchObject({ status: 'in_progress', pausedSince: null });
  expect((await clockOf(id, 'resolution')).spans.map(({ why, holds }) => [why, holds])).toEqual([
    ['service', []],
    ['held', ['customer']],
    ['held', ['customer', 'supplier']],
    ['held', ['supplier']],
    ['service', []],
  ]);
  const rows = (await ledger(active.id)).filter(({ caseId }) => caseId === id);
  expect(rows.map(({ kind, why, change }) => [kind, why, change])).toEqual([
    ['attached', null, -1],
    ['held', 'customer', 0],
    ['held', 'supplier', 0],
    ['released', 'customer', 0],
    ['released', 'supplier', 0],
  ]);
});

test('each event counts once by its key, and the same key with another reason is a conflict', async () => {
  const active = await anEntitlementWithSla();
  const id = await attached(active);
  const key = unique('hold');
  const first = await onClock(id, 'hold', { reason: 'customer' }, { key });
  await onClock(id, 'release', { reason: 'customer' });
  expect((await onClock(id, 'hold', { reason: 'customer' }, { key })).body).toEqual(first.body);
  expect(await holdsOf(id)).toEqual([]);
  expect((await onClock(id, 'hold', { reason: 'supplier' }, { key })).body).toMatchObject({
    status: 409,
    code: 'idempotency_conflict',
  });
});

test('what cannot be is refused with its code and its field', async () => {
  const id = await attached(await anEntitlementWithSla());
  for (const body of [{}, { reason: '' }, { reason: ' blank' }, { reason: 'x'.repeat(101) }, { reason: 5 }]) {
    const refused = await ask<ProblemView>('POST', `/v1/cases/${id}/hold`, body);
    expect([refused.status, refused.body.code, refused.body.errors?.[0]?.field]).toEqual([
      400,
      'validation_failed',
      'reason',
    ]);
  }
  expect((await onClock(unique('case'), 'respond')).body).toMatchObject({ status: 404, code: 'not_found' });
  await onCase(id, 'resolve');
  for (const [action, body] of [
    ['respond', {}],
    ['hold', { reason: 'customer' }],
    ['release', { reason: 'customer' }],
  ] as const)
    expect((await onClock(id, action, body)).body).toMatchObject({ status: 409, code: 'wrong_state' });
  const viewer = as((await aKey('viewer')).key);
  expect((await ask('POST', `/v1/cases/${id}/hold`, { reason: 'customer' }, viewer)).status).toBe(403);
  const sla = await ask<ProblemView>('PUT', `/v1/slas/${unique('sla')}`, {
    name: 'Falling',
    resolutionMinutes: 60,
    calendar: { kind: '24x7' },
    warnAtPercent: [75, 50],
  });
  expect([sla.status, sla.body.code, sla.body.errors?.[0]?.field]).toEqual([
    400,
    'validation_failed',
    'warnAtPercent.1',
  ]);
});

test('lists, signals and callers that do not wait reach the same clocks', async () => {
  const active = await anEntitlementWithSla();
  const id = unique('case');
  const { customerId } = active;
  const results = await caseEvents([
    { kind: 'attach', key: unique('key'), caseId: id, customerId, entitlementId: active.id, holds: ['maintenance'] },
    { kind: 'hold', key: unique('key'), caseId: id, reason: 'customer' },
    { kind: 'release', key: unique('key'), caseId: id, reason: 'maintenance' },
  ]);
  expect(results.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted']);
  expect(await holdsOf(id)).toEqual(['customer']);
  await temporal.workflow
    .getHandle(`entitlement/${active.id}`)
    .signal('releaseCase', { key: unique('key'), caseId: id, reason: 'customer' });
  await soon(async () => expect(await holdsOf(id)).toEqual([]), 20_000);
  const told = await onClock(id, 'respond', {}, { headers: { prefer: 'respond-async' } });
  expect(told.status).toBe(202);
  await soon(async () => expect((await clockOf(id, 'first_response')).status).toBe('met'), 20_000);
});

test('a case that is created on hold starts its clocks on hold', async () => {
  const active = await anEntitlementWithSla({ resolutionMinutes: 10_000, resolutionPausedBy: [] });
  const id = await attached(active, { holds: ['customer'] });
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'paused'],
    ['resolution', 'in_progress'],
  ]);
  const time = await clockTime(id);
  await time.skip(5 * 60 * 60_000);
  expect(await clockOf(id, 'first_response')).toMatchObject({ status: 'paused', usedMinutes: 0, breachedAt: null });
});

test('a canceled case is never breached, and a reactivated one goes on in a workflow of its own', async () => {
  const active = await anEntitlementWithSla();
  const id = await attached(active);
  await clockTime(id);
  await onCase(id, 'cancel');
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'canceled'],
    ['resolution', 'canceled'],
  ]);
  await clocksEnded(id);
  await onCase(id, 'reactivate');
  expect(await statusesOf(id)).toEqual([
    ['first_response', 'in_progress'],
    ['resolution', 'in_progress'],
  ]);
  const again = await clockTime(id, 2);
  await again.goPast((await clockOf(id, 'first_response')).dueAt);
  await soon(async () => expect((await clockOf(id, 'first_response')).status).toBe('breached'));
});

test('a case that moves starts the clocks of the other entitlement, with its open holds', async () => {
  const from = await anEntitlementWithSla();
  const { body: to } = await ask<{ id: string }>('POST', '/v1/entitlements', {
    name: 'Other',
    customerId: from.customerId,
    startDate: from.startDate,
    endDate: from.endDate,
    allocationType: 'cases',
    totalTerm: 10,
    slaId: await aQuickSla({ firstResponseMinutes: null, resolutionMinutes: 30 }),
  });
  await ask('POST', `/v1/entitlements/${to.id}/activate`);
  const id = await attached(from);
  await onClock(id, 'hold', { reason: 'customer' });
  expect((await ask<CaseView>('PATCH', `/v1/cases/${id}`, { entitlementId: to.id })).status).toBe(200);
  expect((await clocksOf(id)).map(({ target, status, entitlementId }) => [target, status, entitlementId])).toEqual([
    ['first_response', 'canceled', from.id],
    ['resolution', 'canceled', from.id],
    ['resolution', 'paused', to.id],
  ]);
  await onClock(id, 'release', { reason: 'customer' });
  expect(await clockOf(id, 'resolution')).toMatchObject({ status: 'in_progress', promisedMinutes: 30 });
});

test('a changed SLA counts for new cases, and a running clock keeps its version', async () => {
  const active = await anEntitlementWithSla();
  const id = await attached(active);
  const before = await clockOf(id, 'first_response');
  const changed = await ask<{ version: number }>('PUT', `/v1/slas/${active.slaId}`, {
    name: 'Quicker',
    firstResponseMinutes: 5,
    calendar: { kind: '24x7' },
  });
  expect(changed.body.version).toBe(2);
  expect(await clockOf(id, 'first_response')).toMatchObject({ slaVersion: 1, dueAt: before.dueAt });
  await soon(async () => {
    const later = (await attach(active)).body.id;
    expect(await clockOf(later, 'first_response')).toMatchObject({ slaVersion: 2, promisedMinutes: 5 });
  }, 20_000);
});

test('what happened to a case without an entitlement counts once it gets one', async () => {
  const customerId = await aCustomer();
  const id = unique('case');
  const alone = await ask<CaseView>('POST', '/v1/cases', { id, customerId, holds: ['customer'] });
  expect([alone.status, alone.body.entitlementId]).toEqual([201, null]);
  expect((await onClock(id, 'respond')).status).toBe(200);
  const active = await anActive(customerId, { slaId: await aQuickSla() });
  await ask('PATCH', `/v1/cases/${id}`, { entitlementId: active.id });
  expect(
    (await clocksOf(id)).filter(({ isCurrent }) => isCurrent).map(({ target, status }) => [target, status]),
  ).toEqual([['resolution', 'paused']]);
});

test('a case that was resolved without an entitlement owes no answer later, only its resolution', async () => {
  const customerId = await aCustomer();
  const id = unique('case');
  await ask('POST', '/v1/cases', { id, customerId });
  for (const action of ['resolve', 'reactivate'] as const) expect((await onCase(id, action)).status).toBe(200);
  const active = await anActive(customerId, { slaId: await aQuickSla() });
  expect((await ask<CaseView>('PATCH', `/v1/cases/${id}`, { entitlementId: active.id })).status).toBe(200);
  expect(await statusesOf(id)).toEqual([['resolution', 'in_progress']]);
});
