import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { ask } from '../support/api-client.ts';
import { signedIn } from '../support/browser.ts';
import { allowTrouble } from '../support/browser-watch.ts';
import { unique } from '../support/unique.ts';

const choose = (page: Page, name: string, text: string | Buffer) =>
  page.locator('input[type=file]').setInputFiles({
    name,
    mimeType: 'text/csv',
    buffer: Buffer.isBuffer(text) ? text : Buffer.from(text),
  });
const nameOf = async (what: string, id: string) => (await ask<{ name: string }>('GET', `/v1/${what}/${id}`)).body.name;
const start = (page: Page, label: string) => page.getByRole('button', { name: label }).click();

test('columns of other names are mapped, wrong rows are shown with their line, and refused rows can be downloaded', async () => {
  const [good, formula, twice] = [unique('a'), unique('b'), unique('c')];
  const rows = [
    'Number;Customer;type;timeZone',
    `${good};Weber & Söhne;account;Europe/Berlin`,
    `${formula};"=HYPERLINK(""http://x"")";account;Mars/Olympus`,
    `${twice};One;account;`,
    `${twice};Two;account;`,
    `too;few`,
  ];
  const page = await signedIn('csr_manager');
  await page.goto('/administration/import?kind=customers');
  await choose(page, 'customers.csv', rows.join('\r\n'));
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('No column gives id.').waitFor();
  for (const [column, field] of [
    ['Column Number', 'id'],
    ['Column Customer', 'name'],
  ] as const) {
    await preview.getByRole('combobox', { name: column }).click();
    await page.getByRole('option', { name: field, exact: true }).click();
  }
  await preview.getByText('customers.csv: 5 rows, 3 of them wrong; they will not be sent').waitFor();
  await preview.getByRole('row', { name: /timeZone must be an IANA time zone/ }).waitFor();
  await preview.getByRole('row', { name: /The id .* is on line 4 already\./ }).waitFor();
  await preview.getByRole('row', { name: /The row has 2 values under a header of 4\./ }).waitFor();
  await start(page, 'Import 2 customers');
  await page.getByText('5 of 5 customers: 2 created, 0 updated, 0 unchanged, 3 refused').waitFor();
  const refused = page.getByRole('region', { name: 'Refused rows' }).first();
  await refused.getByRole('row', { name: /^3.*timeZone/ }).waitFor();
  expect([await nameOf('customers', good), await nameOf('customers', twice)]).toEqual(['Weber & Söhne', 'One']);

  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download the refused rows' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('refused-customers.csv');
  const [header, ...refusedRows] = parse(await readFile(await download.path(), 'utf8'), {
    bom: true,
    relax_column_count: true,
  });
  expect(header).toEqual(['line', 'code', 'field', 'detail', 'Number', 'Customer', 'type', 'timeZone']);
  expect(refusedRows.map(([line, code, field]: string[]) => [line, code, field])).toEqual([
    ['3', 'validation_failed', 'timeZone'],
    ['5', 'conflict', 'id'],
    ['6', 'validation_failed', ''],
  ]);
  // A spreadsheet must not run what somebody wrote into a name.
  expect(refusedRows[0]).toContain(`'=HYPERLINK("http://x")`);
});

test('a file that is none is refused in words before anything is sent', async () => {
  const page = await signedIn('csr_manager');
  await page.goto('/administration/import');
  await choose(page, 'broken.csv', 'id,type,name\n1,account,"never closed');
  await page.getByRole('alert').getByText('broken.csv is not CSV from line 2 on').waitFor();
  await choose(page, 'empty.csv', '');
  await page.getByRole('alert').getByText('empty.csv is empty').waitFor();
  await choose(page, 'latin1.csv', Buffer.from('id,type,name\n1,account,M\xfcller', 'latin1'));
  await page.getByText('The value is not UTF-8').waitFor();
  expect(await page.getByRole('button', { name: 'Import 0 customers' }).isDisabled()).toBe(true);
});

test('an import that lost its connection goes on where it stopped, and nothing is lost or doubled', async () => {
  const family = unique('family');
  const count = 1_100;
  const ids = Array.from({ length: count }, (_, index) => `${family}-${index}`);
  const page = await signedIn('csr_manager');
  allowTrouble(page, /ERR_FAILED/);
  let calls = 0;
  await page.route('**/v1/bulk/products', async (route) => {
    calls += 1;
    // The second batch arrives, but its answer gets lost.
    if (calls === 2) await route.fetch();
    await (calls === 2 ? route.abort() : route.continue());
  });
  await page.goto('/administration/import?kind=products');
  await choose(page, 'products.csv', ['id,name,family', ...ids.map((id) => `${id},Product,${family}`)].join('\n'));
  await start(page, 'Import 1,100 products');
  await page.getByText('500 of 1,100 products: 500 created').waitFor();
  await page.getByRole('alert').getByText('Allot does not answer').waitFor();
  await start(page, 'Go on with the rest');
  await page.getByText('1,100 of 1,100 products: 600 created, 0 updated, 500 unchanged, 0 refused').waitFor();
  const { body } = await ask<{ items: unknown[] }>('GET', `/v1/products?family=${family}&limit=200`);
  expect(body.items).toHaveLength(200);
});
