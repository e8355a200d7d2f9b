import { afterEach, expect, inject, test, vi } from 'vitest';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { type OpenPage, openPage } from '../../support/page-in-node.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

interface Manager {
  readonly name: string;
  readonly email: string;
  readonly key: string;
}

async function aManager(): Promise<Manager> {
  const { email, key } = await aKey('account_manager');
  return { name: 'Ann Account', email: email ?? '', key };
}

/** Open renewals of one customer of the manager's, ending that many days from now; their entitlements in this order. */
async function renewalsEnding({ name, email }: Manager, ...days: number[]) {
  const customerId = await aCustomer({ accountManager: { name, email } });
  const made = await Promise.all(
    days.map((day) =>
      anActive(customerId, {
        name: `Ends in ${day}`,
        endDate: dayFromNow(day),
        renewalPolicy: { noticeDays: day + 10 },
      }),
    ),
  );
  await soon(async () => {
    const { body } = await ask<{ items: unknown[] }>('GET', `/v1/renewals?customerId=${customerId}&limit=200`);
    expect(body.items).toHaveLength(days.length);
  });
  return { customerId, ids: made.map(({ id }) => id) };
}

async function shown(key: string): Promise<OpenPage> {
  const page = await openPage('/renewals', { key });
  await soon(async () => expect(page.text('shown') + page.text('message')).not.toBe(''));
  return page;
}

const factsOf = (page: OpenPage) =>
  page.at('rows').children.map((card) =>
    Object.fromEntries(
      card
        .all()
        .filter(({ tag }) => tag === 'div')
        .map(({ children: [name, value] }) => [name?.textContent, value?.textContent]),
    ),
  );

const linksOf = (page: OpenPage) =>
  page
    .at('rows')
    .querySelectorAll('a')
    .map(({ href, textContent, attributes }) => [href, textContent, attributes.get('aria-label')]);

test('an account manager sees the open renewals of their own customers, each with its link, those that end first at the top', async () => {
  const manager = await aManager();
  const { customerId, ids } = await renewalsEnding(manager, 40, 20);
  await renewalsEnding(await aManager(), 30);
  const page = await shown(manager.key);
  const facts = factsOf(page);
  expect(facts.map(({ Entitlement }) => Entitlement)).toEqual([`Ends in 20 ${ids[1]}`, `Ends in 40 ${ids[0]}`]);
  expect(facts[0]).toEqual({
    Customer: `Customer ${customerId} ${customerId}`,
    Entitlement: `Ends in 20 ${ids[1]}`,
    'Ends on': expect.stringMatching(/^\d+ \w+ \d{4}$/),
    'Days left': '21 days',
    Stage: 'undecided',
    Proposed: 'the same terms: 3 cases',
  });
  expect(linksOf(page)[0]).toEqual([
    `/renewals/ren_${ids[1]}_1`,
    'Decide',
    `Decide: Ends in 20 of Customer ${customerId}`,
  ]);
  expect(page.text('shown')).toMatch(/^2 renewals\./);
  // Both renewals belong to one customer, which is read once.
  expect(page.asked.filter((request) => request.includes('/v1/customers/'))).toHaveLength(1);
});

test('the page of one renewal links back to the list', async () => {
  const page = await (await fetch(`${inject('apiUrl')}/renewals/none`)).text();
  expect(page).toContain('<a href="/renewals">');
});

test('more renewals come page by page, each once, and a failure in between loses none', async () => {
  const manager = await aManager();
  const days = Array.from({ length: 23 }, (_, index) => index + 1);
  await renewalsEnding(manager, ...days);
  const page = await shown(manager.key);
  expect([factsOf(page).length, page.at('more').hidden]).toEqual([20, false]);
  page.instead = () => Promise.reject(new TypeError('no network'));
  page.at('more').happen('click');
  await soon(async () => expect(page.text('message')).toMatch(/cannot be reached/));
  expect(factsOf(page)).toHaveLength(20);
  page.instead = () => undefined;
  page.at('more').happen('click');
  await soon(async () => expect(factsOf(page)).toHaveLength(23));
  expect(factsOf(page).map(({ 'Days left': left }) => left)).toEqual(days.map((day) => `${day + 1} days`));
  expect([page.at('more').hidden, page.text('message')]).toEqual([true, '']);
  expect(page.at('rows').querySelectorAll('a')[20]?.isFocused).toBe(true);
});

test('the page says in words that there is no open renewal', async () => {
  expect((await shown((await aManager()).key)).text('shown')).toMatch(/^There is no open renewal/);
});

test('the page asks for a key, refuses a wrong one, and keeps a right one where the page of one renewal finds it', async () => {
  const manager = await aManager();
  const page = await openPage('/renewals');
  expect(page.text('sign-in')).toMatch(/administrator.*POST \/v1\/api-keys/);
  page.enterKey(unique('wrong'));
  await soon(async () => expect(page.text('message')).toMatch(/enter another one/));
  expect([page.storage.size, page.text('content')]).toEqual([0, '']);
  page.enterKey(manager.key);
  await soon(async () => expect(page.text('shown')).toMatch(/^There is no open renewal/));
  expect([...page.storage]).toEqual([['allot.key', manager.key]]);
});

test('a reader who may not read the customer sees its id', async () => {
  const manager = await aManager();
  const { customerId, ids } = await renewalsEnding(manager, 20);
  // The customer has gone to somebody else since the notice.
  await ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: 'Globex' });
  expect(factsOf(await shown(manager.key))).toMatchObject([
    { Customer: customerId, Entitlement: ids[0], Proposed: 'the same terms' },
  ]);
});
