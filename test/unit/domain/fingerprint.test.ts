import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprint } from '../../../domain/fingerprint.ts';

/** The same with the fields of every object the other way round, as a database may give it back. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([field, own]): [string, unknown] => [field, turned(own)]);
  return Object.fromEntries(fields.reverse());
}

test('is the same in whatever order an object has its fields', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 4 }), (one) => {
      expect(fingerprint(turned(one) as unknown[])).toBe(fingerprint(one));
      expect(fingerprint(JSON.parse(JSON.stringify(one)))).toBe(fingerprint(one));
    }),
  );
});

test('tells by what they say those that write themselves', () => {
  expect(fingerprint([new Date(1)])).not.toBe(fingerprint([new Date(2)]));
  expect(fingerprint([new Date(1)])).toBe(fingerprint([new Date(1).toISOString()]));
});

test('tells lists by their order, and absent fields from none', () => {
  expect(fingerprint([{ a: 1 }])).not.toBe(fingerprint([{ a: 2 }]));
  expect(fingerprint([[1, 2]])).not.toBe(fingerprint([[2, 1]]));
  expect(fingerprint([{ a: 1, b: undefined }])).toBe(fingerprint([{ a: 1 }]));
  expect(fingerprint([{ a: 1, b: null }])).not.toBe(fingerprint([{ a: 1 }]));
});
