import { describe, expect, test } from 'vitest';
import { amendmentHistory } from '../../../domain/entitlements/amendment-history.ts';
import { amend, bookAt, YEAR } from './amended-books.ts';
import type { Book } from './book.ts';
import { instant } from './samples.ts';

describe('the list of amendments', () => {
  const listed = (book: Book) =>
    amendmentHistory(book.rows, book.entitlement.status).map(({ n, status, detail }) => [n, status, detail]);

  test.each([
    ['expired', (book: Book) => amend(book, { endDate: '2027-06-20' })],
    ['canceled', (book: Book) => book.command({ kind: 'cancel' })],
  ] as const)('says that what lay ahead was dropped once the contract is %s', (status, end) => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    amend(book, { priority: 7 });
    amend(book, { totalTerm: 20 }, { effective: '2027-07-01' });
    expect(listed(book)).toEqual([
      [1, 'applied', null],
      [2, 'scheduled', null],
    ]);
    expect(end(book)).toBeUndefined();
    book.passTo(instant('2027-07-02T00:00Z'));
    expect(book.entitlement.status).toBe(status);
    expect(listed(book).slice(0, 2)).toEqual([
      [1, 'applied', null],
      [2, 'dropped', 'The contract ended before its day.'],
    ]);
  });
});
