import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Locator, Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { aCustomer, aDraft, anActive, entitlement, ledger } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { settled, visit } from '../support/browser-layout.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

/** The list of entitlements, as a CSR manager uses it. */

const PAGE_ROWS = 50;
const word = unique('word');
let customerId = '';
let customerName = '';
const made: Record<string, EntitlementView> = {};

beforeAll(async () => {
  customerName = `Kunde ${word}`;
  customerId = await aCustomer({ name: customerName });
  made.draft = await aDraft(customerId, { name: `=1+1 ${word}`, owner: 'Olga', endDate: '2031-03-31' });
  made.other = await aDraft(customerId, { name: `b ${word}`, tier: 'Gold' });
  made.active = await anActive(customerId, { name: `c ${word}` });
});

const names = async (page: Page) =>
  await page.getByRole('table', { name: 'Entitlements' }).getByRole('row').locator('td:nth-of-type(2)').allInnerTexts();
const file = async (page: Page, press: () => Promise<void>) => {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  const rows = parse(await readFile(await download.path(), 'utf8'), { columns: true, bom: true });
  return { name: download.suggestedFilename(), rows: rows as Record<string, string>[] };
};

test('views, search, filters and order stand in the address, and a reload shows the same', async () => {
  const page = await signedIn('csr_manager');
  await visit(page, `/entitlements?customer=${customerId}`);
  await page.getByRole('cell', { name: customerName }).first().waitFor();
  await page.getByText('Draft', { exact: true }).first().click();
  await expect.poll(() => names(page)).toHaveLength(2);
  await page.getByRole('button', { name: 'Name' }).click();
  await expect.poll(() => names(page)).toEqual([`=1+1 ${word}`, `b ${word}`]);
  await page.getByRole('button', { name: 'Name' }).click();
  await expect.poll(() => names(page)).toEqual([`b ${word}`, `=1+1 ${word}`]);
  await page.getByRole('button', { name: 'More filters' }).click();
  await page.getByRole('textbox', { name: 'Tier' }).fill('Gold');
  await expect.poll(() => names(page)).toEqual([`b ${word}`]);
  await page.reload();
  await settled(page);
  expect(await names(page)).toEqual([`b ${word}`]);
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    ...{ view: 'draft', sort: '-name', customer: customerId, tier: 'Gold' },
  });
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  await page.getByRole('searchbox', { name: /search/i }).fill(`=1+1 ${word}`);
  await expect.poll(() => names(page)).toEqual([`=1+1 ${word}`]);
  await page.getByLabel('Ends after').fill('2031-03-31');
  await page.getByText('No entitlement matches').waitFor();
});

test('a customer is chosen with the keyboard', async () => {
  const page = await signedIn('csr_manager');
  await visit(page, '/entitlements');
  const picker = page.getByRole('combobox', { name: 'Customer' });
  await picker.focus();
  await page.keyboard.type(word);
  await page.getByRole('option', { name: customerName }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => names(page)).toHaveLength(3);
  expect(await picker.inputValue()).toBe(customerName);
  await page.getByRole('button', { name: 'Clear Customer' }).click();
  await expect.poll(() => new URL(page.url()).searchParams.has('customer')).toBe(false);
});

test('several are activated at once, and the report says of each what happened, without a formula', async () => {
  const page = await signedIn('csr_manager');
  allowTrouble(page, /status of 409/);
  await visit(page, `/entitlements?customer=${customerId}&sort=name`);
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).check();
  await page.getByText('3 entitlements chosen').waitFor();
  await page.getByRole('button', { name: 'Activate' }).click();
  await page.getByText('2 of 3 are drafts').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click();
  await page.getByText('3 of 3 ended: 2 done, 1 refused, 0 not answered, 0 not done.').waitFor();
  const report = await file(page, () => page.getByRole('button', { name: 'Download the report' }).click());
  expect(report.name).toBe('activate-report.csv');
  const refusal =
    'The entitlement is active: activate is not possible. Possible is: deactivate, cancel, top-up, pause, amend.';
  expect(report.rows).toMatchObject([
    { id: made.draft?.id, name: `'=1+1 ${word}`, result: 'done', words: 'It is active now.' },
    { id: made.other?.id, result: 'done' },
    { id: made.active?.id, result: 'refused', words: refusal },
  ]);
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click();
  for (const { id } of Object.values(made)) expect((await entitlement(id)).status).toBe('active');
});

