import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { aCustomer, aDraft, anActive, ask, attach, entitlement, ledger } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

/** The form of an entitlement, as a CSR manager fills it in. */

const word = unique('word');
let customerId = '';
const customerName = `Kunde ${word}`;
const contactName = `Ada ${word}`;
const productName = `Pumpe ${word}`;
let contactId = '';
let productId = '';

beforeAll(async () => {
  customerId = await aCustomer({ name: customerName, timeZone: 'Asia/Tokyo' });
  [contactId, productId] = [unique('contact'), unique('product')];
  await ask('PUT', `/v1/contacts/${contactId}`, { customerId, name: contactName });
  await ask('PUT', `/v1/products/${productId}`, { name: productName });
});

const field = (page: Page, name: string | RegExp) => page.getByRole('textbox', { name, exact: true });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const idIn = (page: Page) => new URL(page.url()).pathname.split('/')[2] ?? '';
const opened = async (page: Page, id: string) => await page.waitForURL((url) => url.pathname === `/entitlements/${id}`);
/** Waits for the page of the entitlement that was made, and reads it. */
async function madeOn(page: Page): Promise<EntitlementView> {
  await page.waitForURL(/\/entitlements\/ent[^/]*$/);
  return await entitlement(idIn(page));
}
const draftsOf = async (customer: string) =>
  (await ask<{ items: EntitlementView[] }>('GET', `/v1/entitlements?customerId=${customer}`)).body.items;
const edited = (id: string, changes: Record<string, unknown>) => ask('PATCH', `/v1/entitlements/${id}`, changes);

/** Chooses in a picker with the keyboard alone. */
async function pick(page: Page, label: string, text: string, name: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).focus();
  await page.keyboard.type(text);
  await page.getByRole('option', { name }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
}

describe('a new entitlement', () => {
  test('is made from a template with the keyboard, its records picked by name', async () => {
    const page = await signedIn('csr_manager');
    await visit(page, '/entitlements/new?template=silver');
    await pick(page, 'Customer', word, customerName);
    await field(page, 'Name').fill(`Silver ${word}`);
    const cover = button(page, 'Products, contacts and service level');
    await cover.focus();
    await page.keyboard.press('Enter');
    await pick(page, 'Products', word, productName);
    await page.keyboard.press('Escape');
    await pick(page, 'Contacts', 'Ada', contactName);
    await page.keyboard.press('Escape');
    await button(page, 'Save and activate').focus();
    await page.keyboard.press('Enter');
    const made = await madeOn(page);
    expect(made).toMatchObject({
      ...{ status: 'active', name: `Silver ${word}`, customerId, templateId: 'silver', timeZone: 'Asia/Tokyo' },
      ...{ allocationType: 'cases', totalTerm: 100, period: 'year', overage: 'block' },
      ...{ productIds: [productId], contactIds: [contactId] },
    });
    expect(made.channels.map(({ channel, totalTerm }) => [channel, totalTerm])).toEqual([
      ['phone', 100],
      ['email', 100],
    ]);
  });

  test('is made once by a double click; hours, a price and a channel of its own arrive as typed', async () => {
    const customer = await aCustomer();
    const page = await signedIn('csr_manager');
    await visit(page, `/entitlements/new?customer=${customer}`);
    await field(page, 'Name').fill('Hours');
    await page.getByRole('radio', { name: 'Hours' }).check();
    await field(page, 'Total term: hours').fill('12');
    await field(page, 'Total term: minutes').fill('30');
    await page.getByRole('radio', { name: 'Charge' }).check();
    await field(page, 'Price of one hour').fill('89.90');
    await field(page, 'Currency').fill('eur');
    await button(page, 'Channels').click();
    await button(page, 'Add a channel').click();
    await page.getByRole('combobox', { name: 'Channel', exact: true }).click();
    await page.getByRole('option', { name: 'email' }).click();
    await field(page, 'Total of the channel: hours').fill('2');
    await button(page, 'Save').dblclick();
    const made = await madeOn(page);
    expect(made).toMatchObject({
      ...{ status: 'draft', allocationType: 'hours', totalTerm: 750, overage: 'charge', restrict: false },
      overagePrice: { unitPrice: '89.90', currency: 'EUR', billingIncrementMinutes: 1 },
      channels: [{ channel: 'email', totalTerm: 120 }],
    });
    expect(await draftsOf(customer)).toHaveLength(1);
  });

  test('shows a refusal at its field, in the section that was folded', async () => {
    const page = await signedIn('csr_manager');
    allowTrouble(page, /status of 400/);
    await visit(page, `/entitlements/new?customer=${customerId}`);
    await button(page, 'Save').click();
    await page.getByText('Give it a name.').waitFor();
    expect(await field(page, 'Name').evaluate((node) => node === document.activeElement)).toBe(true);
    await field(page, 'Name').fill('Refused');
    await field(page, 'Total term').fill('10');
    await button(page, 'Channels').click();
    await button(page, 'Add a channel').click();
    await page.getByRole('combobox', { name: 'Channel', exact: true }).click();
    await page.getByRole('option', { name: 'phone' }).click();
    await field(page, 'Total of the channel').fill('11');
    await button(page, 'Channels').click();
    await button(page, 'Save').click();
    const refused = field(page, 'Total of the channel');
    await refused.waitFor();
    await expect.poll(() => refused.getAttribute('aria-invalid')).toBe('true');
    expect(await refused.evaluate((node) => node === document.activeElement)).toBe(true);
    await page.getByText("The total of phone is above the entitlement's total of 10.").first().waitFor();
  });

  test('keeps what was typed through a lost answer and a reload, and is still made once', async () => {
    const customer = await aCustomer();
    const page = await signedIn('csr_manager');
    allowTrouble(page, /ERR_FAILED/);
    await visit(page, `/entitlements/new?customer=${customer}`);
    await field(page, 'Name').fill('Before');
    await field(page, 'Total term').fill('10');
    const lose = { times: 1 };
    await page.route(
      '**/v1/entitlements',
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      lose,
    );
    await button(page, 'Save').click();
    await page.getByText('Allot does not answer').waitFor();
    expect(await draftsOf(customer)).toHaveLength(1);
    await page.reload();
    await page.getByText('Your unsaved changes are here again').waitFor();
    expect(await field(page, 'Name').inputValue()).toBe('Before');
    await field(page, 'Name').fill('After');
    await button(page, 'Save').click();
    expect(await madeOn(page)).toMatchObject({ name: 'After', totalTerm: 10, status: 'draft' });
    expect(await draftsOf(customer)).toHaveLength(1);
  });
});

