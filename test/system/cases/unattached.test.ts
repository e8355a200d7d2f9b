import { describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, type CaseView, caseRows, entitlement, onCase } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

const post = (body: Record<string, unknown>, key: string = unique('key')) =>
  ask<CaseView>('POST', '/v1/cases', { id: unique('case'), ...body }, { key });

const putOn = (caseId: string, entitlementId: string, key: string = unique('key')) =>
  ask<CaseView>('PATCH', `/v1/cases/${caseId}`, { entitlementId }, { key });

test('a case without an entitlement is recorded, says why it has none, and can be resolved', async () => {
  const customerId = await aCustomer();
  const { status, body } = await post({ customerId, title: 'On its own', minutes: 5 });
  expect(status).toBe(201);
  expect(body).toMatchObject({ entitlementId: null, entitlementReason: 'none_active', status: 'active', minutes: 5 });
  expect((await onCase(body.id, 'resolve', { minutes: 12 })).body).toMatchObject({ status: 'resolved', minutes: 12 });
  expect((await onCase(body.id, 'resolve')).body.code).toBe('wrong_state');
  expect((await onCase(body.id, 'reactivate')).body).toMatchObject({ status: 'active' });
  expect((await onCase(body.id, 'cancel')).body).toMatchObject({ status: 'canceled' });
  expect((await onCase(body.id, 'decrement')).body.code).toBe('wrong_state');
  expect((await onCase(body.id, 'reactivate')).body).toMatchObject({ status: 'active' });
  const asynchronous = await onCase(body.id, 'resolve', {}, { headers: { prefer: 'respond-async' } });
  expect(asynchronous).toMatchObject({ status: 404, body: { code: 'not_found' } });
});

test('an entitlement that is given to the case takes once and decides on it from then on', async () => {
  const customerId = await aCustomer();
  const { id } = (await post({ customerId, channel: 'phone' })).body;
  const active = await anActive(customerId);
  const key = unique('key');
  const put = await putOn(id, active.id, key);
  expect(put.body).toMatchObject({
    entitlementId: active.id,
    entitlementReason: 'named',
    change: -1,
    remainingTerm: 2,
  });
  expect((await putOn(id, active.id, key)).body).toMatchObject({ change: -1, remainingTerm: 2 });
  expect((await putOn(id, active.id)).body).toMatchObject({ change: 0, remainingTerm: 2 });
  expect((await onCase(id, 'cancel')).body).toMatchObject({ change: 1, remainingTerm: 3 });
  expect((await caseRows(active.id)).map(([kind]) => kind)).toEqual(['attached', 'updated', 'case_canceled']);
});

test('a refused entitlement leaves the case as it was', async () => {
  const customerId = await aCustomer();
  const { id } = (await post({ customerId })).body;
  const exhausted = await anActive(customerId, { totalTerm: 0 });
  const foreign = await anActive(await aCustomer());
  expect((await putOn(id, exhausted.id)).body.code).toBe('exhausted');
  expect((await putOn(id, foreign.id)).body.code).toBe('customer_mismatch');
  expect((await putOn(id, 'ent_none')).body).toMatchObject({ code: 'not_found' });
  expect((await ask('GET', `/v1/cases/${id}`)).body).toMatchObject({ entitlementId: null, status: 'active' });
  await onCase(id, 'resolve');
  expect((await putOn(id, exhausted.id)).body.code).toBe('wrong_state');
});

describe('the same key again changes nothing and gets the first answer', () => {
  test('for the post that recorded the case', async () => {
    const customerId = await aCustomer();
    const id = unique('case');
    const key = unique('key');
    const first = await post({ id, customerId }, key);
    const again = await post({ id, customerId }, key);
    expect([first.status, again.status, again.body.code]).toEqual([201, 201, undefined]);
    expect((await post({ id, customerId, title: 'Another' }, key)).body.code).toBe('idempotency_conflict');
    expect((await post({ id, customerId })).body.code).toBe('conflict');
  });

  test('for the post, when it is sent several times at once', async () => {
    const customerId = await aCustomer();
    const id = unique('case');
    const key = unique('key');
    const answers = await Promise.all(Array.from({ length: 10 }, () => post({ id, customerId }, key)));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  });

  test('for the post, after the case has got an entitlement', async () => {
    const customerId = await aCustomer();
    const id = unique('case');
    const key = unique('key');
    await post({ id, customerId }, key);
    const { id: entitlementId } = await anActive(customerId);
    await putOn(id, entitlementId);
    const again = await post({ id, customerId }, key);
    expect([again.status, again.body.code]).toEqual([201, undefined]);
  });

  test('for a resolve from before the case had an entitlement, and does not resolve it again', async () => {
    const customerId = await aCustomer();
    const { id } = (await post({ customerId })).body;
    const active = await anActive(customerId, { decreaseRemainingOn: 'resolution' });
    const key = unique('key');
    await onCase(id, 'resolve', {}, { key });
    await onCase(id, 'reactivate');
    await putOn(id, active.id);
    expect((await onCase(id, 'resolve', {}, { key })).status).toBe(200);
    expect(await entitlement(active.id)).toMatchObject({ remainingTerm: 3, openCases: 1 });
  });

  test('for the patch that gave the entitlement, after later events', async () => {
    const customerId = await aCustomer();
    const { id } = (await post({ customerId })).body;
    const active = await anActive(customerId);
    const key = unique('key');
    await putOn(id, active.id, key);
    await onCase(id, 'resolve', { minutes: 30 });
    const again = await putOn(id, active.id, key);
    expect([again.status, again.body.code, again.body.change]).toEqual([200, undefined, -1]);
  });

  test('but is a conflict when it is used for another case', async () => {
    const customerId = await aCustomer();
    const [one, other] = [(await post({ customerId })).body.id, (await post({ customerId })).body.id];
    const key = unique('key');
    await onCase(one, 'resolve', {}, { key });
    expect((await onCase(other, 'resolve', {}, { key })).body.code).toBe('idempotency_conflict');
    const active = await anActive(customerId);
    const { id } = (await post({ customerId, entitlementId: active.id })).body;
    expect((await onCase(id, 'resolve', {}, { key })).body.code).toBe('idempotency_conflict');
  });
});
