import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../../api/http/cursor.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const storable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());

test('whatever a cursor was written with is read back', () => {
  fc.assert(
    fc.property(fc.array(storable, { minLength: 1, maxLength: 3 }), (place) => {
      const cursor = writeCursor(...place);
      expect(cursor).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(readCursor(cursor)).toEqual(place);
    }),
  );
});

test.each([
  ['customer-1', ['customer-1']],
  ['42', ['42']],
  ['1793000000000/7', ['1793000000000/7']],
])('the cursor of an older version with %j in it is read', (text, place) => {
  expect(readCursor(base64(text))).toEqual(place);
});

test.each(['', 'a', 'YQ==', 'not a cursor', base64('\0'), base64('["id", "a"]'), writeCursor('NUL \0')])(
  '%j is not a cursor',
  (text) => {
    expect(readCursor(text)).toBeUndefined();
  },
);
