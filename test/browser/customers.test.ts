import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach } from '../support/api-client.ts';
import { signedIn, signedInWith } from '../support/browser.ts';
import { visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { dayFromNow } from '../support/days.ts';
import { unique } from '../support/unique.ts';

/** The tasks of customers, contacts and products, by role. */

let customerId: string;
let name: string;
let managerKey: string;
beforeAll(async () => {
  const { key, email } = await aKey('account_manager');
  managerKey = key;
  name = unique('Saltmarsh').replace('-', '');
  customerId = await aCustomer({ name, tier: 'Key account', accountManager: { name: 'North desk', email } });
  await ask('PUT', `/v1/contacts/${customerId}-1`, { customerId, name: 'Night shift', email: 'night@example.com' });
  const active = await anActive(customerId, {
    name: 'Support of the year',
    totalTerm: 8,
    endDate: dayFromNow(20),
    renewalPolicy: { noticeDays: 30 },
  });
  for (const title of ['First case', 'Second case']) await attach(active, { title });
});

const table = (page: Page, caption: string) => page.getByRole('group', { name: caption, exact: true }).locator('table');
const row = (page: Page, caption: string, text: string) => table(page, caption).getByRole('row', { name: text });
const field = (page: Page, label: string) =>
  page.getByRole('dialog').getByRole('textbox', { name: label, exact: true });
const button = (page: Page, label: string) => page.getByRole('button', { name: label, exact: true });

test('an agent finds a customer by name and sees first what is left, then cases, contacts, renewals and use', async () => {
  const page = await signedIn('csr');
  await visit(page, '/customers');
  await page.getByLabel('Search by name or id').fill(name.slice(0, -2));
  await page.waitForURL(/q=/);
  await page.getByRole('link', { name }).click();
  await page.waitForURL(new RegExp(`/customers/${customerId}$`));
  const left = row(page, 'Active entitlements', 'Support of the year');
  await left.getByText('6 cases of 8 cases').waitFor();
  await row(page, 'Newest cases', 'Second case').waitFor();
  await row(page, 'Contacts', 'Night shift').waitFor();
  await row(page, 'Renewals', 'Support of the year').getByText('open').waitFor();
  await expect.poll(() => table(page, 'Use by month').locator('tbody tr').count()).toBe(12);
  await page.getByRole('img', { name: /Cases attached in each of the last 12 months, 2 in all/ }).waitFor();
  expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
    'Active entitlements',
    'Newest cases',
    'Contacts',
    'Renewals',
    'Use by month',
  ]);
});

test('a search box keeps the space after a word while the person thinks about the next one', async () => {
  const page = await signedIn('csr');
  await visit(page, '/customers');
  const box = page.getByLabel('Search by name or id');
  await box.fill('Saltmarsh ');
  await page.waitForURL(/q=Saltmarsh$/);
  await table(page, 'Customers').getByRole('link', { name }).waitFor();
  expect(await box.inputValue()).toBe('Saltmarsh ');
});

test('a month leads to the report by entitlement of just that month and customer', async () => {
  const page = await signedIn('viewer');
  await visit(page, `/customers/${customerId}`);
  await table(page, 'Use by month').getByRole('link').first().click();
  await page.waitForURL(/\/reports\/utilisation\?/);
  const asked = new URL(page.url()).searchParams;
  expect(asked.get('customer')).toBe(customerId);
  expect(asked.get('by')).toBe('entitlement');
  await row(page, 'Utilisation', 'Support of the year').getByText('2 cases').first().waitFor();
});

test('those who may not write see no command that writes', async () => {
  for (const role of ['viewer', 'csr'] as const) {
    const page = await signedIn(role);
    await visit(page, `/customers/${customerId}`);
    expect([role, await button(page, 'Change').count(), await button(page, 'New contact').count()]).toEqual([
      role,
      0,
      0,
    ]);
    // An address that opens the dialog opens nothing for them.
    await visit(page, '/customers?dialog=new');
    expect([role, await page.getByRole('dialog').count(), await button(page, 'New customer').count()]).toEqual([
      role,
      0,
      0,
    ]);
  }
});

test('an account manager sees only own customers', async () => {
  const other = await aCustomer();
  const page = await signedInWith(managerKey);
  await visit(page, '/customers');
  expect(await table(page, 'Customers').getByRole('link').allTextContents()).toEqual([name]);
  allowTrouble(page, /status of 404/);
  await page.goto(`/customers/${other}`);
  await page.getByText('There is no such record').waitFor();
});

test('a manager creates a customer, whose id follows the name, and a double click makes one', async () => {
  const page = await signedIn('csr_manager');
  // It asks whether the id is free, and 404 says that it is.
  allowTrouble(page, /status of 404/);
  await visit(page, '/customers?dialog=new');
  const label = unique('Ärzte Nord');
  await field(page, 'Name').fill(label);
  const id = await field(page, 'Id').inputValue();
  expect(id).toMatch(/^arzte-nord-/);
  await field(page, 'Tier').fill('Regular');
  await page.getByRole('dialog').getByLabel('Time zone').fill('Lisbon');
  await page.getByRole('option', { name: 'Europe/Lisbon' }).click();
  await button(page, 'Create the customer').dblclick();
  await page.waitForURL(new RegExp(`/customers/${id}$`));
  await page.getByRole('heading', { level: 1, name: label }).waitFor();
  const { body } = await ask('GET', `/v1/customers/${id}`);
  expect(body).toMatchObject({ name: label, tier: 'Regular', timeZone: 'Europe/Lisbon', accountManager: null });
  const { body: audit } = await ask<{ items: { action: string }[] }>('GET', `/v1/audit?recordId=${id}`);
  expect(audit.items.map(({ action }) => action)).toEqual(['created']);
});

