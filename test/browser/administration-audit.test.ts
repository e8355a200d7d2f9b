import { expect, test } from 'vitest';
import { aCustomer, ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';

const HOSTILE = '<img src=x onerror=alert(1)>';

test('the audit of a record is filtered, linked and shown field by field', async () => {
  const customerId = await aCustomer({ name: 'Before' });
  await ask('PUT', `/v1/customers/${customerId}?reason=${encodeURIComponent(HOSTILE)}`, {
    type: 'account',
    name: HOSTILE,
  });
  const page = await signedIn('csr_manager');
  await page.goto('/administration/audit');
  await page.getByRole('combobox', { name: 'Record', exact: true }).fill(customerId);
  await page.waitForURL(/record=/);
  await page.getByText('2 shown, all there are').waitFor();
  expect(await page.getByRole('row', { name: /Created|Updated/ }).count()).toBe(2);
  await page.getByRole('combobox', { name: 'Action' }).fill('updated');
  await page.waitForURL(/action=updated/);
  await page.getByRole('row', { name: /Created/ }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Show what changed: Updated' }).click();
  const dialog = page.getByRole('dialog', { name: 'What changed' });
  const name = dialog.getByRole('row', { name: /^name/ });
  await name.waitFor();
  expect(await name.getByRole('cell').allTextContents()).toEqual(['name', 'Before', HOSTILE]);
  // The same address shows the same.
  await page.reload();
  await dialog.getByText(`Reason: ${HOSTILE}`).waitFor();
});

test('days are those of the person at the screen, and nothing found says so', async () => {
  const customerId = await aCustomer();
  const page = await signedIn('csr_manager', { timeZone: 'Pacific/Kiritimati' });
  const asked = page.waitForRequest((request) => request.url().includes('/v1/audit'));
  await page.goto(`/administration/audit?record=${customerId}&since=2020-01-01&until=2020-01-02`);
  const { searchParams } = new URL((await asked).url());
  expect([searchParams.get('since'), searchParams.get('until')]).toEqual([
    '2019-12-31T10:00:00.000Z',
    '2020-01-02T10:00:00.000Z',
  ]);
  await page.getByText('No entry matches').waitFor();
});
