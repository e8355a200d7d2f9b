import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import { csvLines } from '../../../api/http/csv.ts';
import { csvText } from '../../../console/data/csv-text.ts';

const TEXTS = [
  'plain',
  '=1+1',
  '+49 30',
  '-x',
  '@SUM(A1)',
  '\tx',
  '\r=x',
  ' =x',
  '"=x',
  "'=x",
  '\u00a0=x',
  '＝x',
  'a;=x',
  'a|+x',
  'a\n=x',
  'a\t-x',
  'quote " and, comma',
  '',
  'Grüße',
];

test('the console writes the same cells as the API, without a formula that a spreadsheet would run', () => {
  const rows = TEXTS.map((text) => [text, text]);
  expect(parse(csvText(rows))).toEqual(parse(csvLines(rows)));
});