test('a new customer never replaces one that has its id, and what was typed stays', async () => {
  const page = await signedIn('system_administrator');
  await visit(page, '/customers?dialog=new');
  await field(page, 'Name').fill('Somebody else');
  await field(page, 'Id').fill(customerId);
  await button(page, 'Create the customer').click();
  await page.getByRole('dialog').getByText('is taken: choose another one').first().waitFor();
  expect(await field(page, 'Name').inputValue()).toBe('Somebody else');
  expect((await ask('GET', `/v1/customers/${customerId}`)).body).toMatchObject({ name });
});

test('a new customer whose answer is lost is made by the same click again', async () => {
  const own = unique('lost');
  const page = await signedIn('csr_manager');
  await visit(page, '/customers?dialog=new');
  await field(page, 'Name').fill('Lost and found');
  await field(page, 'Id').fill(own);
  allowTrouble(page, /ERR_FAILED|status of 404/);
  let isLost = false;
  await page.route(`**/v1/customers/${own}`, async (route) => {
    if (isLost || route.request().method() !== 'PUT') return await route.continue();
    isLost = true;
    await route.fetch();
    return await route.abort();
  });
  await button(page, 'Create the customer').click();
  await page.getByRole('dialog').getByText('Allot does not answer').waitFor();
  await button(page, 'Create the customer').click();
  await page.waitForURL(new RegExp(`/customers/${own}$`));
  expect((await ask('GET', `/v1/customers/${own}`)).body).toMatchObject({ name: 'Lost and found' });
});

test('a refused field is marked in the dialog, and the change is saved once it is right', async () => {
  const own = await aCustomer({ tier: 'Old' });
  const page = await signedIn('system_customizer');
  allowTrouble(page, /status of 400/);
  await visit(page, `/customers/${own}?dialog=edit`);
  await field(page, 'Account manager').fill('North desk');
  await field(page, 'E-mail of the account manager').fill('nowhere@x');
  await field(page, 'Tier').fill('New');
  await button(page, 'Save').click();
  await page.getByRole('dialog').getByRole('alert').waitFor();
  expect(await field(page, 'E-mail of the account manager').getAttribute('aria-invalid')).toBe('true');
  await field(page, 'E-mail of the account manager').fill('north@example.com');
  await button(page, 'Save').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByText('New', { exact: true }).waitFor();
  const { body } = await ask('GET', `/v1/customers/${own}`);
  expect(body).toMatchObject({ tier: 'New', accountManager: { name: 'North desk', email: 'north@example.com' } });
});

test('a customer that somebody else changed meanwhile is not replaced unseen', async () => {
  const own = await aCustomer({ name: 'Before', tier: 'Gold' });
  const page = await signedIn('csr_manager');
  await visit(page, `/customers/${own}?dialog=edit`);
  await field(page, 'Name').fill('Mine');
  await ask('PUT', `/v1/customers/${own}`, { type: 'account', name: 'Theirs', tier: 'Platinum' });
  await button(page, 'Save').click();
  await page.getByText('Somebody else changed the customer').waitFor();
  expect((await ask('GET', `/v1/customers/${own}`)).body).toMatchObject({ name: 'Theirs', tier: 'Platinum' });
  expect(await field(page, 'Name').inputValue()).toBe('Mine');
  await button(page, 'Show their version').click();
  expect(await field(page, 'Tier').inputValue()).toBe('Platinum');
  await field(page, 'Name').fill('Mine');
  await button(page, 'Save').click();
  await page.getByRole('heading', { name: 'Mine' }).waitFor();
  expect((await ask('GET', `/v1/customers/${own}`)).body).toMatchObject({ name: 'Mine', tier: 'Platinum' });
});

test('a contact is created and changed beside its customer', async () => {
  const own = await aCustomer();
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 404/);
  await visit(page, `/customers/${own}`);
  await button(page, 'New contact').click();
  await field(page, 'Name').fill('Cold store');
  await button(page, 'Create the contact').click();
  // The list can have the contact before the dialog is closed, and the next one is filled in only then.
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await row(page, 'Contacts', 'Cold store').waitFor();
  await button(page, 'Change Cold store').click();
  await field(page, 'E-mail').fill('cold@example.com');
  await button(page, 'Save').click();
  await row(page, 'Contacts', 'cold@example.com').waitFor();
  const { body } = await ask('GET', `/v1/contacts/${own}-cold-store`);
  expect(body).toMatchObject({ customerId: own, name: 'Cold store', email: 'cold@example.com' });
});

test('a product is created and changed in the list of products', async () => {
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 404/);
  const label = unique('Gateway');
  await visit(page, '/products?dialog=new');
  await field(page, 'Name').fill(label);
  await field(page, 'Family').fill('Hardware');
  await button(page, 'Create the product').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.getByLabel('Search by name or id').fill(label);
  await button(page, label).click();
  await field(page, 'Family').fill('Networks');
  await button(page, 'Save').click();
  await row(page, 'Products', label).getByText('Networks').waitFor();
  const { body } = await ask<{ items: object[] }>('GET', `/v1/products?q=${label}`);
  expect(body.items).toEqual([expect.objectContaining({ name: label, family: 'Networks' })]);
});
