import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listAnswer, listPageOf } from '../../../api/http/list-page.ts';
import { paged, pageOf } from '../../../api/http/page.ts';
import type { Sorts } from '../../../db/postgres/keyset.ts';

const INVALID = {
  refusal: { code: 'validation_failed', field: 'cursor', detail: expect.stringContaining('not valid for this list') },
};
const base64 = (text: string) => Buffer.from(text).toString('base64url');
const refusalOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    return error;
  }
};

describe('a page in order of id', () => {
  const idOf = (id: string) => id;

  test('the cursor of a full page leads on after its last item', () => {
    const { items, nextCursor } = paged(['a', 'b'], 2, idOf);
    expect(items).toEqual(['a', 'b']);
    expect(pageOf({ limit: 2, cursor: nextCursor ?? '' })).toEqual({ limit: 2, after: 'b' });
  });

  test('a page that is not full is the last one, and so is an empty one', () => {
    expect(paged(['a'], 2, idOf).nextCursor).toBeNull();
    expect(paged([], 2, idOf).nextCursor).toBeNull();
  });

  test('without a cursor the list begins at its beginning', () => {
    expect(pageOf({ limit: 5 })).toEqual({ limit: 5, after: null });
  });

  test.each(['', 'YQ==', 'a', 'not a cursor', base64('\0')])('%j is not a cursor', (cursor) => {
    expect(refusalOf(() => pageOf({ limit: 5, cursor }))).toMatchObject(INVALID);
  });

  test('any id comes back from its cursor', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e]{1,200}$/), (id) => {
        expect(pageOf({ limit: 1, cursor: paged([id], 1, idOf).nextCursor ?? '' }).after).toBe(id);
      }),
    );
  });
});

describe('a page of a sorted list', () => {
  const SORTS = {
    name: { type: 'text' },
    seats: { type: 'integer' },
    share: { type: 'decimal' },
    endDate: { type: 'date' },
    createdAt: { type: 'instant' },
  } as unknown as Sorts<'name' | 'seats' | 'share' | 'endDate' | 'createdAt'>;
  type Sort = NonNullable<
    Parameters<typeof listPageOf<'name' | 'seats' | 'share' | 'endDate' | 'createdAt'>>[1]['sort']
  >;

  const next = (sort: Sort, key: string, id = 'x') =>
    listAnswer({ rows: [], next: { key, id } }, { sort }, (row) => row).nextCursor ?? '';
  const page = (sort: Sort, cursor: string) => listPageOf(SORTS, { sort, limit: 10, cursor });

  test.each<[Sort, string]>([
    ['id', 'contoso'],
    ['-name', 'Söhne & Co'],
    ['seats', '-2147483647'],
    ['-share', '0.2500'],
    ['endDate', '2028-02-29'],
    ['createdAt', '2027-01-31T12:00:00.123456Z'],
  ])('sorted by %s the cursor leads on after %s', (sort, key) => {
    expect(page(sort, next(sort, key))).toEqual({
      limit: 10,
      by: sort.replace('-', ''),
      descending: sort.startsWith('-'),
      after: { key, id: 'x' },
    });
  });

  test('the last page has no cursor', () => {
    expect(listAnswer({ rows: [1], next: null }, {}, String)).toEqual({ items: ['1'], nextCursor: null });
  });

  test('a cursor of another sort is refused, and the refusal names both', () => {
    const cursor = next('name', 'a');
    for (const sort of ['-name', 'id'] as const)
      expect(refusalOf(() => page(sort, cursor))).toMatchObject({
        refusal: { field: 'cursor', detail: expect.stringContaining(`sorted by name, not by ${sort}`) },
      });
  });

  test.each<[Sort, string]>([
    ['seats', '1.5'],
    ['seats', '2147483648'],
    ['share', '0.25000'],
    ['endDate', '2027-02-29'],
    ['createdAt', '2027-02-29T12:00:00.123456Z'],
    ['createdAt', '2027-01-31T12:00:00Z'],
    ['name', 'NUL \0'],
  ])('sorted by %s a cursor at %j is invalid', (sort, key) => {
    expect(refusalOf(() => page(sort, next(sort, key)))).toMatchObject(INVALID);
  });

  test.each(['', 'x', base64('[]'), base64('["id","a"]'), base64('["id","a","b","c"]'), base64('["id", "a", "b"]')])(
    '%j is not a cursor',
    (cursor) => {
      expect(refusalOf(() => page('id', cursor))).toMatchObject(INVALID);
    },
  );
});