test('several are canceled with a reason, which their history keeps; a lost answer is settled by another try', async () => {
  const page = await signedIn('csr_manager');
  const pair = [await anActive(customerId, { name: `x ${word}` }), await anActive(customerId, { name: `y ${word}` })];
  await visit(page, `/entitlements?customer=${customerId}&sort=-name`);
  for (const { name } of pair) await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page.getByRole('button', { name: 'Cancel with a reason' }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('Merged into one');
  // The API cancels the first, and its answer is lost.
  allowTrouble(page, /ERR_FAILED/);
  await page.route(
    `**/v1/entitlements/${pair[0]?.id}/cancel`,
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Cancel them' }).click();
  await page.getByText('2 of 2 ended: 1 done, 0 refused, 1 not answered, 0 not done.').waitFor();
  await page.getByRole('button', { name: 'Try the rest again' }).click();
  await page.getByText('2 of 2 ended: 2 done, 0 refused, 0 not answered, 0 not done.').waitFor();
  for (const { id } of pair) {
    const canceled = (await ledger(id)).filter(({ kind }) => kind === 'canceled');
    expect(canceled).toMatchObject([{ why: 'Merged into one' }]);
  }
});

test('a list of several pages is led through by cursor, and exported as a whole', async () => {
  const many = await aCustomer({ name: `Many ${word}` });
  for (let n = 0; n <= PAGE_ROWS; n += 1) await aDraft(many, { name: `${String(n).padStart(2, '0')} ${word}` });
  const page = await signedIn('csr_manager');
  await visit(page, `/entitlements?customer=${many}&sort=name`);
  expect(await names(page)).toHaveLength(PAGE_ROWS);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => names(page)).toEqual([`50 ${word}`]);
  await page.goBack();
  await expect.poll(() => names(page)).toHaveLength(PAGE_ROWS);
  const exported = await file(page, () => page.getByRole('button', { name: 'Export CSV' }).click());
  expect(exported.name).toBe('entitlements.csv');
  expect(exported.rows).toHaveLength(PAGE_ROWS + 1);
  expect(exported.rows[0]).toMatchObject({ name: `00 ${word}`, customerName: `Many ${word}`, status: 'draft' });
});

test('on a phone every column of the list is seen whole, and no word of it is broken', async () => {
  const customer = await aCustomer({ name: 'Featherstone Instruments' });
  await anActive(customer, { name: 'Priority maintenance', allocationType: 'hours', totalTerm: 7_415 });
  const page = await signedIn('viewer');
  await page.setViewportSize({ width: 375, height: 800 });
  await visit(page, `/entitlements?customer=${customer}`);
  const table = page.getByRole('table', { name: 'Entitlements' });
  await table.getByText('123 h 35 min').waitFor();
  const cut = await table.evaluate((element) => {
    const box = element.closest('.table-box')?.getBoundingClientRect();
    const cells = [...element.querySelectorAll('th, td')].filter((cell) => cell.getClientRects().length > 0);
    return cells
      .filter((cell) => cell.getBoundingClientRect().right > (box?.right ?? 0) + 1)
      .map(({ textContent }) => textContent);
  });
  expect(cut).toEqual([]);
  expect(await brokenWords(table)).toEqual([]);
});

/** Words that stand on two lines. */
const brokenWords = (inside: Locator): Promise<string[]> =>
  inside.evaluate((element) => {
    const broken: string[] = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
      for (const { 0: word, index } of (node.textContent ?? '').matchAll(/[\p{L}\d]+/gu)) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const lines = new Set(
          [...range.getClientRects()].filter(({ width }) => width > 0).map(({ top }) => Math.round(top)),
        );
        if (lines.size > 1) broken.push(word);
      }
    return broken;
  });

test('a viewer sees no command that the role may not use', async () => {
  const page = await signedIn('viewer');
  await visit(page, `/entitlements?customer=${customerId}`);
  await page.getByRole('button', { name: 'Export CSV' }).waitFor();
  expect(await page.getByRole('button', { name: 'New' }).count()).toBe(0);
  expect(await page.getByRole('checkbox').count()).toBe(0);
});
