import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn, signedInWith } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { aKey } from '../support/callers.ts';
import { unique } from '../support/unique.ts';
import { soon } from '../support/waiting.ts';
import { aCaseByPhone, aCaseScene, caseNow, chooseCommand, leftOf, partOf } from './case-scenes.ts';

test('the list is filtered, ordered and searched, and its address opens the same list', async () => {
  const scene = await aCaseScene();
  const { customerId, customerName, hoursName, phoneName } = scene;
  const first = await aCaseByPhone(scene, { title: `First ${customerId}` });
  await soon(async () => {
    const { body } = await ask<{ items: { nextDue: unknown }[] }>('GET', `/v1/cases?customerId=${customerId}`);
    if (body.items[0]?.nextDue === null) throw new Error('its clocks are not on record yet');
  });
  const second = unique('case');
  await ask('POST', '/v1/cases', { id: second, customerId, channel: 'email', title: `Second ${customerId}` });
  const page = await signedIn('viewer');
  await page.goto(`/cases?customer=${customerId}`);
  const rows = page.getByRole('table').getByRole('row');
  await page.getByRole('link', { name: `Second ${customerId}` }).waitFor();
  await rows.nth(1).getByText(hoursName).waitFor();
  await rows.nth(2).getByText(phoneName).waitFor();
  await rows.nth(2).getByRole('link', { name: customerName }).waitFor();
  await page.getByRole('columnheader', { name: 'Due next' }).waitFor();
  await rows.nth(2).getByText('First response due in 3 hours').waitFor();
  await rows.nth(2).getByText('in progress').waitFor();
  await page.getByRole('button', { name: 'Recorded' }).click();
  await expect.poll(() => rows.nth(1).textContent()).toContain(`First ${customerId}`);
  await ask('POST', `/v1/cases/${first}/resolve`, {});
  await page.getByText('resolved', { exact: true }).first().click();
  await expect.poll(() => rows.count()).toBe(2);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    customer: customerId,
    status: 'resolved',
    sort: 'createdAt',
  });
  await page.reload();
  await page.getByRole('link', { name: `First ${customerId}` }).waitFor();
  expect(await rows.count()).toBe(2);
  await page.getByLabel('Search by title or id').fill(second);
  await page.getByRole('link', { name: `Second ${customerId}` }).waitFor();
  // A viewer is offered nothing that a viewer may not do.
  expect(await page.getByRole('link', { name: 'New case' }).count()).toBe(0);
  await page.getByRole('link', { name: `Second ${customerId}` }).click();
  await page.getByRole('heading', { name: `Second ${customerId}` }).waitFor();
  expect(await page.getByRole('button', { name: /Resolve|More/ }).count()).toBe(0);
});

test('the list with its filters becomes a file, and so does the list of customers', async () => {
  const scene = await aCaseScene();
  const title = `Filed ${scene.customerId}`;
  const id = await aCaseByPhone(scene, { title });
  const page = await signedIn('viewer');
  const rowsOf = async (path: string) => {
    await page.goto(path);
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    const download = await downloading;
    const rows = parse(await readFile(await download.path(), 'utf8'), { columns: true, bom: true });
    return { file: download.suggestedFilename(), rows: rows as Record<string, string>[] };
  };
  const cases = await rowsOf(`/cases?customer=${scene.customerId}`);
  expect([cases.file, cases.rows.length]).toEqual(['cases.csv', 1]);
  expect(cases.rows[0]).toMatchObject({ id, title });
  const customers = await rowsOf(`/customers?q=${encodeURIComponent(scene.customerName)}`);
  expect([customers.file, customers.rows.length]).toEqual(['customers.csv', 1]);
  expect(customers.rows[0]).toMatchObject({ id: scene.customerId, name: scene.customerName });
});

