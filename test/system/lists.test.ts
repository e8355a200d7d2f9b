import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { listEntitlements } from '../../db/entitlements/entitlement-list.ts';
import { connect } from '../../db/postgres/connect.ts';
import { aCustomer, aDraft, anActive, ask, attach, dayFromNow, onCase, unique } from './api-client.ts';

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

type Query = Record<string, string>;

const page = <Item = { id: string }>(what: string, query: Query) =>
  ask<Page<Item> & { code?: string; detail?: string; errors?: { field: string }[] }>(
    'GET',
    `/v1/${what}?${new URLSearchParams(query)}`,
  );

/** The ids of all pages, each of `limit`. */
async function ids(what: string, query: Query, limit = 200): Promise<string[]> {
  const found: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: Query = cursor === '' ? {} : { cursor };
    const { status, body } = await page(what, { ...query, limit: String(limit), ...more });
    expect([status, body.detail]).toEqual([200, undefined]);
    found.push(...body.items.map(({ id }) => id));
    cursor = body.nextCursor;
  }
  return found;
}

describe('entitlements', () => {
  /** Nine of one customer, of every kind that lists tell apart; `word` stands in all their names. */
  const word = unique('word');
  let customerId = '';
  let productId = '';
  const made: Record<string, EntitlementView> = {};
  const idsOf = (...names: string[]) => names.map((name) => made[name]?.id).sort();
  const own = (query: Query, limit?: number) => ids('entitlements', { customerId, ...query }, limit);
  const command = async (name: string, what: string) => {
    const { status, body } = await ask<EntitlementView>('POST', `/v1/entitlements/${made[name]?.id}/${what}`);
    expect([name, what, status < 300]).toEqual([name, what, true]);
    return body;
  };

  beforeAll(async () => {
    customerId = await aCustomer({ name: `Grüße ${word}-kunde` });
    productId = unique('product');
    await ask('PUT', `/v1/products/${productId}`, { name: 'Pump' });
    const past = { startDate: dayFromNow(-400), endDate: dayFromNow(-35) };
    const drafts: [name: string, more: Record<string, unknown>][] = [
      ['draft', { name: `b ${word}`, owner: 'Olga', totalTerm: 7 }],
      ['active', { name: `A ${word}`, owner: 'Olga', tier: 'Gold', totalTerm: 5, endDate: dayFromNow(30) }],
      ['unlimited', { name: `c 50% ${word}`, allocationType: 'unlimited', totalTerm: null, restrict: false }],
      ['negative', { name: `C 50 ${word}`, totalTerm: 0, restrict: false, tier: 'Gold', productIds: [productId] }],
      ['waiting', { name: `d_${word}`, startDate: dayFromNow(10), endDate: dayFromNow(375), totalTerm: 5 }],
      ['expired', { name: `e ${word}`, ...past, totalTerm: 1, tier: 'Gold' }],
      ['renewed', { name: `f ${word}`, ...past, owner: 'Omar', totalTerm: 2 }],
      ['canceled', { name: `g\\${word}`, totalTerm: 9 }],
    ];
    for (const [name, more] of drafts) made[name] = await aDraft(customerId, more);
    for (const [name] of drafts.slice(1)) await command(name, 'activate');
    await command('canceled', 'cancel');
    made.successor = await command('renewed', 'renew');
    expect((await attach(made.negative as EntitlementView, { productId })).status).toBe(201);
  });

  test.each<[query: Query, names: string[]]>([
    [{}, ['active', 'canceled', 'draft', 'expired', 'negative', 'renewed', 'successor', 'unlimited', 'waiting']],
    [{ view: 'all', status: 'active' }, ['active', 'negative', 'unlimited']],
    [{ view: 'active' }, ['active', 'negative', 'unlimited']],
    [{ view: 'waiting' }, ['waiting']],
    [{ view: 'draft' }, ['draft', 'successor']],
    [{ view: 'expired' }, ['expired', 'renewed']],
    [{ view: 'canceled' }, ['canceled']],
    [{ view: 'renewed' }, ['renewed']],
    [{ view: 'expired', renewed: 'false' }, ['expired']],
    [{ renewed: 'true' }, ['renewed']],
    [{ view: 'renewed', status: 'active' }, []],
    [{ tier: 'Gold' }, ['active', 'expired', 'negative']],
    [{ tier: 'gold' }, []],
    [{ owner: 'Olga', view: 'active' }, ['active']],
    [{ endsBefore: dayFromNow(0) }, ['expired', 'renewed']],
    [{ endsBefore: dayFromNow(-35) }, []],
    [{ endsAfter: dayFromNow(366) }, ['waiting']],
    [{ endsAfter: dayFromNow(0), endsBefore: dayFromNow(31) }, ['active']],
    [{ q: '50%' }, ['unlimited']],
    [{ q: `d_${word}` }, ['waiting']],
    [{ q: `g\\${word}` }, ['canceled']],
    [{ q: `A ${word}`.toUpperCase() }, ['active']],
    [{ q: `${word}-KUNDE`, view: 'expired' }, ['expired', 'renewed']],
    [{ q: 'no such name at all' }, []],
  ])('of a customer, %j', async (query, names) => {
    for (const limit of [200, 1]) expect((await own(query, limit)).sort()).toEqual(idsOf(...names));
  });

  test('by a product are those that name it', async () => {
    expect(await ids('entitlements', { productId })).toEqual(idsOf('negative'));
  });

  test('are found by a word of their own name, and by one of their customer’s, each once', async () => {
    const all = idsOf(...Object.keys(made));
    expect((await ids('entitlements', { q: word }, 2)).sort()).toEqual(all);
    expect((await ids('entitlements', { q: `GRÜSSE ${word}`.replace('SS', 'ß') }, 2)).sort()).toEqual(all);
    expect(await ids('entitlements', { q: `e ${word}`, sort: '-name' })).toContain(made.expired?.id);
  });

  /** Capitals do not count. The successor has the name of the one that it renews. */
  const BY_NAME = ['active', 'draft', 'negative', 'unlimited', 'waiting', 'expired', 'renewed', 'canceled'];

  test.each([1, 2, 4, 200])('sorted by name, in pages of %d, both ways', async (limit) => {
    const names = (found: string[]) =>
      found.map((id) => Object.keys(made).find((name) => made[name]?.id === id)).filter((name) => name !== 'successor');
    expect(names(await own({ sort: 'name' }, limit))).toEqual(BY_NAME);
    expect(names(await own({ sort: '-name' }, limit))).toEqual(BY_NAME.toReversed());
  });

  test.each([1, 3])('sorted by what remains, in pages of %d: unlimited is more than any number', async (limit) => {
    const terms = async (sort: string) => {
      const found = await own({ sort }, limit);
      const views = await page<EntitlementView>('entitlements', { customerId });
      return found.map((id) => views.body.items.find((item) => item.id === id)?.remainingTerm);
    };
    const upwards = [-1, 1, 2, 2, 5, 5, 7, 9, null];
    expect(await terms('remainingTerm')).toEqual(upwards);
    expect(await terms('-remainingTerm')).toEqual(upwards.toReversed());
  });

  test.each(['startDate', 'endDate', 'updatedAt'] as const)('sorted by %s: ties go by id', async (sort) => {
    const { body } = await page<EntitlementView>('entitlements', { customerId });
    const expected = body.items
      .toSorted((one, other) => `${one[sort]} ${one.id}`.localeCompare(`${other[sort]} ${other.id}`, 'en'))
      .map(({ id }) => id);
    for (const limit of [1, 2, 200]) {
      expect(await own({ sort }, limit)).toEqual(expected);
      expect(await own({ sort: `-${sort}` }, limit)).toEqual(expected.toReversed());
    }
  });

  test('records that come between two pages neither repeat nor hide others, wherever they sort', async () => {
    const other = await aCustomer();
    const name = (letter: string) => ({ name: `${letter} in between` });
    for (const letter of ['b', 'd', 'f', 'h']) await aDraft(other, name(letter));
    const first = await page<EntitlementView>('entitlements', { customerId: other, sort: 'name', limit: '2' });
    for (const letter of ['a', 'c', 'e', 'i']) await aDraft(other, name(letter));
    const cursor = first.body.nextCursor ?? '';
    const rest = await page<EntitlementView>('entitlements', { customerId: other, sort: 'name', cursor });
    const letters = [...first.body.items, ...rest.body.items].map((item) => item.name.slice(0, 1));
    expect(letters).toEqual(['b', 'd', 'e', 'f', 'h', 'i']);
  });

  test('of an account manager are those of his customers alone', async () => {
    const sql = connect(inject('databaseUrl'), { max: 1 });
    const email = `${unique('manager')}@Example.com`;
    const managed = await aCustomer({ accountManager: { name: 'Max', email } });
    const { id } = await aDraft(managed);
    const first = { limit: 10, by: 'id', descending: false, after: null } as const;
    const seen = async (filter: { customerId?: string; q?: string }) =>
      (await listEntitlements(sql, first, filter, { accountManagerEmail: email.toLowerCase() })).rows.map(
        ({ state }) => state.id,
      );
    expect([await seen({}), await seen({ customerId: managed }), await seen({ customerId })]).toEqual([[id], [id], []]);
    expect([await seen({ q: managed }), await seen({ q: word })]).toEqual([[id], []]);
    await sql.end();
  });
});

