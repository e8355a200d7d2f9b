import { expect, test } from 'vitest';
import { KINDS } from '../../../bin/import/kinds.ts';
import { batchesOf } from '../../../console/administration/import/batches.ts';
import { FIELDS, IMPORT_KINDS } from '../../../console/administration/import/import-choices.ts';
import { mappedRows, mappingFor } from '../../../console/administration/import/mapped-rows.ts';

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