test('of a case with a long ledger the newest rows are shown, and the page says that there are more', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene, {});
  const events = Array.from({ length: 101 }, (_, n) => ({
    kind: n % 2 === 0 ? 'cancel' : 'reactivate',
    key: unique('key'),
    caseId: id,
  }));
  await ask('POST', '/v1/case-events', { events });
  const page = await signedIn('viewer');
  await page.goto(`/cases/${id}`);
  const took = partOf(page, 'What it took');
  await took.getByText('These are the newest 100 rows.').waitFor();
  // The last event canceled the case.
  await took.getByRole('row').nth(1).getByText('canceled', { exact: false }).waitFor();
  expect(await took.getByRole('row').count()).toBe(101);
});

test('a case says why it has its entitlement, who was passed over, what is due and what it took', async () => {
  const { customerId, phoneName, hoursName } = await aCaseScene();
  const id = unique('case');
  await ask('POST', '/v1/cases', { id, customerId, channel: 'phone' });
  const page = await signedIn('csr');
  await page.goto(`/cases/${id}`);
  const entitlement = partOf(page, 'Entitlement');
  await entitlement.getByRole('link', { name: phoneName }).waitFor();
  await entitlement.getByText('It names the channel').waitFor();
  await entitlement.getByText('Passed over').waitFor();
  await entitlement.getByRole('link', { name: hoursName }).waitFor();
  const level = partOf(page, 'Service level');
  await level.getByText('due in 3 h 59 min').waitFor();
  await level
    .getByText(/Europe\/Berlin/)
    .first()
    .waitFor();
  const ledger = partOf(page, 'What it took').getByRole('row');
  await expect.poll(() => ledger.count()).toBe(2);
  expect(await ledger.nth(1).textContent()).toMatch(/Attached.*-1 case.*4 cases/);
});

test('a due time that has passed says by how much', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  const page = await signedIn('csr');
  await page.clock.install({ time: Date.now() + 5 * 3_600_000 });
  await page.goto(`/cases/${id}`);
  await page.getByText(/overdue by (59 min|1 h)/).waitFor();
  await page.clock.runFor('10:00');
  await page.getByText(/overdue by 1 h (9|1[0-2]) min/).waitFor();
  expect(await page.getByText(/due in 2 h (4[7-9]|50) min/).count()).toBe(1);
});

test('an agent resolves a case, reactivates and cancels it, and the ledger follows', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  const page = await signedIn('csr');
  await page.goto(`/cases/${id}`);
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await page.getByRole('dialog').getByLabel('Time spent, in minutes').fill('45');
  await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).dblclick();
  await page.getByRole('button', { name: 'Reactivate' }).waitFor();
  expect(await caseNow(id)).toMatchObject({ status: 'resolved', minutes: 45 });
  await page.getByRole('button', { name: 'Reactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reactivate' }).click();
  await page.getByRole('button', { name: 'Cancel the case' }).click();
  await page.getByRole('dialog').getByText('goes back to its entitlement').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the case' }).click();
  const ledger = partOf(page, 'What it took');
  await ledger.getByText('Canceled').waitFor();
  // A double click has resolved it once.
  expect(await ledger.getByText('Resolved').count()).toBe(1);
  expect([await leftOf(scene.phoneId), (await caseNow(id)).status]).toEqual([5, 'canceled']);
});

test('an agent moves a case, and sees what refuses it', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  const page = await signedIn('csr');
  await page.goto(`/cases/${id}`);
  await chooseCommand(page, /^Move to another/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: scene.hoursName }).check();
  await dialog.getByRole('button', { name: 'Move' }).click();
  const entitlement = partOf(page, 'Entitlement');
  await entitlement.getByText('Moved from').waitFor();
  expect([(await caseNow(id)).entitlementId, await leftOf(scene.phoneId)]).toEqual([scene.hoursId, 5]);
  await chooseCommand(page, /^Change contact/);
  await dialog.getByRole('combobox', { name: 'Channel' }).fill('email');
  await page.getByRole('option', { name: 'email' }).click();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await partOf(page, 'Case').getByText('email').waitFor();
  // The other one does not cover e-mail, and an agent may not override.
  await chooseCommand(page, /^Move to another/);
  await dialog.getByText('The channel email is not covered.').waitFor();
  expect(await dialog.getByRole('radio', { name: scene.phoneName }).isDisabled()).toBe(true);
});

