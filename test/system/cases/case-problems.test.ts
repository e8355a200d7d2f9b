import { beforeAll, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { aCustomer, anActive, ask, attach, caseRows, onCase, type ProblemView } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

let customerId: string;
let contactId: string;
let otherContactId: string;
let foreignContactId: string;
let productId: string;
let active: EntitlementView;
beforeAll(async () => {
  customerId = await aCustomer();
  const foreign = await aCustomer();
  [contactId, otherContactId, foreignContactId] = [unique('contact'), unique('contact'), unique('contact')];
  productId = unique('product');
  await ask('PUT', `/v1/contacts/${contactId}`, { customerId, name: 'Ada' });
  await ask('PUT', `/v1/contacts/${otherContactId}`, { customerId, name: 'Eve' });
  await ask('PUT', `/v1/contacts/${foreignContactId}`, { customerId: foreign, name: 'Bob' });
  await ask('PUT', `/v1/products/${productId}`, { name: 'Printer' });
  active = await anActive(customerId);
});

const refusal = async (more: Record<string, unknown>, of: EntitlementView = active) => {
  const { status, body } = await attach(of, more);
  return [status, body.code, body.errors?.map(({ field }) => field).join()];
};

describe('a case', () => {
  test.each<[field: string, more: Record<string, unknown>]>([
    ['id', { id: 'a case' }],
    ['id', { id: 'c'.repeat(201) }],
    ['id', { id: 5 }],
    ['customerId', { customerId: null }],
    ['channel', { channel: 'No Channel' }],
    ['channel', { channel: 'pigeon' }],
    ['title', { title: '' }],
    ['title', { title: 't'.repeat(201) }],
    ['minutes', { minutes: -1 }],
    ['minutes', { minutes: 0.5 }],
    ['minutes', { minutes: 5_256_001 }],
    ['decrementEntitlementTerm', { decrementEntitlementTerm: 'no' }],
    ['entitlementId', { entitlementId: 'an entitlement' }],
    ['surprise', { surprise: 1 }],
  ])('with a wrong %s is refused: %o', async (field, more) => {
    expect(await refusal(more)).toEqual([400, 'validation_failed', field]);
  });

  test('that names an unknown record is refused', async () => {
    expect(await refusal({ customerId: 'nobody' })).toEqual([404, 'not_found', 'customerId']);
    expect(await refusal({ contactId: 'nobody' })).toEqual([404, 'not_found', 'contactId']);
    expect(await refusal({ productId: 'nothing' })).toEqual([404, 'not_found', 'productId']);
    expect(await refusal({ entitlementId: 'nothing' })).toEqual([404, 'not_found', 'entitlementId']);
    expect(await refusal({ contactId: foreignContactId })).toEqual([422, 'contact_of_other_customer', 'contactId']);
  });

  test('that exists with other content is a conflict', async () => {
    const { body } = await attach(active, { title: 'One' });
    expect(await refusal({ id: body.id, title: 'Other' })).toEqual([409, 'conflict', 'id']);
  });

  test('that does not exist cannot be read, changed or resolved', async () => {
    expect(await ask('GET', '/v1/cases/nothing')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect((await ask('PATCH', '/v1/cases/nothing', { minutes: 1 })).body).toMatchObject({ code: 'not_found' });
    for (const action of ['resolve', 'cancel', 'reactivate', 'decrement'] as const)
      expect(await onCase('nothing', action)).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });

  test('is changed only by valid fields', async () => {
    const { body } = await attach(active);
    const path = `/v1/cases/${body.id}`;
    for (const patch of [{}, { minutes: -1 }, { status: 'resolved' }, { customerId: 5 }, { channel: 5 }])
      expect(await ask('PATCH', path, patch)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    expect((await ask('PATCH', path, { contactId: foreignContactId })).body.code).toBe('contact_of_other_customer');
    expect((await ask('PATCH', path, { channel: 'pigeon' })).body.code).toBe('validation_failed');
    expect(await onCase(body.id, 'resolve', { minutes: '5' })).toMatchObject({ status: 400 });
    expect(await onCase(body.id, 'cancel', { minutes: 5 })).toMatchObject({ status: 400 });
  });
});

describe('an entitlement that does not cover the case refuses it and names the field', () => {
  const covering = (more: Record<string, unknown>) => anActive(customerId, more);
  test('another customer', async () => {
    const foreign = await anActive(await aCustomer());
    expect(await refusal({ customerId }, foreign)).toEqual([422, 'customer_mismatch', 'customerId']);
  });
  test('contacts', async () => {
    const some = await covering({ contactIds: [contactId] });
    expect(await refusal({ contactId: otherContactId }, some)).toEqual([422, 'contact_not_covered', 'contactId']);
    expect(await refusal({}, some)).toEqual([422, 'contact_not_covered', 'contactId']);
    expect((await attach(some, { contactId })).status).toBe(201);
  });
  test('products', async () => {
    const some = await covering({ productIds: [productId] });
    expect(await refusal({}, some)).toEqual([422, 'product_not_covered', 'productId']);
    expect((await attach(some, { productId })).status).toBe(201);
  });
  test('channels', async () => {
    const some = await covering({ channels: [{ channel: 'phone', totalTerm: 0 }] });
    expect(await refusal({ channel: 'email' }, some)).toEqual([422, 'channel_not_covered', 'channel']);
    expect(await refusal({ channel: 'phone' }, some)).toEqual([422, 'channel_exhausted', 'channel']);
  });
});

describe('case-events', () => {
  const event = () => ({
    kind: 'attach',
    key: unique('key'),
    caseId: unique('case'),
    customerId,
    entitlementId: active.id,
  });
  const post = (body: unknown) => ask<Partial<ProblemView>>('POST', '/v1/case-events', body);

  test('1,000 events are accepted; 1,001 are refused and none is applied', async () => {
    const big = await anActive(customerId, { totalTerm: 5_000 });
    const events = Array.from({ length: 1_001 }, () => ({ ...event(), entitlementId: big.id }));
    const refused = await post({ events });
    expect([refused.status, refused.body.code, refused.body.errors?.[0]?.field]).toEqual([
      400,
      'validation_failed',
      'events',
    ]);
    expect(await caseRows(big.id)).toEqual([]);
    expect((await post({ events: events.slice(1) })).status).toBe(200);
  });

  test.each<[field: string, body: unknown]>([
    ['events', {}],
    ['events', { events: [] }],
    ['events', { events: {} }],
    ['events.0', { events: [null] }],
    ['events.0.kind', { events: [{ kind: 'explode', key: 'k', caseId: 'a' }] }],
    ['events.0.key', { events: [{ kind: 'resolve', caseId: 'a' }] }],
    ['events.0.customerId', { events: [{ kind: 'attach', key: 'k', caseId: 'a' }] }],
    ['events.0.surprise', { events: [{ kind: 'cancel', key: 'k', caseId: 'a', surprise: 1 }] }],
    ['surprise', { events: [{ kind: 'cancel', key: 'k', caseId: 'a' }], surprise: 1 }],
  ])('a wrong list is refused with the field %s', async (field, body) => {
    const { status, body: refused } = await post(body);
    expect([status, refused.code, refused.errors?.map((error) => error.field)]).toEqual([
      400,
      'validation_failed',
      expect.arrayContaining([field]),
    ]);
  });

  test('one bad event refuses the whole list', async () => {
    const good = event();
    expect((await post({ events: [good, { ...event(), caseId: 'a b' }] })).body.errors?.[0]?.field).toBe(
      'events.1.caseId',
    );
    expect((await ask('GET', `/v1/cases/${good.caseId}`)).status).toBe(404);
  });
});

test('wrong records and settings are refused with their field', async () => {
  const put = async (path: string, body: unknown) => {
    const answer = await ask<Partial<ProblemView>>('PUT', path, body);
    return [answer.status, answer.body.code, answer.body.errors?.[0]?.field];
  };
  expect(await put('/v1/customers/a', { name: 'x' })).toEqual([400, 'validation_failed', 'type']);
  expect(await put('/v1/customers/a', { type: 'account', name: 'x', timeZone: 'X' })).toEqual([
    400,
    'validation_failed',
    'timeZone',
  ]);
  const accountManager = { name: 'Ada', email: 'nowhere' };
  expect(await put('/v1/customers/a', { type: 'account', name: 'x', accountManager })).toEqual([
    400,
    'validation_failed',
    'accountManager.email',
  ]);
  expect(await put('/v1/customers/a%20b', { type: 'account', name: 'x' })).toEqual([400, 'validation_failed', 'id']);
  expect(await put('/v1/contacts/a', { name: 'x', customerId: 'nobody' })).toEqual([404, 'not_found', 'customerId']);
  expect(await put('/v1/products/a', {})).toEqual([400, 'validation_failed', 'name']);
  expect(await put('/v1/settings', { channels: [] })).toEqual([400, 'validation_failed', 'channels']);
  expect(await put('/v1/settings', { channels: ['phone', 'phone'] })).toEqual([400, 'validation_failed', 'channels']);
  expect(await put('/v1/settings', { channels: ['phone', 'P'] })).toEqual([400, 'validation_failed', 'channels.1']);
});
