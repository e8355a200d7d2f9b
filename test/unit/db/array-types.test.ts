import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readArray, writeArray } from '../../../db/postgres/array-types.ts';
import { runs } from '../../support/property-runs.ts';

test('an array literal is read as it was written', () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('NULL', 'null', '', ',', '"', '\\', '{', '}', ' '));
  fc.assert(
    fc.property(fc.array(fc.oneof(text, fc.constant(null)), { maxLength: 8 }), (items) => {
      expect(readArray(asPostgres(items))).toEqual(items);
    }),
    runs(1_000),
  );
});

/** Nulls as PostgreSQL writes them: in capitals. */
const asPostgres = (items: readonly (string | null)[]): string =>
  `{${items.map((item) => (item === null ? 'NULL' : writeArray([item]).slice(1, -1))).join(',')}}`;

test('words that PostgreSQL does not quote are read, too', () => {
  expect(readArray('{email,phone,"a b",NULL,12}')).toEqual(['email', 'phone', 'a b', null, '12']);
  expect(readArray('{}')).toEqual([]);
});
