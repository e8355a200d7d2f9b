import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';
import { aCaseScene, caseNow, leftOf, partOf } from './case-scenes.ts';

const PATH = '/cases/new';

test('while a case is typed, the page says who would pay, what would be left and what is due; then it is recorded once', async () => {
  const scene = await aCaseScene();
  const { customerName, contactName, phoneName, hoursName, phoneId } = scene;
  const page = await signedIn('csr');
  await page.goto(PATH);
  const verdict = partOf(page, 'Who pays for it');
  await verdict.getByText('Choose the customer').waitFor();
  await page.getByRole('combobox', { name: 'Customer' }).fill(customerName);
  await page.getByRole('option', { name: customerName }).click();
  // Without a channel only the entitlement that covers every channel takes it.
  await verdict.getByText('Covered by').waitFor();
  await verdict.getByRole('link', { name: hoursName }).waitFor();
  await page.getByRole('combobox', { name: 'Channel' }).fill('phone');
  await page.getByRole('option', { name: 'phone' }).click();
  await verdict.getByText('It names the channel').waitFor();
  await verdict.getByRole('link', { name: phoneName }).waitFor();
  await verdict.getByText('4 cases').first().waitFor();
  await verdict.getByText(/due in (4 h|3 h 59 min)/).waitFor();
  expect(await leftOf(phoneId)).toBe(5);
  await page.getByRole('combobox', { name: 'Contact' }).fill(contactName);
  await page.getByRole('option', { name: contactName }).click();
  // The address holds what was chosen.
  await page.reload();
  await verdict.getByText('It names the channel').waitFor();
  const id = unique('case');
  await page.getByLabel('Case id').fill(id);
  await page.getByLabel('Title', { exact: true }).fill('The <i>line</i> is dead');
  await page.getByRole('button', { name: 'Record the case' }).dblclick();
  await page.getByRole('heading', { name: 'The <i>line</i> is dead' }).waitFor();
  expect(await caseNow(id)).toMatchObject({ entitlementId: phoneId, contactId: scene.contactId, channel: 'phone' });
  expect(await leftOf(phoneId)).toBe(4);
});

test('a field that is wrong is told at the field, and nothing typed is lost', async () => {
  const { customerId, customerName } = await aCaseScene();
  const page = await signedIn('csr');
  allowTrouble(page, /status of 4\d\d/);
  await page.goto(`${PATH}?customer=${customerId}&channel=phone`);
  // The form is sent only once the customer of the address has been read.
  await expect.poll(() => page.getByRole('combobox', { name: 'Customer' }).inputValue()).toBe(customerName);
  await page.getByLabel('Case id').fill('not an id');
  await page.getByLabel('Title', { exact: true }).fill('Typed once');
  await page.getByRole('button', { name: 'Record the case' }).click();
  await expect.poll(() => page.getByLabel('Case id').getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('Typed once');
});

test('where nothing covers the case, the page says why, and a manager records it by override', async () => {
  const { customerId, hoursId, phoneId, phoneName } = await aCaseScene();
  await ask('POST', `/v1/entitlements/${hoursId}/cancel`, {});
  const id = unique('case');
  const page = await signedIn('csr_manager');
  await page.goto(`${PATH}?customer=${customerId}&channel=email`);
  const verdict = partOf(page, 'Who pays for it');
  await verdict.getByText('Not covered', { exact: true }).waitFor();
  await verdict.getByText('The channel email is not covered.').first().waitFor();
  await page.getByRole('combobox', { name: 'Entitlement' }).click();
  await page.getByRole('option', { name: phoneName }).click();
  await page.getByLabel('Reason for the override').fill('Promised by the sales team');
  await page.getByLabel('Case id').fill(id);
  await page.getByRole('button', { name: 'Record the case by override' }).click();
  await partOf(page, 'Entitlement').getByText('Promised by the sales team').waitFor();
  expect(await caseNow(id)).toMatchObject({ entitlementId: phoneId });
});

test('a viewer cannot record a case', async () => {
  const page = await signedIn('viewer');
  await page.goto(PATH);
  await page.getByText('Your role may not record cases').waitFor();
  expect(await page.getByLabel('Case id').count()).toBe(0);
});
