import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { anActive, ask } from '../support/api-client.ts';
import { signedIn, signedInWith } from '../support/browser.ts';
import { visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';
import { aWorld, type World } from './world.ts';

/** Reports: charts and tables whose figures are the API's, and lead to the rows that they are made of. */

let world: World;
let name: string;
beforeAll(async () => {
  const tag = unique('Rep').replace('-', '');
  world = await aWorld({ tag, text: (what) => ` ${what}` });
  name = `${tag} entitlement`;
});

const table = (page: Page, title: string) => page.getByRole('table', { name: title, exact: true });
const row = (page: Page, title: string, text: string) => table(page, title).getByRole('row', { name: text });

test('the page of reports leads to each of them', async () => {
  const page = await signedIn('viewer');
  await visit(page, '/reports');
  for (const title of [
    'Near depletion',
    'About to expire',
    'Utilisation',
    'High-touch customers',
    'Renewals by stage',
    'Overrides and overages',
  ]) {
    await page.getByRole('link', { name: title, exact: true }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    expect(await page.title()).toContain(title);
    await page.goBack();
  }
});

test('each report shows the rows that the API answers, as a chart and as a table', async () => {
  const page = await signedInWith(world.managerKey);
  for (const [path, title, chart] of [
    ['near-depletion?threshold=0', 'Near depletion', 'figure'],
    ['expiring', 'About to expire', 'img'],
    ['utilisation', 'Utilisation', 'figure'],
    ['high-touch', 'High-touch customers', 'figure'],
    ['renewals', 'Renewals by stage', 'img'],
    ['overrides', 'Overrides and overages', 'img'],
  ] as const) {
    await visit(page, `/reports/${path}`);
    await row(page, title, world.tag).first().waitFor();
    const { body } = await ask<{ items: unknown[] }>('GET', `/v1/reports/${path}`, undefined, {
      headers: { authorization: `Bearer ${world.managerKey}` },
    });
    expect([path, await table(page, title).locator('tbody tr').count()]).toEqual([path, body.items.length]);
    const isChart = { name: chart === 'img' ? /table below/ : /by/ };
    expect([path, await page.locator('main').getByRole(chart, isChart).count()]).toEqual([path, 1]);
  }
});

test('a figure leads to the ledger rows that it is made of, and these add up to it', async () => {
  const page = await signedInWith(world.managerKey);
  await visit(page, '/reports/near-depletion?threshold=0');
  const used = row(page, 'Near depletion', name)
    .getByRole('link', { name: /^\d+ cases?: rows of/ })
    .first();
  const figure = (await used.textContent()) ?? '';
  await used.click();
  await page.getByRole('status').getByText('rows').waitFor();
  expect(await page.getByRole('status').textContent()).toContain(`used ${figure}.`);
  await page.getByRole('link', { name }).waitFor();
});

test('the cases of a customer lead to its entitlements, and those to the first row of each case', async () => {
  const page = await signedIn('csr_manager');
  await visit(page, `/reports/utilisation?customer=${world.customerId}`);
  await row(page, 'Utilisation', world.tag)
    .getByRole('link', { name: /^\d+: rows of/ })
    .first()
    .click();
  await page.waitForURL(/by=entitlement/);
  const cases = row(page, 'Utilisation', name)
    .getByRole('link', { name: /^\d+: rows of/ })
    .first();
  const count = await cases.textContent();
  await cases.click();
  await page.waitForURL(/rows=cases/);
  await page.getByRole('status').getByText('rows').waitFor();
  expect(await page.getByRole('status').textContent()).toContain(`${count} rows`);
});

test('filters, order and span stand in the address, so that a report can be sent to somebody', async () => {
  const page = await signedIn('viewer');
  await visit(page, `/reports/utilisation?customer=${world.customerId}&by=entitlement`);
  await row(page, 'Utilisation', name).waitFor();
  await page.getByRole('button', { name: 'Cases in the span' }).click();
  await page.waitForURL(/sort=cases/);
  await page.getByLabel('From (UTC)').fill('2020-01-01');
  await page.getByLabel('To (UTC)').fill('2020-12-31');
  await page.waitForURL(/until=2020-12-31/);
  const address = page.url();
  await page.getByText('From 1 Jan 2020 to 31 Dec 2020').waitFor();
  const other = await signedIn('viewer');
  await visit(other, address);
  await other.getByText('From 1 Jan 2020 to 31 Dec 2020').waitFor();
  expect(await other.getByRole('columnheader', { name: 'Cases in the span' }).getAttribute('aria-sort')).toBe(
    'ascending',
  );
});

test('cases and hours are never in one column, nor in one order', async () => {
  for (const allocationType of ['cases', 'hours']) await anActive(world.customerId, { allocationType });
  const page = await signedIn('viewer');
  await visit(page, '/reports/utilisation?sort=-usedInSpan');
  const heading = (header: string) => page.getByRole('columnheader', { name: header, exact: true });
  await heading('Used in the span, cases').waitFor();
  await heading('Used in the span, hours').waitFor();
  expect(await page.getByRole('button', { name: /Used in the span/ }).count()).toBe(0);
  await visit(page, '/reports/utilisation?unit=hours');
  await page.getByRole('button', { name: 'Used in the span' }).waitFor();
  expect(await heading('Used in the span').getAttribute('aria-sort')).toBe('descending');
});

test('a value that the API refuses is shown with its reason, and the filter that is wrong can be changed', async () => {
  const page = await signedIn('viewer');
  allowTrouble(page, /status of 400/);
  await visit(page, '/reports/utilisation?since=2027-01-02&until=2027-01-01');
  await page.getByRole('alert').getByText('must not be after until').waitFor();
  await page.getByLabel('From (UTC)').fill('2027-01-01');
  await page.getByRole('alert').waitFor({ state: 'detached' });
  expect(new URL(page.url()).searchParams.get('since')).toBe('2027-01-01');
  await visit(page, '/reports/nothing');
  await page.getByText('There is no such report').waitFor();
});

test('the CSV has the header once and a line for each row of the report, and says that it is UTF-8', async () => {
  const page = await signedInWith(world.managerKey);
  await visit(page, '/reports/overrides');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export CSV' }).click(),
  ]);
  expect(file.suggestedFilename()).toBe('overrides.csv');
  const lines = (await readFile(await file.path(), 'utf8')).trimEnd().split(/\r?\n/);
  expect(lines[0]).toMatch(/^\uFEFFentitlementId,entitlementName,/);
  expect(lines.length - 1).toBe(await table(page, 'Overrides and overages').locator('tbody tr').count());
});

test('the chart library is not loaded before the first chart', async () => {
  const page = await signedIn('viewer');
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await visit(page, '/reports');
  expect(asked.filter((path) => path.includes('column-chart'))).toEqual([]);
  await visit(page, `/reports/expiring?customer=${world.customerId}`);
  await page.getByRole('img', { name: /table below/ }).waitFor();
  expect(asked.some((path) => path.includes('column-chart'))).toBe(true);
});
