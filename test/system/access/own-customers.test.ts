import { beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';

/** An account manager sees the own customers and what is theirs; all else is as if there were none. */

interface Ids {
  readonly customer: string;
  readonly contact: string;
  readonly entitlement: string;
  readonly supportCase: string;
}

const NONE: Ids = { customer: 'none', contact: 'none', entitlement: 'none', supportCase: 'none' };

const pathsOf = ({ customer, contact, entitlement, supportCase }: Ids) => [
  `/v1/customers/${customer}`,
  `/v1/contacts/${contact}`,
  `/v1/entitlements/${entitlement}`,
  `/v1/entitlements/${entitlement}/ledger`,
  `/v1/entitlements/${entitlement}/history`,
  `/v1/cases/${supportCase}`,
];

async function everythingOf(email: string | null): Promise<Ids> {
  const customer = await aCustomer(email === null ? {} : { accountManager: { name: 'Ann', email } });
  const contact = unique('contact');
  await ask('PUT', `/v1/contacts/${contact}`, { customerId: customer, name: 'Bo' });
  const active = await anActive(customer);
  const { body: supportCase } = await attach(active);
  return { customer, contact, entitlement: active.id, supportCase: supportCase.id };
}

let key: string;
let own: Ids;
let foreign: Ids;
let nobodys: Ids;
beforeAll(async () => {
  const { email, key: secret } = await aKey('account_manager', { email: `Ann.${unique('Manager')}@Example.com` });
  key = secret;
  own = await everythingOf(email?.toUpperCase() ?? null);
  foreign = await everythingOf('somebody.else@example.com');
  nobodys = await everythingOf(null);
});

const get = (path: string) => ask<{ detail?: string }>('GET', path, undefined, as(key));

test('an account manager reads records of their own customers; capitals in the email do not matter', async () => {
  for (const path of pathsOf(own)) expect([path, (await get(path)).status]).toEqual([path, 200]);
});

test('a record of another customer looks like one that does not exist', async () => {
  const missing = pathsOf(NONE);
  for (const ids of [foreign, nobodys]) {
    for (const [index, path] of pathsOf(ids).entries()) {
      const [{ status, body }, none] = [await get(path), await get(missing[index] ?? '')];
      expect([path, status]).toEqual([path, 404]);
      const id = path.split('/')[3] ?? '';
      expect(JSON.stringify(body).replaceAll(id, 'none')).toBe(JSON.stringify(none.body));
    }
  }
});

test('match works for own customers only', async () => {
  const match = (ids: Pick<Ids, 'customer' | 'contact' | 'entitlement'>) =>
    ask<{ errors?: { field: string }[] }>(
      'POST',
      '/v1/cases/match',
      { customerId: ids.customer, contactId: ids.contact, entitlementId: ids.entitlement },
      as(key),
    );
  expect((await match(own)).status).toBe(200);
  for (const [field, more] of [
    ['customerId', { customer: foreign.customer }],
    ['contactId', { contact: foreign.contact }],
    ['entitlementId', { entitlement: foreign.entitlement }],
  ] as const) {
    const { status, body } = await match({ ...own, ...more });
    expect([field, status, body.errors?.[0]?.field]).toEqual([field, 404, field]);
  }
});

test('lists hold records of own customers only', async () => {
  const listed = async (path: string) =>
    (await ask<{ items: { id: string }[] }>('GET', path, undefined, as(key))).body.items.map(({ id }) => id);
  expect(await listed('/v1/customers?limit=200')).toEqual([own.customer]);
  expect(await listed('/v1/contacts?limit=200')).toEqual([own.contact]);
  expect(await listed('/v1/entitlements?limit=200')).toEqual([own.entitlement]);
  expect(await listed('/v1/cases?limit=200')).toEqual([own.supportCase]);
  for (const what of ['contacts', 'entitlements', 'cases'])
    expect([what, await listed(`/v1/${what}?customerId=${foreign.customer}`)]).toEqual([what, []]);
  expect(await listed(`/v1/cases?entitlementId=${own.entitlement}`)).toEqual([own.supportCase]);
  expect(await listed(`/v1/cases?entitlementId=${foreign.entitlement}`)).toEqual([]);
  expect(await listed(`/v1/entitlements?q=${foreign.customer}`)).toEqual([]);
});

test('a customer that gets another account manager is out of the access scope at once', async () => {
  const { email, key: theirs } = await aKey('account_manager');
  const id = await aCustomer({ accountManager: { name: 'Ann', email } });
  expect((await ask('GET', `/v1/customers/${id}`, undefined, as(theirs))).status).toBe(200);
  await ask('PUT', `/v1/customers/${id}`, { type: 'account', name: 'Moved' });
  expect((await ask('GET', `/v1/customers/${id}`, undefined, as(theirs))).status).toBe(404);
});
