import { beforeEach, describe, expect, test } from 'vitest';
import {
  aCustomer,
  aDraft,
  anActive,
  ask,
  attach,
  entitlement,
  onCase,
  type ProblemView,
} from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { unique } from '../../support/unique.ts';

let home: string;
let away: string;
let contactId: string;
beforeEach(async () => {
  [home, away] = [await aCustomer(), await aCustomer()];
  contactId = unique('contact');
  expect((await put(home)).status).toBe(201);
});

const put = (customerId: string) =>
  ask<ProblemView>('PUT', `/v1/contacts/${contactId}?reason=moved`, { customerId, name: 'Ann' });
const bulk = async (customerId: string) => {
  const rows = [{ id: contactId, customerId, name: 'Ann' }];
  const { body } = await ask<{ results: Record<string, unknown>[] }>('POST', '/v1/bulk/contacts', { rows });
  return body.results[0];
};
const amend = (id: string, effective: string, contactIds: readonly string[]) =>
  ask(
    'POST',
    `/v1/entitlements/${id}/amendments`,
    { effective, reason: 'Others call', changes: { contactIds } },
    { key: unique('amend') },
  );
const customerOf = async () => (await ask('GET', `/v1/contacts/${contactId}`)).body.customerId;

describe('a contact moves to another customer while no entitlement names it', () => {
  test('by PUT and in bulk, and the audit records it', async () => {
    expect((await put(away)).status).toBe(200);
    expect(await customerOf()).toBe(away);
    expect(await bulk(home)).toMatchObject({ outcome: 'updated' });
    expect(await customerOf()).toBe(home);
    const { body } = await ask<{ items: unknown[] }>('GET', `/v1/audit?recordId=${contactId}`);
    expect(body.items).toMatchObject([
      { action: 'updated', before: { customerId: away }, after: { customerId: home } },
      { action: 'updated', before: { customerId: home }, after: { customerId: away }, reason: 'moved' },
      { action: 'created' },
    ]);
  });

  test('but not while entitlements name it: the refusal names them, and once they no longer do, it moves', async () => {
    const draft = await aDraft(home, { contactIds: [contactId] });
    const { status, body } = await put(away);
    expect([status, body.code, body.errors?.[0]?.field]).toEqual([422, 'contact_of_other_customer', 'customerId']);
    expect(body.detail).toContain(draft.id);
    expect(await bulk(away)).toMatchObject({
      outcome: 'refused',
      code: 'contact_of_other_customer',
      field: 'customerId',
      detail: expect.stringContaining(draft.id),
    });
    expect(await put(home)).toMatchObject({ status: 200 });
    await ask('PATCH', `/v1/entitlements/${draft.id}`, { contactIds: [] });
    expect((await put(away)).status).toBe(200);
  });

  test('also after the draft that named it was deleted', async () => {
    const draft = await aDraft(home, { contactIds: [contactId] });
    expect((await ask('DELETE', `/v1/entitlements/${draft.id}`)).status).toBe(204);
    expect((await put(away)).status).toBe(200);
  });

  test('but not while an amendment that lies ahead names it; once that is taken back, it moves', async () => {
    const active = await anActive(home);
    const amended = await amend(active.id, dayFromNow(30), [contactId]);
    expect(amended.status).toBe(201);
    const refused = await put(away);
    expect([refused.status, refused.body.code]).toEqual([422, 'contact_of_other_customer']);
    expect(refused.body.detail).toContain(active.id);
    expect(await bulk(away)).toMatchObject({ outcome: 'refused', detail: expect.stringContaining(active.id) });
    expect((await ask('DELETE', `/v1/entitlements/${active.id}/amendments/1`)).status).toBe(200);
    expect((await put(away)).status).toBe(200);
  });

  test('but not while a void of an amendment would bring it back', async () => {
    const active = await anActive(home, { contactIds: [contactId] });
    expect((await amend(active.id, 'now', [])).status).toBe(201);
    expect((await entitlement(active.id)).contactIds).toEqual([]);
    const refused = await put(away);
    expect([refused.status, refused.body.code]).toEqual([422, 'contact_of_other_customer']);
    expect(refused.body.detail).toContain(active.id);
    const voided = await ask('POST', `/v1/entitlements/${active.id}/amendments/1/void`, {}, { key: unique('void') });
    expect(voided.status).toBe(201);
    expect((await entitlement(active.id)).contactIds).toEqual([contactId]);
    expect(await customerOf()).toBe(home);
  });

  test('but not to a customer that does not exist', async () => {
    expect(await put('nobody-at-all')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await bulk('nobody-at-all')).toMatchObject({ outcome: 'refused', code: 'not_found' });
    expect(await customerOf()).toBe(home);
  });
});

test('the cases of a moved contact keep their customer and can be changed and resolved', async () => {
  const active = await anActive(home, { channels: [{ channel: 'phone' }, { channel: 'email' }] });
  const { body: supportCase } = await attach(active, { contactId, channel: 'phone' }, { key: unique('key') });
  expect((await put(away)).status).toBe(200);
  expect((await ask('GET', `/v1/cases/${supportCase.id}`)).body).toMatchObject({ customerId: home, contactId });
  const changed = await ask('PATCH', `/v1/cases/${supportCase.id}`, { channel: 'email' });
  expect(changed).toMatchObject({ status: 200, body: { customerId: home, contactId, entitlementId: active.id } });
  expect((await ask('PATCH', `/v1/cases/${supportCase.id}`, { contactId })).status).toBe(200);
  const other = await anActive(home);
  expect((await ask('PATCH', `/v1/cases/${supportCase.id}`, { entitlementId: other.id })).body.entitlementId).toBe(
    other.id,
  );
  expect((await onCase(supportCase.id, 'resolve', { minutes: 5 })).status).toBe(200);
  expect((await onCase(supportCase.id, 'reactivate')).status).toBe(200);
  const fresh = await attach(active, { contactId, channel: 'phone' });
  expect([fresh.status, fresh.body.code]).toEqual([422, 'contact_of_other_customer']);
});

test('when a contact moves while an entitlement names it, one of the two is refused', async () => {
  for (let n = 0; n < 12; n += 1) {
    contactId = unique('contact');
    await put(home);
    const draft = n % 2 === 0 ? undefined : await aDraft(home);
    const naming =
      draft === undefined
        ? ask<{ id: string }>('POST', '/v1/entitlements', {
            name: 'Names it',
            customerId: home,
            startDate: '2027-01-01',
            endDate: '2027-12-31',
            allocationType: 'unlimited',
            contactIds: [contactId],
          })
        : ask<{ id: string }>('PATCH', `/v1/entitlements/${draft.id}`, { contactIds: [contactId] });
    const [named, moved] = await Promise.all([naming, n % 3 === 0 ? bulk(away) : put(away)]);
    const isNamed = named.status < 300;
    const hasMoved = (await customerOf()) === away;
    expect([isNamed, hasMoved, moved]).toEqual([!hasMoved, !isNamed, expect.anything()]);
    if (isNamed) expect((await entitlement(named.body.id)).contactIds).toEqual([contactId]);
    else expect(named.status).toBe(422);
  }
});
