import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { aCustomer, anActive, ask, entitlement } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { settled, visit } from '../support/browser-layout.ts';
import { unique } from '../support/unique.ts';

/** The whole life of a contract without a pointer. The steps share one page and follow each other in this order. */

/** More stops than any page has. */
const MOST_STOPS = 120;

/** Presses Tab until the control has the focus. A control that Tab does not reach fails the test. */
async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor();
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    if (await control.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${control}`);
}

/** Whether the browser draws something around the control that has the focus. */
const focusIsSeen = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const focused = document.activeElement;
    if (focused === null || focused === document.body) return false;
    const { outlineStyle, outlineWidth } = getComputedStyle(focused);
    return outlineStyle !== 'none' && outlineWidth !== '0px';
  });

async function press(page: Page, control: Locator): Promise<void> {
  await tabTo(page, control);
  expect(await focusIsSeen(page), `the focus is seen on ${control}`).toBe(true);
  await page.keyboard.press('Enter');
}

/** Chooses an option of a field that lists records or words. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  await tabTo(page, page.getByRole('combobox', { name: label }).first());
  await page.keyboard.type(text);
  const option = page.getByRole('option', { name: text, exact: true });
  await option.waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await option.waitFor({ state: 'hidden' });
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

let name: string;
let customerId: string;
let caseId: string;
beforeAll(async () => {
  name = unique('Keyboard');
  caseId = unique('case');
  customerId = await aCustomer({ name });
});

async function findCustomer(page: Page): Promise<void> {
  await page.keyboard.press('Control+K');
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
  await page.keyboard.type(name);
  await page.getByRole('option').getByText(name, { exact: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

async function writeFromSilver(page: Page): Promise<string> {
  await press(page, link(page, 'New entitlement'));
  await page.getByRole('heading', { level: 1, name: 'New entitlement' }).waitFor();
  await choose(page, 'Start from the template', 'Silver');
  await press(page, button(page, 'Save and activate'));
  await button(page, 'Deactivate').waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

async function attachCase(page: Page): Promise<void> {
  await press(page, link(page, name));
  await press(page, link(page, 'New case'));
  await choose(page, 'Channel', 'email');
  await tabTo(page, page.getByLabel('Case id'));
  await page.keyboard.type(caseId);
  await press(page, button(page, 'Record the case'));
  await page.getByText('Why this one').waitFor();
}

async function cancelAndRenew(page: Page, id: string): Promise<void> {
  await press(page, page.getByRole('main').locator(`a[href="/entitlements/${id}"]`).first());
  await press(page, button(page, 'Cancel'));
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.getByRole('textbox', { name: 'Reason' }));
  await page.keyboard.type('The customer moves to other terms.');
  await press(page, dialog.getByRole('button', { name: 'Cancel the entitlement' }));
  await dialog.waitFor({ state: 'detached' });
  await press(page, button(page, 'Renew'));
  await press(page, dialog.getByRole('button', { name: 'Make the successor' }));
  await page.waitForURL((url) => !url.pathname.endsWith(id));
}

test('finds a customer, writes and activates an entitlement, attaches a case, sees why, and renews', async () => {
  // The form begins with the person's own day; the contract's day is that of UTC.
  const page = await signedIn('csr_manager', { timeZone: 'UTC' });
  await visit(page, '/');
  await findCustomer(page);
  const id = await writeFromSilver(page);
  expect(await entitlement(id)).toMatchObject({ customerId, status: 'active', totalTerm: 100 });
  await attachCase(page);
  expect((await ask('GET', `/v1/cases/${caseId}`)).body).toMatchObject({ entitlementId: id, channel: 'email' });
  await cancelAndRenew(page, id);
  const { renewedById, status } = await entitlement(id);
  expect(status).toBe('canceled');
  expect(page.url()).toContain(String(renewedById));
});

test('amends a contract, in a section that was folded, as its preview shows', async () => {
  const made = await anActive(customerId, { name: unique('Amended') });
  const page = await signedIn('csr_manager');
  await visit(page, `/entitlements/${made.id}`);
  await press(page, button(page, 'Amend'));
  const dialog = page.getByRole('dialog');
  await press(page, dialog.getByRole('button', { name: 'Tier and priority' }));
  await tabTo(page, dialog.getByRole('textbox', { name: 'Tier' }));
  await page.keyboard.type('Gold');
  await tabTo(page, dialog.getByRole('textbox', { name: 'Reason' }));
  await page.keyboard.type('They grew.');
  await press(page, dialog.getByRole('button', { name: 'Show what it would do' }));
  const shown = dialog.getByRole('status', { name: 'What it would do' });
  await shown.getByRole('row', { name: 'Tier none Gold' }).waitFor();
  await press(page, dialog.getByRole('button', { name: 'Amend', exact: true }));
  await dialog.waitFor({ state: 'detached' });
  expect(await entitlement(made.id)).toMatchObject({ tier: 'Gold' });
});

test('the first stop of each page jumps over the menu, and a dialog gives the focus back', async () => {
  const page = await signedIn('csr_manager');
  await visit(page, '/customers');
  await page.keyboard.press('Tab');
  expect(
    await page.getByRole('link', { name: 'Skip to the content' }).evaluate((one) => one === document.activeElement),
  ).toBe(true);
  await page.keyboard.press('Enter');
  await press(page, button(page, 'New customer'));
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await settled(page);
  expect(await button(page, 'New customer').evaluate((one) => one === document.activeElement)).toBe(true);
});
