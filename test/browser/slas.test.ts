import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { anSla } from '../support/slas.ts';
import { unique } from '../support/unique.ts';
import { fact } from './renewal-scenes.ts';

const slaOf = async (id: string) => (await ask<Record<string, unknown>>('GET', `/v1/slas/${id}`)).body;
const NINE_TO_FIVE = [{ from: '09:00', to: '17:00' }];
const calendar = { kind: 'business_hours', timeZone: 'Europe/Berlin', hours: { monday: NINE_TO_FIVE }, holidays: [] };

/** Times as a person types them in the fields of this browser. */
const times = (page: Page, label: string) => ({
  from: page.getByLabel(`${label}, from`, { exact: true }),
  to: page.getByLabel(`${label}, to`, { exact: true }),
});

test('a CSR manager makes a service level with weekly hours, over midnight and with a holiday, by keyboard alone', async () => {
  const page = await signedIn('csr_manager');
  // It looks whether the id is free.
  allowTrouble(page, /status of 404/);
  const [id, name] = [unique('night'), unique('Night')];
  await page.goto('/administration/slas');
  await page.getByRole('link', { name: 'New service level' }).press('Enter');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
  await page.getByRole('textbox', { name: 'Id', exact: true }).fill(id);
  const friday = times(page, 'Friday, span 1');
  await friday.from.fill('22:00');
  await friday.to.fill('06:00');
  await page.getByText('until 06:00 on Saturday').waitFor();
  const add = page.getByRole('button', { name: 'Add hours on Sunday' });
  await add.press('Enter');
  const sunday = times(page, 'Sunday, span 1');
  await expect.poll(() => sunday.from.evaluate((field) => field === document.activeElement)).toBe(true);
  await sunday.from.fill('10:00');
  await sunday.to.fill('00:00');
  await page.getByRole('button', { name: 'Remove Tuesday, span 1' }).press('Enter');
  await expect
    .poll(() =>
      page.getByRole('button', { name: 'Add hours on Tuesday' }).evaluate((one) => one === document.activeElement),
    )
    .toBe(true);
  const holiday = page.getByLabel('Holiday', { exact: true });
  await holiday.fill('2027-12-25');
  await holiday.press('Enter');
  await page.getByRole('list', { name: 'Holidays' }).getByText('25 Dec 2027').waitFor();
  await page.getByRole('button', { name: 'Create the service level' }).press('Enter');
  await page.getByRole('heading', { level: 1, name }).waitFor();
  expect(await slaOf(id)).toMatchObject({
    name,
    firstResponseMinutes: 240,
    resolutionMinutes: null,
    calendar: {
      kind: 'business_hours',
      timeZone: 'UTC',
      hours: {
        monday: NINE_TO_FIVE,
        wednesday: NINE_TO_FIVE,
        thursday: NINE_TO_FIVE,
        friday: [{ from: '22:00', to: '06:00' }],
        sunday: [{ from: '10:00', to: '24:00' }],
      },
      holidays: ['2027-12-25'],
    },
  });
});

test('the preview says when a case of a moment would be due, for hours that are not saved, and the address holds the moment', async () => {
  const id = await anSla({ name: unique('Office'), firstResponseMinutes: 120, resolutionMinutes: 480, calendar });
  const page = await signedIn('viewer');
  await page.goto(`/administration/slas/${id}`);
  // Monday 1 March 2027, an hour before the end of the only service day.
  await page.getByLabel('The case comes in').fill('2027-03-01T16:00');
  const response = fact(page, 'First response due');
  await expect.poll(() => response.textContent()).toMatch(/Monday[, ]+8 March 2027.*10:00/);
  expect(await fact(page, 'Resolution due').textContent()).toMatch(/Monday[, ]+8 March 2027.*16:00/);
  await page.getByRole('button', { name: 'Add hours on Tuesday' }).click();
  await expect.poll(() => response.textContent()).toMatch(/Tuesday[, ]+2 March 2027.*10:00/);
  expect(new URL(page.url()).searchParams.get('at')).toBe('2027-03-01T16:00');
  expect(await slaOf(id)).toMatchObject({ calendar: { hours: { monday: NINE_TO_FIVE } } });
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  await page.reload();
  await expect.poll(() => response.textContent()).toMatch(/8 March 2027/);
});

test('hours that overlap are refused at their field, and nothing that was typed is lost', async () => {
  const id = await anSla({ name: unique('Office'), calendar });
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 400/);
  await page.goto(`/administration/slas/${id}`);
  await page.getByRole('button', { name: 'Add hours on Monday' }).click();
  const second = times(page, 'Monday, span 2');
  await second.from.fill('16:00');
  await second.to.fill('18:00');
  await page.getByText('There is no preview for these hours').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('group', { name: 'Monday' }).getByRole('alert').waitFor();
  expect(await second.from.getAttribute('aria-invalid')).toBe('true');
  expect(await second.to.inputValue()).toBe('18:00');
  await second.from.fill('17:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').filter({ hasText: 'The service level is saved.' }).waitFor();
  expect(await slaOf(id)).toMatchObject({
    calendar: { hours: { monday: [...NINE_TO_FIVE, { from: '17:00', to: '18:00' }] } },
  });
});

test('a new one does not take the id of another, and a service level that somebody else changed is not replaced unseen', async () => {
  const id = await anSla({ name: 'Theirs', calendar });
  const page = await signedIn('csr_manager');
  await page.goto('/administration/slas/new');
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
  await page.getByRole('textbox', { name: 'Id', exact: true }).fill(id);
  await page.getByRole('button', { name: 'Create the service level' }).click();
  await page.getByRole('alert').filter({ hasText: 'There is a record with the id' }).waitFor();
  expect(await slaOf(id)).toMatchObject({ name: 'Theirs' });

  await page.goto(`/administration/slas/${id}`);
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Mine');
  await ask('PUT', `/v1/slas/${id}`, { name: 'Theirs again', calendar });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('alert').filter({ hasText: 'Changed by somebody else' }).waitFor();
  expect(await slaOf(id)).toMatchObject({ name: 'Theirs again' });
  await page.getByRole('button', { name: 'Show their version' }).click();
  expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Theirs again');
});
