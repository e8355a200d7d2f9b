import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { listEntitlements } from '../../../db/entitlements/entitlement-list.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { aCustomer, aDraft, ask, attach } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { listedIds, listPage, type Query } from '../../support/lists.ts';
import { unique } from '../../support/unique.ts';

describe('entitlements', () => {
  /** Nine of one customer, of every kind that lists tell apart; `word` stands in all their names. */
  const word = unique('word');
  let customerId = '';
  let productId = '';
  const made: Record<string, EntitlementView> = {};
  const idsOf = (...names: string[]) => names.map((name) => made[name]?.id).sort();
  const own = (query: Query, limit?: number) => listedIds('entitlements', { customerId, ...query }, limit);
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
  ])('of a customer are filtered by %j', async (query, names) => {
    for (const limit of [200, 1]) expect((await own(query, limit)).sort()).toEqual(idsOf(...names));
  });

  test('are found by a product that they name', async () => {
    expect(await listedIds('entitlements', { productId })).toEqual(idsOf('negative'));
  });

  test('are found by a word of their own name or of their customer’s, each once', async () => {
    const all = idsOf(...Object.keys(made));
    expect((await listedIds('entitlements', { q: word }, 2)).sort()).toEqual(all);
    expect((await listedIds('entitlements', { q: `GRÜSSE ${word}`.replace('SS', 'ß') }, 2)).sort()).toEqual(all);
    expect(await listedIds('entitlements', { q: `e ${word}`, sort: '-name' })).toContain(made.expired?.id);
  });

  /** Capitals do not count. The successor has the name of the one that it renews. */
  const BY_NAME = ['active', 'draft', 'negative', 'unlimited', 'waiting', 'expired', 'renewed', 'canceled'];

  test.each([1, 2, 4, 200])('are sorted by name in both directions, in pages of %d', async (limit) => {
    const names = (found: string[]) =>
      found.map((id) => Object.keys(made).find((name) => made[name]?.id === id)).filter((name) => name !== 'successor');
    expect(names(await own({ sort: 'name' }, limit))).toEqual(BY_NAME);
    expect(names(await own({ sort: '-name' }, limit))).toEqual(BY_NAME.toReversed());
  });

  test.each([1, 3])('are sorted by remaining term in pages of %d; unlimited is more than any number', async (limit) => {
    const terms = async (sort: string) => {
      const found = await own({ sort }, limit);
      const views = await listPage<EntitlementView>('entitlements', { customerId });
      return found.map((id) => views.body.items.find((item) => item.id === id)?.remainingTerm);
    };
    const upwards = [-1, 1, 2, 2, 5, 5, 7, 9, null];
    expect(await terms('remainingTerm')).toEqual(upwards);
    expect(await terms('-remainingTerm')).toEqual(upwards.toReversed());
  });

  test.each(['startDate', 'endDate', 'updatedAt'] as const)(
    'are sorted by %s, and by id where that is equal',
    async (sort) => {
      const { body } = await listPage<EntitlementView>('entitlements', { customerId });
      const expected = body.items
        .toSorted((one, other) => `${one[sort]} ${one.id}`.localeCompare(`${other[sort]} ${other.id}`, 'en'))
        .map(({ id }) => id);
      for (const limit of [1, 2, 200]) {
        expect(await own({ sort }, limit)).toEqual(expected);
        expect(await own({ sort: `-${sort}` }, limit)).toEqual(expected.toReversed());
      }
    },
  );

  test('created between two pages neither repeat nor hide others', async () => {
    const other = await aCustomer();
    const name = (letter: string) => ({ name: `${letter} in between` });
    for (const letter of ['b', 'd', 'f', 'h']) await aDraft(other, name(letter));
    const first = await listPage<EntitlementView>('entitlements', { customerId: other, sort: 'name', limit: '2' });
    for (const letter of ['a', 'c', 'e', 'i']) await aDraft(other, name(letter));
    const cursor = first.body.nextCursor ?? '';
    const rest = await listPage<EntitlementView>('entitlements', { customerId: other, sort: 'name', cursor });
    const letters = [...first.body.items, ...rest.body.items].map((item) => item.name.slice(0, 1));
    expect(letters).toEqual(['b', 'd', 'e', 'f', 'h', 'i']);
  });

  test('of an account manager are those of their customers only', async () => {
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
