import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCursor, writeCursor } from '../../../api/http/cursor.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64url');
const storable = fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0') && text.isWellFormed());

test('whatever a cursor was written with is read back', () => {
  fc.assert(
    fc.property(storable, fc.array(storable, { maxLength: 2 }), (first, more) => {
      const cursor = writeCursor(first, ...more);
      expect(cursor).toMatch(/^[A-Za-z0-9._-]+$/);
      expect(readCursor(cursor)).toEqual([first, ...more]);
    }),
  );
});

test.each([
  ['customer-1', ['customer-1']],
  ['42', ['42']],
  ['1793000000000/7', ['1793000000000/7']],
])('the cursor of one text, %j, is written and read as older versions do', (text, place) => {
  expect(writeCursor(text)).toBe(base64(text));
  expect(readCursor(base64(text))).toEqual(place);
});

test.each(['', 'a', 'YQ==', 'not a cursor', base64('\0'), base64('["id", "a"]'), writeCursor('NUL \0')])(
  '%j is not a cursor',
  (text) => {
    expect(readCursor(text)).toBeUndefined();
  },
);