describe('customers, contacts and products', () => {
  const word = unique('record');

  test('customers by tier, account manager and name', async () => {
    const accountManager = { name: 'Max', email: `${word}@example.com` };
    const gold = await aCustomer({ name: `Zebra ${word}`, tier: word, accountManager });
    const plain = await aCustomer({ name: `aardvark ${word}`, tier: word });
    expect((await ids('customers', { tier: word })).sort()).toEqual([gold, plain].sort());
    expect(await ids('customers', { accountManagerEmail: accountManager.email.toUpperCase() })).toEqual([gold]);
    expect(await ids('customers', { q: word, sort: 'name' }, 1)).toEqual([plain, gold]);
    expect(await ids('customers', { q: word, sort: '-name' }, 1)).toEqual([gold, plain]);
    expect(await ids('customers', { q: `zebra ${word}` })).toEqual([gold]);
  });

  test('contacts by name or email, each once', async () => {
    const customerId = await aCustomer();
    const [ann, bob] = [unique('ann'), unique('bob')];
    await ask('PUT', `/v1/contacts/${ann}`, { customerId, name: `Ann ${word}`, email: `${word}@example.com` });
    await ask('PUT', `/v1/contacts/${bob}`, { customerId, name: 'Bob', email: `bob.${word}@example.com` });
    expect(await ids('contacts', { q: word }, 1)).toEqual([ann, bob]);
    expect(await ids('contacts', { q: `ann ${word}`, customerId })).toEqual([ann]);
    expect(await ids('contacts', { q: `bob.${word}` })).toEqual([bob]);
    expect(await ids('contacts', { customerId, sort: '-name' }, 1)).toEqual([bob, ann]);
  });

  test('products by family and name; two letters find where a word begins', async () => {
    const pump = unique('pump');
    await ask('PUT', `/v1/products/${pump}`, { name: `Qx pump ${word}`, family: word });
    expect(await ids('products', { family: word })).toEqual([pump]);
    expect(await ids('products', { family: word, q: 'QX' })).toEqual([pump]);
    expect(await ids('products', { family: word, q: 'pu' })).toEqual([pump]);
    expect(await ids('products', { family: word, q: 'um' })).toEqual([]);
    expect(await ids('products', { family: word, q: 'ump' })).toEqual([pump]);
  });
});