test('a manager overrides with a reason, lets a case take nothing, and takes it off', async () => {
  const scene = await aCaseScene();
  const { customerId, phoneId, phoneName } = scene;
  const id = unique('case');
  await ask('POST', '/v1/cases', { id, customerId, channel: 'email' });
  const page = await signedIn('csr_manager');
  await page.goto(`/cases/${id}`);
  await chooseCommand(page, /^Move to another/);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: phoneName }).check();
  await dialog.getByText('The channel email is not covered.').last().waitFor();
  await dialog.getByLabel('Reason for the override').fill('The line was down <b>all day</b>');
  await dialog.getByRole('button', { name: 'Move' }).click();
  const entitlement = partOf(page, 'Entitlement');
  await entitlement.getByText('The line was down <b>all day</b>').waitFor();
  await entitlement.getByText('Set aside by override: channel not covered').waitFor();
  expect(await leftOf(phoneId)).toBe(4);
  await chooseCommand(page, /^Let it take nothing/);
  await dialog.getByLabel('Reason').fill('Our own mistake');
  await dialog.getByRole('button', { name: 'Let it take nothing' }).click();
  await page.getByText('no: it takes nothing from its entitlement').waitFor();
  expect(await leftOf(phoneId)).toBe(5);
  await chooseCommand(page, /^Let it count again/);
  await dialog.getByRole('button', { name: 'Let it count' }).click();
  await page.getByText('no: it takes nothing').waitFor({ state: 'hidden' });
  await chooseCommand(page, /^Count it now/);
  await dialog.getByRole('button', { name: 'Count it' }).click();
  await partOf(page, 'What it took').getByText('Counted on request').waitFor();
  expect(await leftOf(phoneId)).toBe(4);
  await chooseCommand(page, /^Take off/);
  await dialog.getByRole('button', { name: 'Take it off' }).click();
  await entitlement.getByText('Why none').waitFor();
  expect([(await caseNow(id)).entitlementId, await leftOf(phoneId)]).toEqual([null, 5]);
});

test('a dialog opens with what the case is now, and sends only what was changed in it', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene, { minutes: 10 });
  const page = await signedIn('csr');
  await page.goto(`/cases/${id}`);
  const dialog = page.getByRole('dialog');
  await chooseCommand(page, /^Change contact/);
  await ask('PATCH', `/v1/cases/${id}`, { contactId: scene.contactId });
  await dialog.getByLabel('Time spent, in minutes').fill('25');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('group', { name: 'Case', exact: true }).getByText('25 min').waitFor();
  expect(await caseNow(id)).toMatchObject({ contactId: scene.contactId, minutes: 25 });
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  expect(await dialog.getByLabel('Time spent, in minutes').inputValue()).toBe('25');
  await dialog.getByRole('button', { name: 'Resolve' }).click();
  await page.getByRole('button', { name: 'Reactivate' }).waitFor();
  expect(await caseNow(id)).toMatchObject({ status: 'resolved', minutes: 25 });
});

test('what was typed in a dialog is kept when the key is revoked meanwhile', async () => {
  const scene = await aCaseScene();
  const id = await aCaseByPhone(scene);
  const { key, id: keyId } = await aKey('csr_manager');
  const page = await signedInWith(key);
  allowTrouble(page, /status of 401/);
  await page.goto(`/cases/${id}`);
  await chooseCommand(page, /^Let it take nothing/);
  await page.getByLabel('Reason').fill('A long reason that nobody wants to type twice');
  await ask('POST', `/v1/api-keys/${keyId}/revoke`, {});
  await page.getByRole('button', { name: 'Let it take nothing' }).click();
  await page.getByText('Sign in again to go on where you were').waitFor();
  await page.getByLabel('API key').fill((await aKey('csr_manager')).key);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText('Sign in again to go on where you were').waitFor({ state: 'hidden' });
  expect(await page.getByLabel('Reason').inputValue()).toBe('A long reason that nobody wants to type twice');
  await page.getByRole('button', { name: 'Let it take nothing' }).click();
  await page.getByText('no: it takes nothing from its entitlement').waitFor();
  expect(await leftOf(scene.phoneId)).toBe(5);
});
