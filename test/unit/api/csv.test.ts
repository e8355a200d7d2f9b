import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvOf } from '../../../api/http/csv.ts';
import { runs } from '../../support/property-runs.ts';

const DELIMITERS = [',', ';', '\t', '|'];
/** What a spreadsheet runs: a sign, behind blanks and quotes that some of them pass over. */
const RUNS = /^["\s]*[=+\-@＝＋－＠]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * How a spreadsheet that parts values by this reads the text: a quote opens at the start of a value, and is a letter
 * elsewhere.
 */
function valuesBy(delimiter: string, text: string): string[] {
  const values: string[] = [];
  let value = '';
  let isStart = true;
  let isQuoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (isQuoted && sign === '"' && text[at + 1] === '"') {
      value += sign;
      at += 1;
    } else if (isQuoted && sign === '"') isQuoted = false;
    else if (isStart && sign === '"') isQuoted = true;
    else if (!isQuoted && (sign === delimiter || sign === '\r' || sign === '\n')) {
      values.push(value);
      value = '';
      isStart = true;
      continue;
    } else value += sign;
    isStart = false;
  }
  return [...values, value];
}

const formulasIn = (text: string): string[] =>
  DELIMITERS.flatMap((delimiter) => valuesBy(delimiter, text)).filter(
    (value) => RUNS.test(value) && !NUMBER.test(value),
  );

const write = (...cells: string[]): string => csvOf({ first: (row) => row, last: () => 'end' }, cells);

describe('no cell is a formula, whatever a spreadsheet parts values with', () => {
  test.each([
    '=1+1',
    '+1+1',
    '-1+1',
    '@SUM(A1)',
    '\t=1+1',
    '\r=1+1',
    ' =1+1',
    '"=1+1"',
    'x;=1+1',
    'x\t=1+1',
    'x\n=1+1',
    'x\r\n=1+1',
    'x;"=1+1"',
    'x; @SUM(A1)',
    ';=1',
    ';;=1',
    '＝1+1',
    'x;＝1+1',
    '=1;=2\n=3',
  ])('%j', (cell) => {
    expect(formulasIn(write(cell))).toEqual([]);
    expect(formulasIn(csvOf({ first: () => 'a', second: (row) => row, third: () => 'b' }, [cell]))).toEqual([]);
  });

  test('any texts in any columns', () => {
    const piece = fc.constantFrom('=', '+', '-', '@', ';', '|', '\t', '\n', '\r', '"', ',', "'", ' ', 'x', '1', '＝');
    const cell = fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 3 }), (rows) => {
        const text = csvOf({ a: ([a]) => a, b: ([, b]) => b, c: ([, , c]) => c }, rows);
        expect(formulasIn(text)).toEqual([]);
      }),
      runs(500),
    );
  });
});

test('what is no formula is read back as it was', () => {
  const columns = { id: () => 'id', text: (row: string) => row, number: () => -5, yes: () => true, none: () => null };
  for (const text of ['Söhne & Co', 'a,b', 'say "x"', 'two\nlines', 'a;b', 'a\tb', '-12.50', 'x-y', 'x, -y', "'"])
    expect(parse(csvOf(columns, [text]), { columns: true })).toEqual([
      { id: 'id', text, number: '-5', yes: 'true', none: '' },
    ]);
  expect(csvOf(columns, ['a'])).toBe('id,text,number,yes,none\r\nid,a,-5,true,\r\n');
});
