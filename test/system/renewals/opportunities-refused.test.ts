import { describe, expect, test } from 'vitest';
import { aCustomer, ask } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';
import { type Body, close, entitlementsOf, fieldsOf, read, WHOLE, won } from './opportunity-scenes.ts';

describe('an opportunity is refused', () => {
  test.each<[string, Body, number]>([
    ['id', { id: 'no blanks' }, 400],
    ['status', { status: 'open' }, 400],
    ['customerId', { customerId: undefined }, 400],
    ['customerId', { customerId: 'no-such-customer' }, 404],
    ['templateId', { templateId: undefined }, 400],
    ['templateId', { templateId: 'no-such-template' }, 404],
    ['entitlement.name', { templateId: undefined, entitlement: {} }, 400],
    ['entitlement.customerId', { entitlement: { customerId: 'other' } }, 400],
    ['entitlement.totalTerm', { entitlement: { totalTerm: -1 } }, 400],
    ['entitlement.endDate', { entitlement: { startDate: '2027-02-01', endDate: '2027-01-31' } }, 400],
    ['entitlement.overage', { entitlement: { overage: 'block', restrict: false } }, 400],
    ['entitlement.channels.0.totalTerm', { entitlement: { channels: [{ channel: 'phone', totalTerm: 101 }] } }, 400],
    ['entitlement.slaId', { entitlement: { slaId: 'no-such-sla' } }, 404],
    ['entitlement.productIds', { templateId: undefined, entitlement: { ...WHOLE, productIds: ['no-such'] } }, 404],
    ['templateId', { status: 'closed_lost' }, 400],
    ['entitlement', { status: 'closed_lost', templateId: undefined, entitlement: {} }, 400],
    ['renewalId', { renewalId: 'renewal-of-nothing' }, 404],
    ['renewalId', { renewalId: 'renewal-of-nothing', status: 'closed_lost', templateId: undefined }, 404],
    ['renewalId', { renewalId: '' }, 400],
    ['reason', { reason: 'x'.repeat(501) }, 400],
    ['color', { color: 'red' }, 400],
  ])('for a wrong %s, with the field, and its id can be used again', async (field, more, status) => {
    const customerId = await aCustomer();
    const body = won(customerId);
    const refused = await close({ ...body, ...more });
    expect([refused.status, fieldsOf(refused)]).toEqual([status, expect.arrayContaining([field])]);
    expect((await read(String(body.id))).status).toBe(404);
    expect(await entitlementsOf(customerId)).toEqual([]);
    if (field !== 'id') expect((await close(body)).status).toBe(201);
  });

  test('for a contact of another customer', async () => {
    const [customerId, other] = [await aCustomer(), await aCustomer()];
    const contact = unique('contact');
    await ask('PUT', `/v1/contacts/${contact}`, { customerId: other, name: 'Mallory' });
    const refused = await close(won(customerId, { entitlement: { contactIds: [contact] } }));
    expect([refused.status, refused.body.code, fieldsOf(refused)]).toEqual([
      ...[422, 'contact_of_other_customer', ['entitlement.contactIds']],
    ]);
  });
});
