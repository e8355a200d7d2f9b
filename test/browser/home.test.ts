import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach } from '../support/api-client.ts';
import { signedIn, signedInWith } from '../support/browser.ts';
import { settled, visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { anSla } from '../support/slas.ts';
import { unique } from '../support/unique.ts';
import { soon } from '../support/waiting.ts';

const list = (page: Page, title: string) => page.getByRole('group', { name: title, exact: true });
const titles = (page: Page) => page.getByRole('heading', { level: 2 }).allTextContents();

const ALL = [
  'Service levels at risk',
  'Renewals to decide',
  'Running out',
  'Ending soon',
  'Cases without an entitlement',
  'Overrides of the last 7 days',
  'Deliveries that fail',
];

test.each([
  ['csr_manager', ALL],
  ['csr', ['Service levels at risk', 'Running out', 'Cases without an entitlement']],
  ['viewer', ['Service levels at risk', 'Running out', 'Ending soon', 'Overrides of the last 7 days']],
] as const)('%s finds the lists of that role, and no others', async (role, expected) => {
  const page = await signedIn(role);
  await visit(page, '/');
  expect(await titles(page)).toEqual(expected);
});

describe('an account manager', () => {
  let key: string;
  let entitlementId: string;
  beforeAll(async () => {
    const manager = await aKey('account_manager');
    ({ key } = manager);
    const customer = await aCustomer({ name: 'Northwind', accountManager: { name: 'Ann', email: manager.email } });
    const active = await anActive(customer, {
      name: 'Silver of Northwind',
      totalTerm: 2,
      endDate: dayFromNow(10),
      renewalPolicy: { noticeDays: 30, reminderDays: 0, escalationDays: 0 },
    });
    entitlementId = active.id;
    for (const _ of [1, 2, 3]) await attach(active);
    await attach(active, { override: { reason: 'Our own fault' } });
    await soon(async () => {
      const { body } = await ask<{ items: unknown[] }>('GET', `/v1/renewals?entitlementId=${active.id}`);
      if (body.items.length === 0) throw new Error('no renewal yet');
    });
  });

  test('finds in each list the own work, with the way to its next action', async () => {
    const page = await signedInWith(key);
    await visit(page, '/');
    expect(await titles(page)).toEqual(ALL.filter((title) => !/^(Cases|Deliveries)/.test(title)));

    const renewals = list(page, 'Renewals to decide');
    expect(await renewals.getByRole('row').nth(1).textContent()).toMatch(
      /Silver of Northwind.*Northwind.*11 days left/,
    );
    expect(await list(page, 'Running out').textContent()).toMatch(/Silver of Northwind.*Nothing is left/);
    expect(await list(page, 'Ending soon').textContent()).toContain('Silver of Northwind');
    expect(await list(page, 'Overrides of the last 7 days').textContent()).toContain('Our own fault');

    await renewals.getByRole('link', { name: 'Decide: Silver of Northwind' }).click();
    await page.waitForURL(`**/renewals/ren_${entitlementId}_1`);
  });

  test('reads the weeks of a figure as a table, at an address of its own, by keyboard alone', async () => {
    const page = await signedInWith(key);
    await visit(page, '/');
    const card = page.getByRole('region', { name: 'Cases attached', exact: true });
    expect(await card.textContent()).toMatch(/Cases attached3in the last 7 days; 3 more than the week before/);
    await card.getByRole('button', { name: 'Show the weeks: Cases attached' }).focus();
    await page.keyboard.press('Enter');
    const table = page.getByRole('table', { name: 'Cases attached: the last 8 weeks' });
    expect(await table.getByRole('row').count()).toBe(9);
    expect(await table.getByRole('row').nth(1).textContent()).toMatch(/3$/);
    expect(new URL(page.url()).search).toBe('?figure=attached_cases');

    await page.reload();
    await settled(page);
    expect(await table.isVisible()).toBe(true);
    await page.keyboard.press('Tab');
    await card.getByRole('button', { name: 'Hide the weeks: Cases attached' }).press('Enter');
    await table.waitFor({ state: 'detached' });
  });
});

test('a service level at risk says what is due and when, and leads to its case and to all of them', async () => {
  const { key, email } = await aKey('account_manager');
  const customerId = await aCustomer({ name: 'Eastwind', accountManager: { name: 'Ann', email } });
  const slaId = await anSla({
    name: 'Half an hour',
    firstResponseMinutes: 30,
    resolutionMinutes: 9_000,
    warnAtPercent: [],
  });
  const active = await anActive(customerId, { name: 'Gold of Eastwind', slaId });
  const { body } = await attach(active, { title: 'The line is down' });
  await soon(async () => {
    const { body: listed } = await ask<{ items: unknown[] }>('GET', `/v1/cases?customerId=${customerId}&atRisk=true`);
    if (listed.items.length === 0) throw new Error('not at risk yet');
  });
  const page = await signedInWith(key);
  await visit(page, '/');
  const row = list(page, 'Service levels at risk').getByRole('row').nth(1);
  expect(await row.textContent()).toMatch(
    /The line is down.*Eastwind.*First response.*Half an hour.*in progress.*due in \d+ min.*Gold of Eastwind/,
  );
  // It counts down while the page is open.
  const before = await row.getByText(/^due in/).textContent();
  await page.clock.install();
  await page.reload();
  await settled(page);
  await page.clock.fastForward('10:00');
  await expect.poll(() => row.getByText(/^due in/).textContent()).not.toBe(before);
  await row.getByRole('link', { name: 'Open: The line is down, first response' }).click();
  await page.waitForURL(`**/cases/${body.id}`);
  await page.goBack();
  await page.getByRole('link', { name: 'All cases at risk' }).click();
  await page.waitForURL('**/cases?risk=true');
  await page.getByRole('heading', { level: 1, name: 'Cases' }).waitFor();
  await page.getByRole('link', { name: 'The line is down', exact: true }).waitFor();
  expect(await page.getByLabel('Service level at risk').isChecked()).toBe(true);
  await ask('POST', `/v1/cases/${body.id}/resolve`);
});

test('a support manager gets from a row to the dialog of its next action', async () => {
  const customerId = await aCustomer({ name: 'Southwind' });
  const id = unique('case');
  await ask('POST', '/v1/cases', { id, customerId, title: 'No cover yet' });
  const page = await signedIn('csr_manager');
  await visit(page, '/');
  await list(page, 'Cases without an entitlement')
    .getByRole('link', { name: /^Find cover: / })
    .first()
    .click();
  await page.waitForURL('**/cases/*?dialog=move');
  expect(await page.getByRole('dialog').textContent()).toMatch(/entitlement/i);
  await ask('POST', `/v1/cases/${id}/cancel`);
});

test('lists without rows say what would appear in them', async () => {
  const page = await signedIn('account_manager');
  await visit(page, '/');
  for (const text of [
    'No service level is at risk. A case appears here when a warning of its service level comes',
    'No renewal waits for a decision. One appears here when',
    'Those that do not appear here.',
    'No entitlement without a successor ends in the next 30 days.',
    'Nobody used an override in the last 7 days.',
  ])
    expect([text, await page.getByText(text).count()]).toEqual([text, 1]);
});

test('when Allot does not answer, the page says so, keeps what it read, and reads again', async () => {
  const page = await signedIn('csr_manager');
  allowTrouble(page, /ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  await page.route('**/v1/work', (route) => route.abort());
  await page.goto('/');
  await page.getByRole('alert').getByText('Allot does not answer', { exact: true }).waitFor();
  await page.unroute('**/v1/work');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { name: 'Running out' }).waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a caller whose key no longer works gets the sign-in, not an empty page', async () => {
  const { id, key } = await aKey('csr');
  const page = await signedInWith(key);
  allowTrouble(page, /status of 401/);
  await visit(page, '/');
  await ask('POST', `/v1/api-keys/${id}/revoke`);
  await soon(async () => {
    await page.reload();
    await page.getByLabel('API key').waitFor({ timeout: 1_000 });
  });
  expect(await page.getByRole('heading', { level: 2 }).count()).toBe(0);
});
