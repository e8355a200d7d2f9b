import { describe, expect, test } from 'vitest';
import { aCustomer, ask } from '../../support/api-client.ts';
import { listedIds } from '../../support/lists.ts';
import { unique } from '../../support/unique.ts';

describe('customers, contacts and products', () => {
  const word = unique('record');

  test('are listed: customers by tier, account manager and name', async () => {
    const accountManager = { name: 'Max', email: `${word}@example.com` };
    const gold = await aCustomer({ name: `Zebra ${word}`, tier: word, accountManager });
    const plain = await aCustomer({ name: `aardvark ${word}`, tier: word });
    expect((await listedIds('customers', { tier: word })).sort()).toEqual([gold, plain].sort());
    expect(await listedIds('customers', { accountManagerEmail: accountManager.email.toUpperCase() })).toEqual([gold]);
    expect(await listedIds('customers', { q: word, sort: 'name' }, 1)).toEqual([plain, gold]);
    expect(await listedIds('customers', { q: word, sort: '-name' }, 1)).toEqual([gold, plain]);
    expect(await listedIds('customers', { q: `zebra ${word}` })).toEqual([gold]);
  });

  test('are listed: contacts by name or email, each once', async () => {
    const customerId = await aCustomer();
    const [ann, bob] = [unique('ann'), unique('bob')];
    await ask('PUT', `/v1/contacts/${ann}`, { customerId, name: `Ann ${word}`, email: `${word}@example.com` });
    await ask('PUT', `/v1/contacts/${bob}`, { customerId, name: 'Bob', email: `bob.${word}@example.com` });
    expect(await listedIds('contacts', { q: word }, 1)).toEqual([ann, bob]);
    expect(await listedIds('contacts', { q: `ann ${word}`, customerId })).toEqual([ann]);
    expect(await listedIds('contacts', { q: `bob.${word}` })).toEqual([bob]);
    expect(await listedIds('contacts', { customerId, sort: '-name' }, 1)).toEqual([bob, ann]);
  });

  test('are listed: products by family and name; two letters find the beginnings of words only', async () => {
    const pump = unique('pump');
    await ask('PUT', `/v1/products/${pump}`, { name: `Qx pump ${word}`, family: word });
    expect(await listedIds('products', { family: word })).toEqual([pump]);
    expect(await listedIds('products', { family: word, q: 'QX' })).toEqual([pump]);
    expect(await listedIds('products', { family: word, q: 'pu' })).toEqual([pump]);
    expect(await listedIds('products', { family: word, q: 'um' })).toEqual([]);
    expect(await listedIds('products', { family: word, q: 'ump' })).toEqual([pump]);
  });
});
