import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

const channelsNow = async (): Promise<string[]> =>
  (await ask<{ channels: string[] }>('GET', '/v1/settings')).body.channels;

const channelsField = (page: Page) => page.getByRole('combobox', { name: 'Channels' });
const save = (page: Page) => page.getByRole('button', { name: 'Save the settings' });

async function addChannel(page: Page, channel: string): Promise<void> {
  await channelsField(page).fill(channel);
  await page.keyboard.press('Enter');
}

test('a change is saved with its reason, and only the changed fields are sent', async () => {
  const page = await signedIn('system_customizer');
  const channel = unique('desk').toLowerCase();
  await page.goto('/administration/settings');
  await addChannel(page, channel);
  await page.getByText('Not saved yet').waitFor();
  await page.getByRole('textbox', { name: 'Reason' }).fill('A new desk');
  const sent = page.waitForRequest((request) => request.method() === 'PUT');
  await save(page).click();
  expect(Object.keys((await sent).postDataJSON())).toEqual(['channels']);
  await page.getByText('All saved').waitFor();
  expect(await channelsNow()).toContain(channel);
  await page.reload();
  await page.getByText(channel, { exact: true }).waitFor();
});

test('nothing that was typed is lost while the connection is', async () => {
  const page = await signedIn('system_customizer');
  allowTrouble(page, /ERR_INTERNET_DISCONNECTED/);
  const channel = unique('desk').toLowerCase();
  await page.goto('/administration/settings');
  await addChannel(page, channel);
  await page.context().setOffline(true);
  await save(page).click();
  await page.getByText('Allot does not answer').first().waitFor();
  await page.getByText(channel, { exact: true }).waitFor();
  await page.context().setOffline(false);
  await save(page).click();
  await page.getByText('All saved').waitFor();
  expect(await channelsNow()).toContain(channel);
});

test('when somebody else changed the same field meanwhile, the person decides whose stands', async () => {
  const page = await signedIn('system_customizer');
  const [mine, theirs] = [unique('mine').toLowerCase(), unique('theirs').toLowerCase()];
  await page.goto('/administration/settings');
  await addChannel(page, mine);
  await ask('PUT', '/v1/settings', { channels: [...(await channelsNow()), theirs] });
  await save(page).click();
  await page.getByRole('alert').getByText('Somebody else changed the channels since').waitFor();
  expect(await channelsNow()).not.toContain(mine);
  await page.getByRole('button', { name: 'Show their version' }).click();
  await page.getByText(theirs, { exact: true }).waitFor();
  expect(await page.getByText(mine, { exact: true }).count()).toBe(0);
  await addChannel(page, mine);
  await save(page).click();
  await page.getByText('All saved').waitFor();
  expect(await channelsNow()).toEqual(expect.arrayContaining([mine, theirs]));
});

test('a role that may not change the settings reads them', async () => {
  const page = await signedIn('viewer');
  await page.goto('/administration/settings');
  await page.getByText('Your role may read the settings').waitFor();
  expect(await channelsField(page).isDisabled()).toBe(true);
  expect(await save(page).count()).toBe(0);
});
