import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { CsvFault, csvRecords, headerNames, valuesUnder } from '../../../runtime/csv-records.ts';

async function read(text: string, { trim = true, chunk = 7 } = {}): Promise<[line: number, ...cells: string[]][]> {
  const bytes = Buffer.from(text);
  // In small pieces, so that every mark is cut somewhere.
  const pieces = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, n) =>
    bytes.subarray(n * chunk, (n + 1) * chunk),
  );
  const records: [number, ...string[]][] = [];
  for await (const { line, cells } of csvRecords(Readable.from(pieces), { trim })) records.push([line, ...cells]);
  return records;
}

const faultIn = async (text: string): Promise<unknown> => {
  try {
    await read(text);
  } catch (error) {
    if (error instanceof CsvFault) return [error.line, error.column, error.message];
    throw error;
  }
  return undefined;
};

const EXPECTED = [
  [1, 'id', 'type', 'name'],
  [2, 'a', 'account', 'One, two; three\tfour'],
  [3, 'b', '', 'Ü'],
];

describe('files as spreadsheets write them', () => {
  const ends = { LF: '\n', 'CR LF': '\r\n', CR: '\r' };
  test.each(
    [',', ';', '\t'].flatMap((delimiter) => Object.entries(ends).map(([name, end]) => [delimiter, name, end] as const)),
  )('values parted by %j, lines ended by %s', async (delimiter, _name, end) => {
    const lines = [
      ['id', 'type', 'name'],
      ['a', 'account', '"One, two; three\tfour"'],
      ['b', '', 'Ü'],
    ];
    const text = lines.map((cells) => cells.join(delimiter)).join(end);
    for (const chunk of [1, 2, 3, 7, 1_000]) {
      expect(await read(text, { chunk })).toEqual(EXPECTED);
      expect(await read(`\ufeff${text}${end}`, { chunk })).toEqual(EXPECTED);
    }
  });

  test('rows without any value are left out, and lines are counted on', async () => {
    expect(await read('id,name\n\n,,\n , \na,A\r\n;;\n')).toEqual([
      [1, 'id', 'name'],
      [5, 'a', 'A'],
      [6, ';;'],
    ]);
    expect(await read('\n\nid;name\r\r;;\r"";""\ra;A')).toEqual([
      [3, 'id', 'name'],
      [7, 'a', 'A'],
    ]);
  });

  test('blanks around values, also around quoted ones', async () => {
    expect(await read('id , type\n a ,  "account" \n')).toEqual([
      [1, 'id', 'type'],
      [2, 'a', 'account'],
    ]);
    expect(await read('id,type\n a ,x\n', { trim: false })).toContainEqual([2, ' a ', 'x']);
    expect(await read('id\ttype\tname\n\t account\t\n')).toContainEqual([2, '', 'account', '']);
  });

  test('a line break within quotes is one line, and what follows has the line that it stands on', async () => {
    expect(await read('id,name\r\na,"x\r\ny\r\nz"\r\nb,B')).toEqual([
      [1, 'id', 'name'],
      [2, 'a', 'x\r\ny\r\nz'],
      [5, 'b', 'B'],
    ]);
  });

  test('trailing delimiters make no columns and no values', () => {
    expect(headerNames([' id', 'Name ', '', ' '])).toEqual(['id', 'Name']);
    expect(valuesUnder(2, ['a', 'A', '', ' '])).toEqual(['a', 'A']);
    expect(valuesUnder(2, ['a', 'A', '', 'x'])).toEqual(['a', 'A', '', 'x']);
    expect(valuesUnder(2, ['a'])).toEqual(['a']);
  });
});

describe('a fault is told where it stands', () => {
  const many = Array.from({ length: 500 }, (_, n) => `id-${n},account,"Name, ${n}"`).join('\n');
  test.each([
    ['a quote within a value', `id,type,name\n${many}\nx,acc"ount,y\n`, [502, 2, /stands within a value/]],
    ['text after a closing quote', `id,type,name\n${many}\nx,account,"y"z\n`, [502, 3, /after a closing quote/]],
    ['the same in the header', 'id,ty"pe\n', [1, 2, /stands within a value/]],
    ['after values of several lines', 'id,name\r\na,"x\r\ny"\r\nb,"z"z\r\n', [4, 2, /after a closing quote/]],
    ['on a later line of its row', 'id,name\na,"x\ny"z\n', [3, 2, /after a closing quote/]],
    ['with lines that end in CR', 'id;name\ra;A\rb;"B"x\r', [3, 2, /after a closing quote/]],
    ['a quote never closed', 'id,type,name\na,account,"x\r\ny"\nb,account,"c\nd,e\n', [4, 3, /never closed/]],
    ['one with doubled quotes in it', 'id,name\na,A\nb,"B\n""c"" d\n', [3, 2, /opened here and never closed/]],
    ['one that takes in too much', `id,name\na,A\nb,"${'c\n'.repeat(50_000)}`, [3, 2, /does not end/]],
  ])('%s', async (_what, text, [line, column, message]) => {
    expect(await faultIn(text)).toEqual([line, column, expect.stringMatching(message as RegExp)]);
  });
});
