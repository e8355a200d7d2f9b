import { afterAll, describe, expect, inject, test } from 'vitest';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { applyCaseEvents, type CaseEventsAnswer } from '../../../workflows/entitlements/case-messages.ts';
import { unpackRow } from '../../../workflows/entitlements/packed.ts';
import { aCustomer, anActive, ask, attach, type CaseView, caseRows, ledger, onCase } from '../../support/api-client.ts';
import { caseOf, left, patch } from '../../support/moved-cases.ts';
import { Clock, UNCONFIRMED_MS, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const sql = connect(inject('databaseUrl'), { max: 2 });
const store = createLedgerStore(sql);
afterAll(() => sql.end());

const some = async (count: number, more: Record<string, unknown> = {}) => {
  const customerId = await aCustomer();
  return await Promise.all(Array.from({ length: count }, () => anActive(customerId, more)));
};

/**
 * A move by an API that dies once it is decided, or (`written`) once it is written: nobody has had the old one give
 * back.
 */
async function halfMoved(caseId: string, from: string, to: string, written: boolean): Promise<CaseEventsAnswer> {
  const row = (await ledger(from)).findLast((each) => each.caseId === caseId);
  const movedFrom = { entitlementId: from as never, seq: row?.seq ?? 0 };
  const decided = await workflowOf(to).executeUpdate(applyCaseEvents, {
    args: [{ events: [{ kind: 'attach', key: unique('move'), caseId, movedFrom }] }],
  });
  if (written) await store.write({ rows: decided.rows.map(unpackRow), snapshot: decided.snapshot });
  return decided;
}

describe('the same key again', () => {
  test('for a refused move gets the refusal, and for another change a conflict', async () => {
    const [one, other] = await some(2);
    const full = await anActive(one?.customerId ?? '', { totalTerm: 0 });
    const { body: supportCase } = await attach(one ?? full);
    const key = unique('key');
    for (let n = 0; n < 2; n++)
      expect((await patch(supportCase.id, { entitlementId: full.id }, key)).body.code).toBe('exhausted');
    for (const change of [{ entitlementId: other?.id }, { minutes: 9 }, { entitlementId: full.id, minutes: 9 }])
      expect((await patch(supportCase.id, change, key)).body.code).toBe('idempotency_conflict');
    const moved = unique('key');
    for (let n = 0; n < 2; n++)
      expect((await patch(supportCase.id, { entitlementId: other?.id }, moved)).body).toMatchObject({
        entitlementId: other?.id,
        change: -1,
      });
    for (const change of [{ entitlementId: one?.id }, { minutes: 9 }])
      expect((await patch(supportCase.id, change, moved)).body.code).toBe('idempotency_conflict');
    expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: other?.id, minutes: 0 });
  });

  test('for a move that lost a race gets the same answer again', async () => {
    for (let round = 0; round < 8; round++) {
      const [one, two, three] = await some(3);
      const { body: supportCase } = await attach(one ?? { id: '', customerId: '' });
      const asked = [two, three].map((to) => ({ to: to?.id, key: unique('key') }));
      const answers = await Promise.all(asked.map(({ to, key }) => patch(supportCase.id, { entitlementId: to }, key)));
      for (const [index, { status }] of answers.entries()) {
        const again = await patch(supportCase.id, { entitlementId: asked[index]?.to }, asked[index]?.key);
        expect(status).toBeOneOf([200, 409]);
        expect(again.status).toBe(status);
      }
    }
  });

  test('for the creation gets the first answer, wherever the case is by now', async () => {
    const [one, other] = await some(2);
    const [id, key] = [unique('case'), unique('key')];
    const first = await attach(one ?? { id: '', customerId: '' }, { id }, { key });
    await patch(id, { entitlementId: null });
    await patch(id, { entitlementId: other?.id });
    const again = await attach(one ?? { id: '', customerId: '' }, { id }, { key });
    expect([again.status, again.body.seq]).toEqual([201, first.body.seq]);
  });
});

test('taking a case off fails for an unknown record and for a resolved case, and leaves it where it was', async () => {
  const [one] = await some(1);
  const { body: supportCase } = await attach(one ?? { id: '', customerId: '' });
  expect((await patch(supportCase.id, { entitlementId: null, contactId: 'nobody' })).status).toBe(404);
  await onCase(supportCase.id, 'resolve');
  expect((await patch(supportCase.id, { entitlementId: null })).body.code).toBe('wrong_state');
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: one?.id });
  expect(await left(one?.id ?? '')).toEqual([2]);
});

test('when the entitlement is named, no other one is tried', async () => {
  const customerId = await aCustomer();
  const web = await anActive(customerId, { channels: [{ channel: 'web', totalTerm: 3 }] });
  await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 3 }] });
  const { body: supportCase } = await attach(web, { channel: 'web' });
  const body = { entitlementId: web.id, channel: 'phone' };
  expect((await patch(supportCase.id, body)).body.code).toBe('channel_not_covered');
  const given = await patch(supportCase.id, { ...body, override: { reason: 'They called' } });
  expect(given.body).toMatchObject({ entitlementId: web.id, channel: 'phone' });
  expect((await ledger(web.id)).at(-1)).toMatchObject({
    why: 'They called',
    facts: { overrode: ['channel_not_covered'] },
  });
});

