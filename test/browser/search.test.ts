import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, attach } from '../support/api-client.ts';
import { signedIn, signedInWith } from '../support/browser.ts';
import { violationsOf } from '../support/browser-axe.ts';
import { layoutFaults, visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { unique } from '../support/unique.ts';

const word = unique('Halcyon').replace('-', '');
let customer: string;
let entitlementId: string;
let caseId: string;
beforeAll(async () => {
  customer = await aCustomer({ name: `${word} Lines` });
  const active = await anActive(customer, { name: 'Gold for ferries' });
  entitlementId = active.id;
  caseId = (await attach(active, { title: `The ${word} is late` })).body.id;
});

const box = (page: Page) => page.getByRole('combobox', { name: 'Search customers, entitlements, cases and pages' });
const option = (page: Page, name: RegExp) => page.getByRole('option', { name });
const chosen = (page: Page) => page.locator('[role="option"][aria-selected="true"]');

async function openSearch(page: Page): Promise<void> {
  await page.keyboard.press('Control+k');
  await box(page).waitFor();
  // The dialog takes the focus once it has appeared.
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
}

test('a button in the header and Ctrl+K open the search, Escape closes it and gives the focus back', async () => {
  const page = await signedIn('csr');
  await visit(page, '/customers');
  const button = page.getByRole('button', { name: 'Search everything' });
  await button.click();
  await box(page).waitFor();
  await page.keyboard.press('Escape');
  await box(page).waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement?.textContent?.includes('Search everything'));
  await page.getByLabel('Search by name').focus();
  await openSearch(page);
  expect(await box(page).inputValue()).toBe('');
});

test('a customer, its entitlement and its case are found by a part of a name, and opened by keyboard alone', async () => {
  const page = await signedIn('csr');
  await visit(page, '/');
  await openSearch(page);
  await page.keyboard.type(word.toLowerCase());
  await option(page, new RegExp(`${word} Lines.*${customer}`)).waitFor();
  expect(await page.getByRole('group', { name: 'Entitlements', exact: true }).textContent()).toMatch(
    /Gold for ferries.*active/,
  );
  expect(await page.getByRole('group', { name: 'Cases', exact: true }).textContent()).toContain(`The ${word} is late`);

  expect(await chosen(page).textContent()).toContain(`${word} Lines`);
  await page.keyboard.press('ArrowDown');
  expect(await chosen(page).textContent()).toContain('Gold for ferries');
  const id = await chosen(page).getAttribute('id');
  expect(await box(page).getAttribute('aria-activedescendant')).toBe(id);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/entitlements/${entitlementId}`);

  await visit(page, '/');
  await openSearch(page);
  await page.keyboard.type(caseId);
  await option(page, new RegExp(word)).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/cases/${caseId}`);
});

test('axe finds nothing in the open search, light and dark, on a desk and on a telephone', async () => {
  for (const [theme, width] of [
    ['light', 1280],
    ['dark', 375],
  ] as const) {
    const page = await signedIn('csr_manager', { theme, width });
    await visit(page, '/');
    await openSearch(page);
    await page.keyboard.type(word);
    await option(page, /Gold for ferries/).waitFor();
    expect([theme, await violationsOf(page)]).toEqual([theme, []]);
    expect([width, await layoutFaults(page)]).toEqual([width, []]);
  }
});

test.each([
  ['system_administrator', ['Make an entitlement', 'Open a case', 'API keys', 'Audit'], []],
  ['csr', ['Open a case'], ['Make an entitlement', 'API keys', 'Audit', 'Settings']],
  ['viewer', ['Report: renewals'], ['Make an entitlement', 'Open a case', 'API keys', 'Audit']],
] as const)('%s is offered the pages and actions of that role, and no others', async (role, some, none) => {
  const page = await signedIn(role);
  await visit(page, '/');
  await openSearch(page);
  const offered = await page.getByRole('group', { name: 'Go to' }).getByRole('option').allTextContents();
  expect(offered).toEqual(expect.arrayContaining([...some]));
  for (const label of none) expect(offered).not.toContain(label);
});

test('words narrow the pages, and Enter goes to the first', async () => {
  const page = await signedIn('csr_manager');
  await visit(page, '/');
  await openSearch(page);
  await page.keyboard.type('near dep');
  await option(page, /near depletion/).waitFor();
  expect(await page.getByRole('option').count()).toBe(1);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/reports/near-depletion');
});

test('an account manager finds nothing of others, and the search says that nothing was found', async () => {
  const page = await signedInWith((await aKey('account_manager')).key);
  await visit(page, '/');
  await openSearch(page);
  await page.keyboard.type(`${word} Lines`);
  await page.getByText(`Nothing has “${word} Lines” in its name`).waitFor();
  expect(await page.getByRole('option').count()).toBe(0);
});

test('markup in a name stays text', async () => {
  const name = `${unique('Markup').replace('-', '')} <img src=/never.png onerror=alert(1)>`;
  await aCustomer({ name });
  const page = await signedIn('csr');
  await visit(page, '/');
  await openSearch(page);
  await page.keyboard.type(name.slice(0, 12));
  await page.getByRole('option').getByText(name).waitFor();
  expect(await page.locator('img[src="/never.png"]').count()).toBe(0);
});

test('when Allot does not answer, the search says so and still leads to pages', async () => {
  const page = await signedIn('csr');
  allowTrouble(page, /ERR_FAILED/);
  await visit(page, '/');
  await page.route('**/v1/search?*', (route) => route.abort());
  await openSearch(page);
  await page.keyboard.type('re');
  await page
    .getByRole('alert')
    .getByText(/Allot does not answer/)
    .waitFor();
  await option(page, /Report: renewals/).click();
  await page.waitForURL('**/reports/renewals');
  expect(await box(page).count()).toBe(0);
});
