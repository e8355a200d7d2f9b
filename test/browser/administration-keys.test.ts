import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

const statusOf = async (key: string): Promise<number> =>
  (await fetch(`${inject('apiUrl')}/v1/me`, { headers: { authorization: `Bearer ${key}` } })).status;

/** The list shows keys in order of id; a new one may be on any page, so its own row is looked for page by page. */
async function rowOf(page: Page, name: string) {
  const row = page.getByRole('row', { name });
  const next = page.getByRole('button', { name: 'Next page' });
  await page.getByRole('table').waitFor();
  while ((await row.count()) === 0 && (await next.count()) > 0 && (await next.isEnabled())) {
    const before = page.url();
    await next.click();
    await page.waitForURL((url) => url.href !== before);
    await page.getByRole('table').waitFor();
    await page.waitForLoadState('networkidle');
  }
  return row;
}

const secretOn = (page: Page) => page.getByRole('textbox', { name: 'Secret', exact: true });

async function tellsSecret(page: Page): Promise<string> {
  const secret = await secretOn(page).inputValue();
  // Neither Escape nor a click beside it makes the only copy disappear.
  await page.keyboard.press('Escape');
  await secretOn(page).waitFor();
  await page.getByRole('button', { name: 'I have stored it' }).click();
  await secretOn(page).waitFor({ state: 'hidden' });
  expect(page.url()).not.toContain(secret);
  return secret;
}

test('an administrator creates a key, whose secret is shown once, rotates it, and revokes it', async () => {
  const page = await signedIn('system_administrator');
  const name = unique('Helpdesk');
  await page.goto('/administration/api-keys');
  await page.getByRole('button', { name: 'Create a key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Create an API key' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name);
  await dialog.getByRole('combobox', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Viewer' }).click();
  await dialog.getByLabel('Last day').fill('2999-12-31');
  // A double click creates one key.
  await dialog.getByRole('button', { name: 'Create the key' }).dblclick();
  const first = await tellsSecret(page);
  expect(await statusOf(first)).toBe(200);

  await (await rowOf(page, name)).getByText('31 Dec 2999').waitFor();

  await (await rowOf(page, name)).getByRole('button', { name: `Rotate the secret of ${name}` }).click();
  const rotating = page.getByRole('dialog', { name: 'Rotate the secret' });
  await rotating.getByLabel('Hours that the old secret still works').fill('0');
  await rotating.getByRole('button', { name: 'Make a new secret' }).click();
  const second = await tellsSecret(page);
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);

  await (await rowOf(page, name)).getByRole('button', { name: `Revoke ${name}` }).click();
  const revoking = page.getByRole('dialog', { name: 'Revoke the key' });
  await revoking.getByRole('textbox', { name: 'Reason' }).fill('The helpdesk moved');
  await revoking.getByRole('button', { name: 'Revoke the key' }).click();
  await revoking.waitFor({ state: 'hidden' });
  await (await rowOf(page, name)).getByText('revoked').waitFor();
  expect(await statusOf(second)).toBe(401);
  const { body } = await ask<{ items: { action: string; reason: string | null }[] }>(
    'GET',
    `/v1/audit?recordType=api_key&action=revoked&limit=5`,
  );
  expect(body.items.map(({ reason }) => reason)).toContain('The helpdesk moved');
});

test('why a key was refused stands at its field, and what was typed stays', async () => {
  const page = await signedIn('system_administrator');
  allowTrouble(page, /status of 400/);
  await page.goto('/administration/api-keys?dialog=create');
  const dialog = page.getByRole('dialog', { name: 'Create an API key' });
  const name = dialog.getByRole('textbox', { name: 'Name' });
  await name.fill('Геннадий');
  await dialog.getByRole('button', { name: 'Create the key' }).click();
  await dialog.getByRole('alert').waitFor();
  expect(await name.getAttribute('aria-invalid')).toBe('true');
  expect(await name.inputValue()).toBe('Геннадий');
});

test('a role that may not manage keys does not see them, and is told so at their address', async () => {
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 403/);
  await page.goto('/administration');
  await page.getByRole('link', { name: 'Audit' }).waitFor();
  expect(await page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
  await page.goto('/administration/api-keys');
  await page.getByRole('alert').getByText('You may not see this').waitFor();
  expect(await page.getByRole('button', { name: 'Create a key' }).count()).toBe(0);
});
