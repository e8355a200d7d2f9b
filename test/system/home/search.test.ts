import { beforeAll, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { aCustomer, aDraft, anActive, ask, attach, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';

interface FoundView {
  customers: { id: string; name: string; tier: string | null }[];
  entitlements: { id: string; name: string; customerId: string; customerName: string | null; status: string }[];
  cases: { id: string; title: string | null; customerId: string; customerName: string | null; status: string }[];
}

const search = async (q: string, more: Record<string, string> = {}, key?: string): Promise<FoundView> => {
  const path = `/v1/search?${new URLSearchParams({ q, ...more })}`;
  const { status, body } = await ask<FoundView>('GET', path, undefined, key === undefined ? {} : as(key));
  expect(status).toBe(200);
  return body;
};
const ids = (found: readonly { id: string }[]) => found.map(({ id }) => id);

/** A word that is in no other record, and the records that have it in a name, a title or nowhere. */
const word = unique('Zeppelin').replace('-', '');
let manager: { key: string; email: string | null };
let customer: string;
let active: EntitlementView;
let caseId: string;
beforeAll(async () => {
  manager = await aKey('account_manager');
  const accountManager = { name: 'Ann', email: manager.email };
  customer = await aCustomer({ name: `${word} Air`, tier: 'Gold', accountManager });
  active = await anActive(customer, { name: 'Contract of the airships' });
  caseId = (await attach(active, { title: `The ${word} does not rise` })).body.id;
});

test('a name is found by its beginning and by any part of it, in upper and lower case', async () => {
  for (const text of [word, word.toLowerCase(), word.slice(3), `${word.slice(-4)} AIR`])
    expect([text, ids((await search(text)).customers)]).toEqual([text, [customer]]);
  const { customers, cases } = await search(word);
  expect(customers).toEqual([{ id: customer, name: `${word} Air`, tier: 'Gold' }]);
  expect(cases).toEqual([
    {
      id: caseId,
      title: `The ${word} does not rise`,
      customerId: customer,
      customerName: `${word} Air`,
      status: 'active',
    },
  ]);
});

test("the name of a customer finds the customer's active entitlements too", async () => {
  const draft = await aDraft(customer);
  expect((await search(word)).entitlements).toEqual([
    {
      id: active.id,
      name: 'Contract of the airships',
      customerId: customer,
      customerName: `${word} Air`,
      status: 'active',
    },
  ]);
  await ask('DELETE', `/v1/entitlements/${draft.id}`);
});

test('a record whose id is the text comes first, whatever the others are called', async () => {
  const other = await aCustomer({ name: `${customer} & Co` });
  expect(ids((await search(customer)).customers)).toEqual([customer, other]);
  expect(ids((await search(active.id)).entitlements)).toEqual([active.id]);
  expect(ids((await search(caseId)).cases)).toEqual([caseId]);
});

test('names that begin with the text come before names in which a later word does, and these before others', async () => {
  const about = unique('Quartz').replace('-', '');
  const named = [`Old${about}`, `The ${about} Works`, `${about} and Sons`, `${about}`];
  const made: string[] = [];
  for (const name of named) made.push(await aCustomer({ name }));
  const inOrder = made.toReversed();
  expect(ids((await search(about)).customers)).toEqual(inOrder);
  expect(ids((await search(about, { limit: '2' })).customers)).toEqual(inOrder.slice(0, 2));
});

test('a deleted draft is not found', async () => {
  const name = unique('Draft');
  const { id } = await aDraft(customer, { name });
  expect(ids((await search(name)).entitlements)).toEqual([id]);
  await ask('DELETE', `/v1/entitlements/${id}`);
  expect(await search(name)).toEqual({ customers: [], entitlements: [], cases: [] });
  expect((await search(id)).entitlements).toEqual([]);
});

test('the characters of patterns stand for themselves', async () => {
  const odd = unique('100%_\\sure');
  const id = await aCustomer({ name: odd });
  expect(ids((await search(odd)).customers)).toEqual([id]);
  expect((await search(odd.replace('100', '1%'))).customers).toEqual([]);
});

test('an account manager finds the own records, and none of others', async () => {
  const foreign = await aCustomer({ name: `${word} Sea` });
  const foreignActive = await anActive(foreign, { name: `${word} at sea` });
  const foreignCase = (await attach(foreignActive, { title: `The ${word} sinks` })).body.id;
  const all = await search(word);
  expect(ids(all.customers)).toEqual([customer, foreign]);
  const own = await search(word, {}, manager.key);
  expect([ids(own.customers), ids(own.entitlements), ids(own.cases)]).toEqual([[customer], [active.id], [caseId]]);
  for (const id of [foreign, foreignActive.id, foreignCase])
    expect(await search(id, {}, manager.key)).toEqual({ customers: [], entitlements: [], cases: [] });
});

test.each([
  ['a', {}, 'q'],
  ['', {}, 'q'],
  ['acme', { limit: '0' }, 'limit'],
  ['acme', { limit: '21' }, 'limit'],
  ['acme', { cursor: 'x' }, 'cursor'],
])('q=%s with %o is refused, and the refusal names %s', async (q, more, field) => {
  const { status, body } = await ask<ProblemView>('GET', `/v1/search?${new URLSearchParams({ q, ...more })}`);
  expect([status, body.code, body.errors?.[0]?.field]).toEqual([400, 'validation_failed', field]);
});
