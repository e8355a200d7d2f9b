import { describe, expect, test } from 'vitest';
import { aCustomer, aDraft } from '../../support/api-client.ts';
import { listPage, type Query } from '../../support/lists.ts';

describe('a list refuses', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('a cursor of another sort, or in the other direction', async () => {
    const customerId = await aCustomer();
    for (let n = 0; n < 2; n++) await aDraft(customerId);
    const { body } = await listPage('entitlements', { customerId, sort: 'name', limit: '1' });
    const cursor = body.nextCursor ?? '';
    expect((await listPage('entitlements', { customerId, sort: 'name', cursor })).status).toBe(200);
    for (const sort of ['-name', 'id', 'endDate']) {
      const refused = await listPage('entitlements', { customerId, sort, cursor });
      expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
      expect(refused.body.errors).toEqual([{ field: 'cursor', message: expect.stringContaining('sorted by name') }]);
    }
    expect((await listPage('entitlements', { customerId, cursor })).status).toBe(400);
  });

  test.each<[what: string, sort: string, key: unknown]>([
    ['entitlements', 'endDate', '2026-02-30'],
    ['entitlements', 'endDate', 'infinity'],
    ['entitlements', 'remainingTerm', '1e3'],
    ['entitlements', 'remainingTerm', '99999999999'],
    ['entitlements', 'remainingTerm', ''],
    ['entitlements', 'updatedAt', '2026-02-30T00:00:00.000000Z'],
    ['entitlements', 'updatedAt', '2026-02-03T24:00:00.000000Z'],
    ['entitlements', 'updatedAt', 'now'],
    ['entitlements', 'name', '\u0000'],
    ['entitlements', 'name', '\ud800'],
    ['entitlements', 'name', 5],
    ['cases', 'createdAt', 'yesterday'],
    ['customers', 'name', null],
  ])('a cursor of %s by %s that it never gave out: %j', async (what, sort, key) => {
    const { status, body } = await listPage(what, { sort, cursor: encoded([sort, key, 'a']) });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  test.each<[what: string, query: Query]>([
    ['entitlements', { view: 'open' }],
    ['entitlements', { renewed: 'yes' }],
    ['entitlements', { endsBefore: '2026-02-30' }],
    ['entitlements', { endsAfter: 'tomorrow' }],
    ['entitlements', { sort: 'priority' }],
    ['entitlements', { sort: '--name' }],
    ['entitlements', { sort: '__proto__' }],
    ['entitlements', { sort: '' }],
    ['entitlements', { q: 'a' }],
    ['entitlements', { q: '  ' }],
    ['entitlements', { q: '\u0000ab' }],
    ['entitlements', { offset: '10' }],
    ['customers', { sort: 'endDate' }],
    ['customers', { q: 'x'.repeat(201) }],
    ['products', { customerId: 'a' }],
    ['cases', { sort: 'name' }],
    ['cases', { status: 'open' }],
    ['cases', { withoutEntitlement: 'false' }],
    ['cases', { cursor: 'x' }],
  ])('a query of %s by %j', async (what, query) => {
    const { status, body } = await listPage(what, query);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});
