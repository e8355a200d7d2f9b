import { constantFrom, assert as everyOf, option, property, record } from 'fast-check';
import { expect, test } from 'vitest';
import { contactRow, customerRow, productRow } from '../../../api/directory/bulk-rows.ts';
import { KINDS } from '../../../bin/import/kinds.ts';
import { batchesOf } from '../../../console/administration/import/batches.ts';
import {
  apiRow,
  FIELDS,
  IMPORT_KINDS,
  type ImportKind,
} from '../../../console/administration/import/import-choices.ts';
import { mappedRows, mappingFor } from '../../../console/administration/import/mapped-rows.ts';
import { runs } from '../../support/property-runs.ts';

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
  expect(mappedRows(table, mapping, 'products').map(({ values }) => values)).toEqual([{ id: '1', name: 'One' }]);
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

const SCHEMAS = { customers: customerRow, contacts: contactRow, products: productRow };

/** What the preview says about a row with these values; null: nothing is wrong with it. */
function previewOf(values: Record<string, string>, kind: ImportKind) {
  const table = { fileName: 'a.csv', header: Object.keys(values), rows: [{ line: 2, cells: Object.values(values) }] };
  const [row] = mappedRows(table, mappingFor(table, kind), kind);
  return { values: row?.values ?? {}, refused: row?.refused ?? null };
}

test.each<[ImportKind, Record<string, string>, string]>([
  ['customers', { id: 'c', type: 'company', name: 'C' }, 'type'],
  ['customers', { id: 'a b', type: 'account', name: 'C' }, 'id'],
  ['customers', { id: 'c', type: 'account' }, 'name'],
  ['customers', { id: 'c', type: 'account', name: 'x'.repeat(201) }, 'name'],
  ['customers', { id: 'c', type: 'account', name: 'C', timeZone: 'Europe/Nowhere' }, 'timeZone'],
  ['customers', { id: 'c', type: 'account', name: 'C', accountManagerName: 'Ann' }, 'accountManagerEmail'],
  ['customers', { id: 'c', type: 'account', name: 'C', accountManagerEmail: 'ann@example.com' }, 'accountManagerName'],
  ['contacts', { id: 'p', name: 'P' }, 'customerId'],
  ['contacts', { id: 'p', customerId: 'c', name: 'P', email: 'ann at example' }, 'email'],
  ['products', { id: '', name: 'P' }, 'id'],
])('the preview refuses what the API would refuse: %s %j, for its %s', (kind, given, field) => {
  const { values, refused } = previewOf(given, kind);
  expect(refused).toMatchObject({ code: 'validation_failed', field });
  expect(SCHEMAS[kind].safeParse(apiRow(values)).success).toBe(false);
});

test('the preview never refuses a row that the API would take', () => {
  const cell = option(
    constantFrom(
      'a',
      'account',
      'contact',
      'Ann',
      'ann@example.com',
      'a.b+c@d-e.example.org',
      'Europe/Berlin',
      'Etc/GMT+5',
      'US/Pacific',
      'UTC',
      ' blank ',
      'ä',
    ),
    { nil: '' },
  );
  const any = (kind: ImportKind) =>
    record(Object.fromEntries([...FIELDS[kind].required, ...FIELDS[kind].optional].map((field) => [field, cell])));
  for (const kind of IMPORT_KINDS)
    void everyOf(
      property(any(kind), (given) => {
        const { values, refused } = previewOf(given as Record<string, string>, kind);
        if (SCHEMAS[kind].safeParse(apiRow(values)).success) expect(refused).toBeNull();
        else expect(values).toBeDefined();
      }),
      runs(2_000),
    );
});