test('a case moved back before the first move is finished is on the old entitlement, counted once', async () => {
  const [one, other] = await some(2);
  const { body: supportCase } = await attach(one ?? { id: '', customerId: '' });
  await halfMoved(supportCase.id, one?.id ?? '', other?.id ?? '', true);
  expect((await patch(supportCase.id, { entitlementId: one?.id })).body).toMatchObject({
    entitlementId: one?.id,
    change: -1,
  });
  await new Clock(other?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect(await left(one?.id ?? '', other?.id ?? '')).toEqual([2, 3]));
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: one?.id });
  expect(await caseRows(one?.id ?? '')).toEqual([
    ['attached', -1],
    ['detached', 1],
    ['attached', -1],
  ]);
});

test('while a move is not finished, the earlier attach is not treated as too late', async () => {
  const [one, other] = await some(2);
  const [id, key] = [unique('case'), unique('key')];
  const first = await attach(one ?? { id: '', customerId: '' }, { id }, { key });
  await halfMoved(id, one?.id ?? '', other?.id ?? '', true);
  // Its workflow has not heard that the row is written, and writes it again.
  await new Clock(one?.id ?? '').skip(UNCONFIRMED_MS);
  await new Clock(other?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect(await left(one?.id ?? '', other?.id ?? '')).toEqual([3, 2]));
  const again = await attach(one ?? { id: '', customerId: '' }, { id }, { key });
  expect([again.status, again.body]).toEqual([201, first.body]);
});

test('a case moved on before the first move is finished is given back by the first entitlement', async () => {
  const [one, two, three] = await some(3);
  const { body: supportCase } = await attach(one ?? { id: '', customerId: '' });
  await new Clock(one?.id ?? '').skip(UNCONFIRMED_MS);
  await halfMoved(supportCase.id, one?.id ?? '', two?.id ?? '', true);
  expect((await patch(supportCase.id, { entitlementId: three?.id })).body).toMatchObject({ entitlementId: three?.id });
  await new Clock(two?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect(await left(one?.id ?? '', two?.id ?? '', three?.id ?? '')).toEqual([3, 3, 2]));
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: three?.id });
});

test('writing an old row again does not put a case back that was taken off', async () => {
  const [one, other] = await some(2);
  const { body: supportCase } = await attach(one ?? { id: '', customerId: '' });
  const decided = await halfMoved(supportCase.id, one?.id ?? '', other?.id ?? '', true);
  await patch(supportCase.id, { entitlementId: null });
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: null });
  await store.write({ rows: decided.rows.map(unpackRow), snapshot: decided.snapshot });
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: null });
  await new Clock(other?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect(await left(one?.id ?? '', other?.id ?? '')).toEqual([3, 3]));
});

test('attaching and resolving a case at the same time loses neither answer', async () => {
  const customerId = await aCustomer();
  const cases: string[] = [];
  for (let n = 0; n < 20; n++)
    cases.push((await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId })).body.id);
  const { id } = await anActive(customerId, { totalTerm: 100 });
  for (const caseId of cases) {
    const [put, resolved] = await Promise.all([patch(caseId, { entitlementId: id }), onCase(caseId, 'resolve')]);
    const now = await caseOf(caseId);
    // Refused when it reaches the entitlement before the attach (404) or while the case is on its way (409).
    expect(resolved.status).toBeOneOf([200, 404, 409]);
    expect(now.status).toBe(resolved.status === 200 ? 'resolved' : 'active');
    expect(now.entitlementId).toBe(put.status === 200 ? id : null);
  }
  const attached = await Promise.all(cases.map(async (caseId) => (await caseOf(caseId)).entitlementId === id));
  await soon(async () => expect(await left(id)).toEqual([100 - attached.filter(Boolean).length]));
});

test('an update that the old entitlement decides during a move reaches the new one', async () => {
  const [one, other] = await some(2, { allocationType: 'hours', totalTerm: 600 });
  const { body: supportCase } = await attach(one ?? { id: '', customerId: '' }, { minutes: 10 });
  await halfMoved(supportCase.id, one?.id ?? '', other?.id ?? '', false);
  // By an API that has not heard of the move, and is slower than it.
  await workflowOf(one?.id ?? '').executeUpdate(applyCaseEvents, {
    args: [{ events: [{ kind: 'update', key: unique('update'), caseId: supportCase.id, minutes: 90 }] }],
  });
  await new Clock(other?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: other?.id, minutes: 90 }));
  await new Clock(one?.id ?? '').skip(UNCONFIRMED_MS);
  await soon(async () => expect((await left(one?.id ?? '', other?.id ?? ''))[0]).toBe(600));
});

test('repeating a set-default under its key changes nothing, whatever came in between', async () => {
  const [one, other] = await some(2);
  const key = unique('key');
  const set = (id: string | undefined, once: string) =>
    ask('POST', `/v1/entitlements/${id}/set-default`, {}, { key: once });
  expect((await set(one?.id, key)).body).toMatchObject({ isDefault: true });
  await set(other?.id, unique('key'));
  expect((await set(one?.id, key)).body).toMatchObject({ isDefault: false });
  expect((await set(other?.id, key)).body).toMatchObject({ code: 'idempotency_conflict' });
});
