import { afterAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { applyCaseEvents } from '../../../workflows/entitlements/case-messages.ts';
import { MortalApi } from '../../crash/mortal-api.ts';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  caseEvents,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { left, patch } from '../../support/moved-cases.ts';
import { temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const sql = connect(inject('databaseUrl'), { max: 2 });
afterAll(() => sql.end());

async function pair(more: Record<string, unknown> = {}): Promise<[EntitlementView, EntitlementView]> {
  const customerId = await aCustomer();
  return [await anActive(customerId, more), await anActive(customerId, more)];
}

const rowsOfKey = async (key: string, ...of: readonly EntitlementView[]) =>
  (await Promise.all(of.map(({ id }) => ledger(id)))).flat().filter((row) => row.key === key);

/** Asks an API that dies once the entitlement has decided, before anything of it is written. */
async function decideAndDie(method: string, path: string, body: object, key: string): Promise<void> {
  const api = await MortalApi.start(sql, temporal);
  api.dieAt({ write: 1, when: 'before' });
  const headers = {
    authorization: `Bearer ${inject('apiKey')}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  const { status } = await fetch(api.url + path, { method, headers, body: JSON.stringify(body) });
  expect(status).toBeGreaterThanOrEqual(500);
  await api.stop();
}

const ASYNC = { prefer: 'respond-async' };

describe('a key counts once even after its case has moved to another entitlement', () => {
  /** Resolved and reactivated on one entitlement, then moved to the other. */
  async function resolvedAndMoved() {
    const [one, other] = await pair({ allocationType: 'hours', totalTerm: 600, decreaseRemainingOn: 'resolution' });
    const { body: supportCase } = await attach(one);
    const key = unique('key');
    await onCase(supportCase.id, 'resolve', { minutes: 30 }, { key, headers: ASYNC });
    await soon(async () => expect(await rowsOfKey(key, one)).toHaveLength(1));
    const [first] = await rowsOfKey(key, one);
    await onCase(supportCase.id, 'reactivate');
    expect((await patch(supportCase.id, { entitlementId: other.id })).status).toBe(200);
    return { one, other, caseId: supportCase.id, key, first };
  }

  test('when it is repeated without waiting', async () => {
    const { one, other, caseId, key } = await resolvedAndMoved();
    const again = await onCase(caseId, 'resolve', { minutes: 30 }, { key, headers: ASYNC });
    expect(again).toMatchObject({ status: 202, body: { entitlementId: one.id, key } });
    const conflict = await onCase(caseId, 'resolve', { minutes: 31 }, { key, headers: ASYNC });
    expect(conflict).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } });
    await workflowOf(other.id).signal('updateCase', { key: unique('later'), caseId, minutes: 1 });
    await soon(async () => expect((await ledger(other.id)).at(-1)).toMatchObject({ kind: 'updated' }));
    expect(await left(one.id, other.id)).toEqual([600, 600]);
    expect(await rowsOfKey(key, one, other)).toHaveLength(1);
  });

  test("when it comes as a signal to the new entitlement's workflow", async () => {
    const { one, other, caseId, key } = await resolvedAndMoved();
    await workflowOf(other.id).signal('resolveCase', { key, caseId, minutes: 30 });
    await workflowOf(other.id).signal('updateCase', { key: unique('later'), caseId, minutes: 1 });
    await soon(async () => expect((await ledger(other.id)).at(-1)).toMatchObject({ kind: 'updated' }));
    expect(await left(one.id, other.id)).toEqual([600, 600]);
    expect(await rowsOfKey(key, one, other)).toHaveLength(1);
  });

  test('when a Temporal client sends it as an update, which gets the first answer', async () => {
    const { one, other, caseId, key, first } = await resolvedAndMoved();
    const events = [{ kind: 'resolve' as const, key, caseId, minutes: 30 }];
    const { results } = await workflowOf(other.id).executeUpdate(applyCaseEvents, { args: [{ events }] });
    expect(results).toEqual([{ outcome: 'accepted', repeated: true, seq: first?.seq, entitlementId: one.id }]);
    expect(await left(one.id, other.id)).toEqual([600, 600]);
  });

  test('when it comes in a list of events', async () => {
    const { one, other, caseId, key, first } = await resolvedAndMoved();
    const results = await caseEvents([{ kind: 'resolve', key, caseId, minutes: 30 }]);
    expect(results).toMatchObject([{ repeated: true, entitlementId: one.id, seq: first?.seq, change: -30 }]);
    expect(await left(one.id, other.id)).toEqual([600, 600]);
  });

  test.each([
    ['resolve', 'POST', '/resolve', { minutes: 30 }, { status: 'resolved', change: -30 }],
    ['cancel', 'POST', '/cancel', {}, { status: 'canceled', change: 0 }],
    ['change of minutes', 'PATCH', '', { minutes: 30 }, { status: 'active', minutes: 30 }],
  ])('when the API died before it wrote the %s', async (what, method, path, body, first) => {
    const [one, other] = await pair({ allocationType: 'hours', totalTerm: 600, decreaseRemainingOn: 'resolution' });
    const { body: supportCase } = await attach(one);
    const key = unique('key');
    await decideAndDie(method, `/v1/cases/${supportCase.id}${path}`, body, key);
    // Of a closed case another client first opens it again.
    if (what !== 'change of minutes') expect((await onCase(supportCase.id, 'reactivate')).status).toBe(200);
    expect((await patch(supportCase.id, { entitlementId: other.id })).status).toBe(200);
    await patch(supportCase.id, { minutes: 45 });
    const again = await ask<CaseView>(method, `/v1/cases/${supportCase.id}${path}`, body, { key });
    expect(again).toMatchObject({ status: 200, body: { ...first, entitlementId: one.id } });
    expect(await rowsOfKey(key, one, other)).toHaveLength(1);
    expect(await left(one.id, other.id)).toEqual([600, 600]);
  });

  test('when a change that left the case in place would move it by now', async () => {
    const customerId = await aCustomer();
    const web = await anActive(customerId, { channels: [{ channel: 'web', totalTerm: 3 }] });
    const { body: supportCase } = await attach(web, { channel: 'web' });
    const key = unique('key');
    await decideAndDie('PATCH', `/v1/cases/${supportCase.id}`, { channel: 'phone' }, key);
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 3 }] });
    const again = await patch(supportCase.id, { channel: 'phone' }, key);
    expect(again).toMatchObject({ status: 422, body: { code: 'channel_not_covered', repeated: true } });
    expect(await left(web.id, phone.id)).toEqual([2, 3]);
  });
});

describe('a retry', () => {
  test('writes all rows of the decision before it answers, so the ledger has no gap', async () => {
    const channels = ['web', 'phone'].map((channel) => ({ channel, totalTerm: 5 }));
    const [one] = await pair({ totalTerm: 50, channels });
    const { body: supportCase } = await attach(one, { channel: 'web' });
    const key = unique('key');
    await decideAndDie('PATCH', `/v1/cases/${supportCase.id}`, { channel: 'phone' }, key);
    expect((await patch(supportCase.id, { channel: 'phone' }, key)).body).toMatchObject({ remainingTerm: 49 });
    const rows = await ledger(one.id);
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(50 + rows.filter(({ caseId }) => caseId !== null).reduce((sum, { change }) => sum + change, 0)).toBe(49);
  });

  test('of an event on a picked entitlement gets its row unchanged, wherever the case is now', async () => {
    const customerId = await aCustomer();
    const slaId = unique('sla');
    const calendar = { kind: '24x7' };
    await ask('PUT', `/v1/slas/${slaId}`, { name: 'S', firstResponseMinutes: 30, resolutionMinutes: 60, calendar });
    const one = await anActive(customerId, { slaId });
    const { body: supportCase } = await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId });
    const key = unique('key');
    const first = await onCase(supportCase.id, 'resolve', {}, { key });
    expect(first.body).toMatchObject({ status: 'resolved', entitlementReason: 'matching', slaId });
    await onCase(supportCase.id, 'reactivate');
    expect((await onCase(supportCase.id, 'resolve', {}, { key })).body).toEqual(first.body);
    const other = await anActive(customerId);
    await patch(supportCase.id, { entitlementId: other.id });
    expect((await onCase(supportCase.id, 'resolve', {}, { key })).body).toEqual(first.body);
    expect(await left(one.id, other.id)).toEqual([3, 2]);
  });

  test('of an event on a case without an entitlement gets the case as it was then', async () => {
    const customerId = await aCustomer();
    const [id, key] = [unique('case'), unique('key')];
    const first = await ask<CaseView>('POST', '/v1/cases', { id, customerId }, { key });
    const own = await anActive(customerId);
    expect((await patch(id, { entitlementId: own.id })).body).toMatchObject({ entitlementId: own.id });
    await onCase(id, 'resolve');
    expect((await ask<CaseView>('POST', '/v1/cases', { id, customerId }, { key })).body).toEqual(first.body);
  });

  test('of taking a case off gets the first answer, even if the case is attached again', async () => {
    const [one, other] = await pair();
    const { body: supportCase } = await attach(one);
    const key = unique('key');
    const first = await patch(supportCase.id, { entitlementId: null }, key);
    await patch(supportCase.id, { entitlementId: other.id });
    expect((await patch(supportCase.id, { entitlementId: null }, key)).body).toEqual(first.body);
    expect(await entitlement(other.id)).toMatchObject({ remainingTerm: 2 });
  });

  test('of a refusal says in the problem that it repeats', async () => {
    const [one] = await pair({ totalTerm: 0 });
    const [id, key] = [unique('case'), unique('key')];
    const first = await attach(one, { id }, { key });
    expect(first).toMatchObject({ status: 422, body: { code: 'exhausted', seq: 3 } });
    expect(first.body).not.toHaveProperty('repeated');
    expect((await attach(one, { id }, { key })).body).toEqual({ ...first.body, repeated: true });
  });

  test('by its own route and in a list count as the same content', async () => {
    const [one] = await pair({ allocationType: 'hours', totalTerm: 600 });
    const { body: supportCase } = await attach(one);
    const [inList, byRoute] = [unique('key'), unique('key')];
    const listed = { kind: 'update', caseId: supportCase.id, minutes: 5 };
    const [first] = await caseEvents([{ ...listed, key: inList }]);
    expect((await patch(supportCase.id, { minutes: 5 }, inList)).body).toMatchObject({ seq: first?.seq });
    const routed = (await patch(supportCase.id, { minutes: 7 }, byRoute)).body;
    const [again] = await caseEvents([{ ...listed, minutes: 7, key: byRoute }]);
    expect(again).toMatchObject({ outcome: 'accepted', repeated: true, seq: routed.seq });
  });
});

test('an event that reaches an entitlement just after its case has left follows the case', async () => {
  for (let round = 0; round < 5; round++) {
    const [one, other] = await pair();
    const { body: supportCase } = await attach(one);
    const [moved, canceled] = await Promise.all([
      patch(supportCase.id, { entitlementId: other.id }),
      onCase(supportCase.id, 'cancel'),
    ]);
    expect([200, 409]).toContain(moved.status);
    expect(canceled.status).toBe(200);
    await soon(async () => expect(await left(one.id, other.id)).toEqual([3, 3]));
  }
});
