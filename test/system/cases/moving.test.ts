import { describe, expect, test } from 'vitest';
import {
  aCustomer,
  anActive,
  ask,
  attach,
  type CaseView,
  caseRows,
  entitlement,
  ledger,
  onCase,
} from '../../support/api-client.ts';
import { caseOf, left, patch } from '../../support/moved-cases.ts';
import { Clock, UNCONFIRMED_MS, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

async function aContact(customerId: string): Promise<string> {
  const id = unique('contact');
  await ask('PUT', `/v1/contacts/${id}`, { customerId, name: 'A contact' });
  return id;
}

test('a case moves to the named entitlement, which takes term, and the old one gives back', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const { body: supportCase } = await attach(one, { minutes: 7 });
  const key = unique('key');
  const moved = await patch(supportCase.id, { entitlementId: other.id, minutes: 9 }, key);
  expect(moved).toMatchObject({
    status: 200,
    body: { entitlementId: other.id, change: -1, remainingTerm: 2, minutes: 9 },
  });
  expect(await left(one.id, other.id)).toEqual([3, 2]);
  expect(await caseRows(one.id)).toEqual([
    ['attached', -1],
    ['detached', 1],
  ]);
  expect((await patch(supportCase.id, { entitlementId: other.id, minutes: 9 }, key)).body).toMatchObject({
    change: -1,
  });
  expect(await left(one.id, other.id)).toEqual([3, 2]);
  expect((await onCase(supportCase.id, 'cancel')).body).toMatchObject({ entitlementId: other.id, change: 1 });
});

test('a case that moves back and forth is counted once each time', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const { body: supportCase } = await attach(one);
  for (const to of [other, one, other, one]) {
    expect((await patch(supportCase.id, { entitlementId: to.id })).body.entitlementId).toBe(to.id);
    expect((await left(one.id, other.id)).reduce((sum, each) => Number(sum) + Number(each), 0)).toBe(5);
  }
  expect(await left(one.id, other.id)).toEqual([2, 3]);
});

test('a move is always answered at once: Prefer: respond-async is refused', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const { body: supportCase } = await attach(one);
  const headers = { prefer: 'respond-async' };
  expect(await ask('PATCH', `/v1/cases/${supportCase.id}`, { entitlementId: other.id }, { headers })).toMatchObject({
    status: 400,
    body: { code: 'validation_failed' },
  });
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: one.id });
});

test('a move that is refused leaves the case where it was', async () => {
  const customerId = await aCustomer();
  const one = await anActive(customerId);
  const full = await anActive(customerId, { totalTerm: 0 });
  const foreign = await anActive(await aCustomer());
  const { body: supportCase } = await attach(one);
  expect((await patch(supportCase.id, { entitlementId: full.id })).body.code).toBe('exhausted');
  expect((await patch(supportCase.id, { entitlementId: foreign.id })).body.code).toBe('customer_mismatch');
  expect((await patch(supportCase.id, { entitlementId: 'ent_none' })).body).toMatchObject({ code: 'not_found' });
  expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: one.id });
  await onCase(supportCase.id, 'resolve');
  const other = await anActive(customerId);
  expect((await patch(supportCase.id, { entitlementId: other.id })).body.code).toBe('wrong_state');
  expect(await left(one.id, full.id)).toEqual([2, 0]);
});

test('ten moves of one case at once leave it on exactly one entitlement', async () => {
  const customerId = await aCustomer();
  const all = await Promise.all(Array.from({ length: 4 }, () => anActive(customerId)));
  const [first, ...others] = all;
  if (first === undefined) throw new Error('There are four.');
  const { body: supportCase } = await attach(first);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => patch(supportCase.id, { entitlementId: others[n % 3]?.id })),
  );
  for (const { status, body } of answers) expect([200, 409], JSON.stringify(body)).toContain(status);
  const { entitlementId } = await caseOf(supportCase.id);
  for (const { id } of all) expect((await entitlement(id)).remainingTerm).toBe(id === entitlementId ? 2 : 3);
});

test('a move and a resolve at once: the case is resolved where it is, or the move is asked to try again', async () => {
  const customerId = await aCustomer();
  for (let round = 0; round < 5; round++) {
    const [one, other] = [await anActive(customerId), await anActive(customerId)];
    const { body: supportCase } = await attach(one);
    const [moved, resolved] = await Promise.all([
      patch(supportCase.id, { entitlementId: other.id }),
      onCase(supportCase.id, 'resolve'),
    ]);
    expect([200, 409]).toContain(moved.status);
    expect([200, 404, 409]).toContain(resolved.status);
    const now = await caseOf(supportCase.id);
    if (resolved.status === 200) expect(now).toMatchObject({ status: 'resolved' });
    const own = now.entitlementId;
    expect(await left(one.id, other.id)).toEqual([one.id, other.id].map((id) => (id === own ? 2 : 3)));
  }
});

