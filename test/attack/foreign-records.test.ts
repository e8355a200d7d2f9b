import { beforeAll, expect, inject, test } from 'vitest';
import { aCustomer, anActive, ask, attach } from '../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';
import { soon } from '../support/waiting.ts';
import { Attacks, forEachAtOnce, routes } from './attack-routes.ts';

/** An account manager who knows the ids of another manager's records gets nothing from any route. */

interface Listed {
  readonly items: readonly { readonly id: string }[];
}

let thief: ToldKeyView;
let owner: ToldKeyView;
let secret: string;
/** The owner's records by the collection in the route. */
const foreign: Record<string, string> = {};

beforeAll(async () => {
  [thief, owner] = [await aKey('account_manager'), await aKey('account_manager')];
  secret = unique('Secretive');
  const accountManager = { name: 'Owner', email: owner.email };
  const customer = await aCustomer({ name: secret, accountManager });
  const contact = unique('contact');
  await ask('PUT', `/v1/contacts/${contact}`, { customerId: customer, name: secret });
  const entitlement = await anActive(customer, {
    ...{ name: secret, endDate: dayFromNow(20) },
    renewalPolicy: { noticeDays: 60 },
  });
  const supportCase = await attach(entitlement, { title: secret });
  const renewal = await soon(async () => {
    const [first] = (await ask<Listed>('GET', `/v1/renewals?customerId=${customer}`)).body.items;
    if (first === undefined) throw new Error('There is no renewal yet.');
    return first.id;
  });
  const opportunity = unique('opp');
  const wanted = { name: secret, startDate: dayFromNow(0), endDate: dayFromNow(99), allocationType: 'unlimited' };
  const won = { id: opportunity, status: 'closed_won', customerId: customer, entitlement: wanted };
  expect((await ask('POST', '/v1/opportunities', won)).status).toBe(201);
  Object.assign(foreign, { customers: customer, contacts: contact, entitlements: entitlement.id });
  Object.assign(foreign, { cases: supportCase.body.id, renewals: renewal, opportunities: opportunity });
});

const collectionOf = (path: string): string => path.split('/')[2] ?? '';

test('no route with an id shows or changes a record of another manager, or tells it from a missing one', async () => {
  const attacks = new Attacks('records of others, by id');
  const all = (await routes()).filter(({ path }) => path.includes('{id}') && collectionOf(path) in foreign);
  await forEachAtOnce(all, async ({ method, path, hasBody }) => {
    const id = foreign[collectionOf(path)] ?? '';
    const body = hasBody ? {} : undefined;
    const url = (one: string) => path.replace('{id}', one);
    const missing = id.replaceAll(/[0-9a-f]{8}$/g, 'ffffffff');
    const theirs = await ask(method, url(id), body, as(thief.key));
    const nothing = await ask(method, url(missing), body, as(thief.key));
    const same = JSON.stringify(theirs.body).replaceAll(id, missing) === JSON.stringify(nothing.body);
    const isRefused = [400, 403, 404].includes(theirs.status);
    attacks.tried((!isRefused || !same) && `${method} ${url(id)}: ${theirs.status} ${JSON.stringify(theirs.body)}`);
  });
  attacks.check(28);
  // The owner of the records is let in, so the ids are right.
  for (const [collection, id] of Object.entries(foreign))
    expect([collection, (await ask('GET', `/v1/${collection}/${id}`, undefined, as(owner.key))).status]).toEqual([
      collection,
      200,
    ]);
});

test('no list, report, search or export holds a word of them, whatever it is asked for', async () => {
  const attacks = new Attacks('records of others, in lists and reports');
  const lists = (await routes()).filter(({ method, path }) => method === 'GET' && !path.includes('{id}'));
  const asked = lists.flatMap(({ path, queryTexts }) => {
    const filters: [string, string][] = [];
    for (const [name, value] of [
      ['customerId', foreign.customers],
      ['entitlementId', foreign.entitlements],
      ['caseId', foreign.cases],
      ['q', secret],
      ['owner', secret],
      ['recordId', foreign.entitlements],
      ['accountManagerEmail', owner.email],
      ['format', 'csv'],
    ] as const)
      if (queryTexts.includes(name)) filters.push([name, String(value)]);
    return [path, ...filters.map((filter) => `${path}?${new URLSearchParams([filter])}`)];
  });
  await forEachAtOnce(asked, async (url) => {
    const response = await fetch(`${inject('apiUrl')}${url}`, as(thief.key));
    const text = await response.text();
    // What was asked for may be repeated in the words of a refusal.
    const found = response.status === 200 && [secret, ...Object.values(foreign)].some((word) => text.includes(word));
    attacks.tried(found && `${url}: ${text.slice(0, 200)}`);
  });
  attacks.check(40);
});

test("a cursor of somebody who sees everything opens nothing for one who doesn't", async () => {
  const attacks = new Attacks('cursors of others');
  const lists = (await routes()).filter(({ path, hasCursor }) => hasCursor && !path.includes('{id}'));
  await forEachAtOnce(lists, async ({ path }) => {
    const { body } = await ask<{ nextCursor?: string | null }>('GET', `${path}?limit=1`);
    if (typeof body.nextCursor !== 'string') return;
    const url = `${path}?limit=200&cursor=${body.nextCursor}`;
    const response = await fetch(`${inject('apiUrl')}${url}`, as(thief.key));
    const text = await response.text();
    attacks.tried([secret, ...Object.values(foreign)].some((word) => text.includes(word)) && `${url}: ${text}`);
  });
  attacks.check(4);
});