test('cases by customer, entitlement, status and channel, and those without an entitlement, in order of creation', async () => {
  const active = await anActive(await aCustomer());
  const { customerId } = active;
  const made: string[] = [];
  for (const channel of ['phone', 'email', 'phone']) made.push((await attach(active, { channel })).body.id);
  const alone = unique('case');
  await ask('POST', '/v1/cases', { id: alone, customerId, channel: 'phone' });
  await onCase(made[0] ?? '', 'resolve');
  const all = [...made, alone];

  const listed = (query: Query, limit = 200) => ids('cases', { customerId, ...query }, limit);
  for (const limit of [1, 2, 200]) {
    expect(await listed({ sort: 'createdAt' }, limit)).toEqual(all);
    expect(await listed({ sort: '-createdAt' }, limit)).toEqual(all.toReversed());
    expect(await listed({}, limit)).toEqual(all.toSorted());
    expect(await ids('cases', { entitlementId: active.id }, limit)).toEqual(made.toSorted());
  }
  expect(await listed({ status: 'resolved' })).toEqual([made[0]]);
  expect(await listed({ channel: 'phone', sort: 'createdAt' })).toEqual([made[0], made[2], alone]);
  expect(await listed({ withoutEntitlement: 'true' })).toEqual([alone]);
  const { body } = await page('cases', { entitlementId: active.id, status: 'resolved' });
  expect(body.items[0]).toEqual((await ask('GET', `/v1/cases/${made[0]}`)).body);
});

describe('what a list refuses', () => {
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test('a cursor of another sort, or in the other direction', async () => {
    const customerId = await aCustomer();
    for (let n = 0; n < 2; n++) await aDraft(customerId);
    const { body } = await page('entitlements', { customerId, sort: 'name', limit: '1' });
    const cursor = body.nextCursor ?? '';
    expect((await page('entitlements', { customerId, sort: 'name', cursor })).status).toBe(200);
    for (const sort of ['-name', 'id', 'endDate']) {
      const refused = await page('entitlements', { customerId, sort, cursor });
      expect([refused.status, refused.body.code]).toEqual([400, 'validation_failed']);
      expect(refused.body.errors).toEqual([{ field: 'cursor', message: expect.stringContaining('sorted by name') }]);
    }
    expect((await page('entitlements', { customerId, cursor })).status).toBe(400);
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
  ])('a cursor of %s by %s that nobody gave out: %j', async (what, sort, key) => {
    const { status, body } = await page(what, { sort, cursor: encoded([sort, key, 'a']) });
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
  ])('%s by %j', async (what, query) => {
    const { status, body } = await page(what, query);
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });
});
