import { expect, test } from 'vitest';
import { aCustomer } from '../support/api-client.ts';
import { openTab, signedIn } from '../support/browser.ts';
import { settled, visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

/** Loading, offline, refused, absent: each is a state that says what happened and what to do. */

test('while a list is read, it says that it is loading, and nothing of the page moves when it arrives', async () => {
  const page = await signedIn('viewer');
  let answer: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route('**/v1/customers?*', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/customers');
  await page.getByRole('status', { name: 'Loading' }).waitFor();
  const before = await page.getByRole('heading', { level: 1 }).boundingBox();
  answer();
  await settled(page);
  expect(await page.getByRole('heading', { level: 1 }).boundingBox()).toEqual(before);
});

test('without a connection a list says so, and shows its rows once it is back', async () => {
  const name = unique('Back again');
  const customerId = await aCustomer({ name });
  const page = await signedIn('csr_manager');
  await visit(page, '/customers');
  allowTrouble(page, /ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(true);
  await page.getByRole('searchbox', { name: 'Search by name or id' }).fill(name);
  await page.getByRole('alert').getByText('Allot does not answer', { exact: true }).waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  const row = page.getByRole('link', { name });
  await row.waitFor();
  expect(await row.getAttribute('href')).toContain(customerId);
});

test('a page whose files cannot be loaded says so inside the frame, with a way on', async () => {
  const page = await signedIn('csr_manager', { firstVisit: true });
  await visit(page, '/customers');
  allowTrouble(page, /ERR_INTERNET_DISCONNECTED|could not be loaded/);
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Administration' }).click();
  await page.getByText('could not be loaded').waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Administration' }).waitFor();
  expect(new URL(page.url()).pathname).toBe('/administration');
});

test('a key that is revoked leads to the sign-in, at the same address', async () => {
  const page = await signedIn('viewer');
  await visit(page, '/entitlements?view=active');
  allowTrouble(page, /status of 401/);
  await page.route('**/v1/entitlements?*', (route) =>
    route.fulfill({
      status: 401,
      contentType: 'application/problem+json',
      body: JSON.stringify({ code: 'unauthenticated', detail: 'The key is not known.', status: 401 }),
    }),
  );
  await page.getByRole('radiogroup', { name: 'View' }).getByText('Draft').click();
  await page.getByLabel('API key').waitFor();
  expect(new URL(page.url()).pathname).toBe('/entitlements');
});

test('what the role may not see says so, and offers no way round', async () => {
  const page = await signedIn('csr');
  allowTrouble(page, /status of 403/);
  await page.goto('/administration/audit');
  await page
    .getByText(/may not/i)
    .first()
    .waitFor();
  expect(await page.getByRole('table').count()).toBe(0);
});

test('a record that is not there says so', async () => {
  const page = await signedIn('viewer');
  allowTrouble(page, /status of 404/);
  await page.goto('/entitlements/none-of-this-name');
  await page.getByText('There is no such record').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
});

test('an address that leads nowhere says so', async () => {
  const page = await signedIn('viewer');
  await page.goto('/no/such/page');
  await page.getByText('There is no page at this address').waitFor();
  expect(await page.getByRole('link', { name: 'Go to the home page' }).count()).toBe(1);
});

test('nobody sees a page without signing in', async () => {
  const page = await openTab();
  await page.goto('/entitlements');
  await page.getByLabel('API key').waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
});