test('when nobody finishes a move, the new entitlement makes the old one give back', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const { body: supportCase } = await attach(one);
  const [row] = (await ledger(one.id)).filter(({ kind }) => kind === 'attached');
  // As an API that dies before it has written anything.
  await workflowOf(other.id).executeUpdate('applyCaseEvents', {
    args: [
      {
        events: [
          {
            kind: 'attach',
            key: unique('move'),
            caseId: supportCase.id,
            movedFrom: { entitlementId: one.id, seq: row?.seq },
          },
        ],
      },
    ],
  });
  await new Clock(other.id).skip(UNCONFIRMED_MS);
  await soon(async () => expect(await caseOf(supportCase.id)).toMatchObject({ entitlementId: other.id }));
  await soon(async () => expect(await left(one.id, other.id)).toEqual([3, 2]));
});

describe('a change of the case', () => {
  test('that its entitlement covers leaves it there; one that no entitlement covers is refused with the field', async () => {
    const customerId = await aCustomer();
    const only = await anActive(customerId, {
      channels: [
        { channel: 'web', totalTerm: 3 },
        { channel: 'phone', totalTerm: 1 },
      ],
    });
    const { body: supportCase } = await attach(only, { channel: 'web' });
    expect((await patch(supportCase.id, { channel: 'phone' })).body).toMatchObject({ entitlementId: only.id });
    expect(await patch(supportCase.id, { channel: 'email' })).toMatchObject({
      status: 422,
      body: { code: 'channel_not_covered', errors: [{ field: 'channel' }] },
    });
    expect(await caseOf(supportCase.id)).toMatchObject({ channel: 'phone' });
  });

  test('that its entitlement does not cover moves it to the entitlement that matches', async () => {
    const customerId = await aCustomer();
    const web = await anActive(customerId, { channels: [{ channel: 'web', totalTerm: 3 }] });
    const { body: supportCase } = await attach(web, { channel: 'web' });
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 3 }] });
    const key = unique('key');
    const moved = await patch(supportCase.id, { channel: 'phone' }, key);
    expect(moved.body).toMatchObject({ entitlementId: phone.id, entitlementReason: 'matching', channel: 'phone' });
    expect((await patch(supportCase.id, { channel: 'phone' }, key)).body).toMatchObject({ entitlementId: phone.id });
    expect(await left(web.id, phone.id)).toEqual([3, 2]);
  });

  test('of customer moves it to an entitlement of the new customer, or is refused when there is none', async () => {
    const [customerId, another] = [await aCustomer(), await aCustomer()];
    const own = await anActive(customerId);
    const contactId = await aContact(another);
    const { body: supportCase } = await attach(own);
    expect(await patch(supportCase.id, { customerId: another, contactId })).toMatchObject({
      status: 422,
      body: { code: 'customer_mismatch', errors: [{ field: 'customerId' }] },
    });
    const theirs = await anActive(another);
    const moved = await patch(supportCase.id, { customerId: another, contactId });
    expect(moved.body).toMatchObject({ customerId: another, contactId, entitlementId: theirs.id });
    expect(await left(own.id, theirs.id)).toEqual([3, 2]);
  });

  test('to no entitlement gives term back, keeps the case, and may change its customer', async () => {
    const [customerId, another] = [await aCustomer(), await aCustomer()];
    const own = await anActive(customerId);
    const { body: supportCase } = await attach(own);
    const key = unique('key');
    for (let n = 0; n < 2; n++) {
      const off = await patch(supportCase.id, { entitlementId: null, customerId: another }, key);
      expect(off).toMatchObject({
        status: 200,
        body: { entitlementId: null, entitlementReason: 'taken_off', customerId: another, change: 1 },
      });
    }
    expect(await left(own.id)).toEqual([3]);
    expect((await patch(supportCase.id, { channel: 'phone' })).body).toMatchObject({
      entitlementId: null,
      channel: 'phone',
    });
    expect((await onCase(supportCase.id, 'resolve')).status).toBe(200);
  });

  test('of a case without an entitlement attaches it to one that matches', async () => {
    const customerId = await aCustomer();
    const { body: supportCase } = await ask<CaseView>('POST', '/v1/cases', { id: unique('case'), customerId });
    const phone = await anActive(customerId, { channels: [{ channel: 'phone', totalTerm: 3 }] });
    expect((await patch(supportCase.id, { minutes: 5 })).body).toMatchObject({ entitlementId: null, minutes: 5 });
    expect((await patch(supportCase.id, { channel: 'phone' })).body).toMatchObject({
      entitlementId: phone.id,
      minutes: 5,
    });
  });
});

test('a case moves off an entitlement that was canceled', async () => {
  const customerId = await aCustomer();
  const [one, other] = [await anActive(customerId), await anActive(customerId)];
  const { body: supportCase } = await attach(one);
  await ask('POST', `/v1/entitlements/${one.id}/cancel`);
  expect((await patch(supportCase.id, { entitlementId: other.id })).body).toMatchObject({ entitlementId: other.id });
  expect(await left(one.id, other.id)).toEqual([3, 2]);
});
