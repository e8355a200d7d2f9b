import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readFileRows } from '../../../bin/import/csv-file.ts';
import { WrongInput } from '../../../bin/import/failure.ts';
import { KINDS } from '../../../bin/import/kinds.ts';

const dir = await mkdtemp(join(tmpdir(), 'csv-file-'));
afterAll(() => rm(dir, { recursive: true }));

/** Reads the text as a file of customers, to its end. */
async function read(text: string): Promise<void> {
  const path = join(dir, 'customers.csv');
  await writeFile(path, text);
  const customers = KINDS.find(({ name }) => name === 'customers');
  if (customers === undefined) throw new Error('There is no kind customers.');
  for await (const _row of readFileRows(path, customers));
}

describe('a file is refused as a whole, with the line, for', () => {
  test.each<[what: string, text: string, said: RegExp]>([
    [
      'an unknown column',
      'id,type,name,zone\n',
      /line 1: the column "zone" \(column 4\) is not known\. The columns of customers are/,
    ],
    [
      'a missing column',
      'id,name\n',
      /line 1: the column "type" is missing\. .*id, type, name, and optionally timeZone/,
    ],
    ['a column twice', 'id,type,name,ID\n', /line 1: the column "id" is there twice \(column 4\)/],
    ['a separator that no spreadsheet uses', 'id:type:name\n', /the column "id:type:name" \(column 1\) is not known/],
    ['an empty file', '', /is empty/],
    ['a quote within a value', 'id,type,name\na,account,b"c\n', /line 2, column 3: a quote stands within a value/],
    ['text after a quote', 'id,type,name\na,account,ok\nb,account,"c"d\n', /line 3, column 3: after a closing quote/],
    [
      'a quote never closed',
      'id,type,name\na,account,"x\r\ny"\nb,account,"c\nd,e\n',
      /line 4, column 3: a quote is opened here and never closed/,
    ],
    [
      'a very long one',
      `id,type,name\na,account,"${'c\n'.repeat(50_000)}`,
      /line 2, column 3: the row that begins here does not end/,
    ],
  ])('%s', async (_what, text, said) => {
    const reading = read(text);
    await expect(reading).rejects.toThrow(WrongInput);
    await expect(reading).rejects.toThrow(said);
  });
});
