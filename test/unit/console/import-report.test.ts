import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvLines } from '../../../api/http/csv.ts';
import { KINDS } from '../../../bin/import/kinds.ts';
import { batchesOf } from '../../../console/administration/import/batches.ts';
import { FIELDS, IMPORT_KINDS } from '../../../console/administration/import/import-choices.ts';
import { mappedRows, mappingFor } from '../../../console/administration/import/mapped-rows.ts';
import { csvText } from '../../../console/administration/import/report-csv.ts';

const cell = fc.oneof(
  fc.string(),
  fc.string({ unit: fc.constantFrom(...'=+-@＝＋－＠;|,"\' \t\r\n\u00a0a1.') }),
  fc.constantFrom('-12.5', '=1+1', ' =1', '"=1', 'a;=1', 'plain', ''),
);

test('the report of the console guards formulas as the exports of the API do', () => {
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(rows, (given) => {
      expect(csvText(given)).toBe(csvLines(given));
    }),
  );
});

test('every kind has the columns of `npm run import`', () => {
  expect(KINDS.map(({ name, required, optional }) => [name, { required, optional }])).toEqual(
    IMPORT_KINDS.map((kind) => [kind, FIELDS[kind]]),
  );
});

test('columns are found by name in any case; of two columns of one name the first counts', () => {
  const table = {
    fileName: 'a.csv',
    header: ['ID', 'Name', 'name', 'more'],
    rows: [{ line: 2, cells: ['1', 'One', 'Two', 'x'] }],
  };
  const mapping = mappingFor(table, 'products');
  expect(mapping).toEqual(['id', 'name', null, null]);
  expect(mappedRows(table, mapping).map(({ values }) => values)).toEqual([{ id: '1', name: 'One' }]);
});

test('batches keep the order and hold at most 500 rows', () => {
  const rows = Array.from({ length: 1_001 }, (_, line) => ({
    line,
    cells: [],
    values: { id: `${line}` },
    refused: null,
  }));
  const batches = batchesOf(rows);
  expect(batches.map(({ length }) => length)).toEqual([500, 500, 1]);
  expect(batches.flat()).toEqual(rows);
});
