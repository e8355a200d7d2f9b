import { expect, test } from 'vitest';
import { allPages, type Page } from '../../support/all-pages.ts';
import { aCustomer, aDraft, anActive, ask, attach, ledger, onCase } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

interface Item {
  id: string;
  seq?: number;
  kind?: string;
}

const all = (path: string, limit: number): Promise<Item[]> => allPages<Item>(path, { limit });

test('pages of any size return every record once, in order', async () => {
  const customerId = await aCustomer();
  const made = await Promise.all(Array.from({ length: 7 }, async () => (await aDraft(customerId)).id));
  for (const limit of [1, 2, 3, 7, 200]) {
    const items = await all(`/v1/entitlements?customerId=${customerId}`, limit);
    expect(items.map(({ id }) => id)).toEqual([...made].sort());
  }
  const contacts = Array.from({ length: 5 }, () => unique('contact'));
  for (const id of contacts) await ask('PUT', `/v1/contacts/${id}`, { customerId, name: 'One of five' });
  const listed = await all(`/v1/contacts?customerId=${customerId}`, 2);
  expect(listed.map(({ id }) => id)).toEqual([...contacts].sort());
});

test('records created while somebody reads pages neither repeat nor hide others', async () => {
  const customerId = await aCustomer();
  const first = await Promise.all(Array.from({ length: 4 }, async () => (await aDraft(customerId)).id));
  const path = `/v1/entitlements?customerId=${customerId}&limit=2`;
  const { body: page } = await ask<Page<Item>>('GET', path);
  await Promise.all(Array.from({ length: 4 }, () => aDraft(customerId)));
  const seen = page.items.map(({ id }) => id);
  for (let cursor = page.nextCursor; cursor !== null; ) {
    const { body: next } = await ask<Page<Item>>('GET', `${path}&cursor=${cursor}`);
    seen.push(...next.items.map(({ id }) => id));
    cursor = next.nextCursor;
  }
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(expect.arrayContaining(first));
});

test('every customer and product is on some page, whatever letters and signs its id has', async () => {
  const group = unique('group');
  // Each sign at the start and at the end of an id; by code unit is the order of a list.
  const signs = ['A', 'a', '~', '.', '-', '_', '@', ':', 'Z', '0'];
  const ids = signs.flatMap((sign) => [`${sign}${unique('page')}`, `${group}${sign}`]);
  for (const id of ids) {
    await ask('PUT', `/v1/customers/${id}`, { type: 'account', name: 'Paged', tier: group });
    await ask('PUT', `/v1/products/${id}`, { name: 'Paged', family: group });
  }
  for (const path of [`/v1/customers?tier=${group}`, `/v1/products?family=${group}`])
    for (const limit of [1, 7]) expect((await all(path, limit)).map(({ id }) => id)).toEqual([...ids].sort());
});

test('a status lists the entitlements that have it', async () => {
  const customerId = await aCustomer();
  const { id } = await anActive(customerId);
  await aDraft(customerId);
  const active = await all(`/v1/entitlements?customerId=${customerId}&status=active`, 50);
  expect(active.map((item) => item.id)).toEqual([id]);
});

test('a ledger reads the same in small pages, and the history is its rows without those of cases', async () => {
  const active = await anActive(await aCustomer());
  for (let n = 0; n < 4; n++) {
    const { status, body } = await attach(active);
    if (status === 201) await onCase(body.id, 'resolve');
  }
  const rows = await ledger(active.id);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  for (const limit of [1, 4, rows.length])
    expect(await all(`/v1/entitlements/${active.id}/ledger`, limit)).toEqual(rows);
  const history = await all(`/v1/entitlements/${active.id}/history`, 1);
  expect(history.map(({ kind }) => kind)).toEqual(['created', 'activated']);
});

const CURSORS = ['x', '', '!!!', 'AA', 'a=', Buffer.from('\u0000').toString('base64url')];

test.each(['/v1/customers', '/v1/entitlements', '/v1/contacts'])('%s refuses a bad query', async (path) => {
  const queries = [
    'limit=0',
    'limit=201',
    'limit=ten',
    'limit=1.5',
    'limit=',
    'limit=1&limit=2',
    'surprise=1',
    '__proto__=1',
  ];
  for (const query of [...queries, ...CURSORS.map((cursor) => `cursor=${encodeURIComponent(cursor)}`)]) {
    const { status, body } = await ask('GET', `${path}?${query}`);
    expect([query, status, body.code]).toEqual([query, 400, 'validation_failed']);
  }
});

test('a ledger refuses a bad cursor and a cursor of another list', async () => {
  const { id } = await anActive(await aCustomer());
  const foreign = ['ent_abc', '-1', '1.5', '2147483648', ' ', '0x10', '1e3'].map((at) =>
    Buffer.from(at).toString('base64url'),
  );
  for (const cursor of [...CURSORS, ...foreign]) {
    const { status, body } = await ask('GET', `/v1/entitlements/${id}/ledger?cursor=${encodeURIComponent(cursor)}`);
    expect([cursor, status, body.code]).toEqual([cursor, 400, 'validation_failed']);
  }
});

test('an unknown status is refused, and an unknown entitlement has no ledger', async () => {
  expect((await ask('GET', '/v1/entitlements?status=open')).body.code).toBe('validation_failed');
  expect((await ask('GET', '/v1/entitlements?customerId=a%20b')).body.code).toBe('validation_failed');
  expect(await ask('GET', '/v1/entitlements/nothing/ledger')).toMatchObject({
    status: 404,
    body: { code: 'not_found' },
  });
});