describe('a change of a draft', () => {
  test('meets another person’s change: shows what differs, takes theirs or mine, and loses neither', async () => {
    const draft = await aDraft(customerId, { name: 'First', tier: 'Bronze', owner: 'Olga', totalTerm: 10 });
    const page = await signedIn('csr_manager');
    await visit(page, `/entitlements/${draft.id}/edit`);
    await field(page, 'Name').fill('Mine');
    await field(page, 'Tier').fill('Gold');
    await edited(draft.id, { name: 'Theirs', tier: 'Silver', owner: 'Omar' });
    await button(page, 'Save').click();
    await page.getByText('Somebody else changed this entitlement meanwhile').waitFor();
    await page.getByText(/taken over: Owner \(Omar\)/).waitFor();
    expect(await entitlement(draft.id)).toMatchObject({ name: 'Theirs' });
    await page.getByRole('radio', { name: 'Tier: take theirs, Silver' }).check();
    await button(page, 'Go on with these values').click();
    await button(page, 'Save').click();
    await opened(page, draft.id);
    expect(await entitlement(draft.id)).toMatchObject({ name: 'Mine', tier: 'Silver', owner: 'Omar' });
  });

  test('is warned of before it is left, and is there again on the way back', async () => {
    const draft = await aDraft(customerId, { name: 'First' });
    const page = await signedIn('csr_manager');
    await visit(page, `/entitlements/${draft.id}/edit`);
    await field(page, 'Owner').fill('Olga');
    await page.getByRole('link', { name: 'Cases' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay' }).click();
    expect(await field(page, 'Owner').inputValue()).toBe('Olga');
    await page.getByRole('link', { name: 'Cases' }).click();
    await dialog.getByRole('button', { name: 'Leave and keep them' }).click();
    await page.getByRole('heading', { name: 'Cases' }).waitFor();
    await page.goBack();
    await page.getByText('Your unsaved changes are here again').waitFor();
    expect(await field(page, 'Owner').inputValue()).toBe('Olga');
    await button(page, 'Discard them').click();
    await expect.poll(() => field(page, 'Owner').inputValue()).toBe('');
  });
});

describe('an active entitlement', () => {
  const aDefault = async (more: Record<string, unknown> = {}) => {
    const active = await anActive(await aCustomer(), { totalTerm: 10, ...more });
    expect((await attach(active)).status).toBe(201);
    expect((await ask('POST', `/v1/entitlements/${active.id}/set-default`)).status).toBe(200);
    return active;
  };
  const kinds = async (id: string) => (await ledger(id)).map(({ kind }) => kind).slice(-3);

  test('is deactivated, changed and activated in one step; what was used stays used', async () => {
    const { id } = await aDefault();
    const page = await signedIn('csr_manager');
    await visit(page, `/entitlements/${id}/edit`);
    await page.getByText('The case that is open under it can still be resolved').waitFor();
    await field(page, 'Total term').fill('50');
    await button(page, 'Save the changes …').click();
    await page.getByRole('textbox', { name: 'Reason' }).fill('More cases');
    await button(page, 'Deactivate, save and activate').click();
    await opened(page, id);
    expect(await entitlement(id)).toMatchObject({
      ...{ status: 'active', totalTerm: 50, remainingTerm: 49, openCases: 1, isDefault: true },
    });
    expect(await kinds(id)).toEqual(['deactivated', 'edited', 'activated']);
  });

  test('says where it stands when a step is refused, keeps what was typed over a reload, and goes on', async () => {
    const { id } = await aDefault();
    const page = await signedIn('csr_manager');
    allowTrouble(page, /status of 409/);
    await visit(page, `/entitlements/${id}/edit`);
    await page.getByRole('radio', { name: 'Unlimited' }).check();
    await field(page, 'Owner').fill('Olga');
    await button(page, 'Save the changes …').click();
    await button(page, 'Deactivate, save and activate').click();
    await page.getByText('It is a draft now and does not have your changes').waitFor();
    await page.getByText('Cases have attached: allocationType can no longer change.').first().waitFor();
    expect(await entitlement(id)).toMatchObject({ status: 'draft', allocationType: 'cases' });
    await page.reload();
    await page.getByText('You deactivated this entitlement to change it').waitFor();
    expect(await field(page, 'Owner').inputValue()).toBe('Olga');
    await page.getByRole('radio', { name: 'Cases', exact: true }).check();
    await field(page, 'Total term').fill('20');
    await button(page, 'Save and activate').click();
    await opened(page, id);
    expect(await entitlement(id)).toMatchObject({
      ...{ status: 'active', owner: 'Olga', totalTerm: 20, remainingTerm: 19, isDefault: true },
    });
  });
});
