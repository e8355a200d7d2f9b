import { describe, expect, test } from 'vitest';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { amend, bookAt, cases, euros, money, undo, YEAR } from './amended-books.ts';
import { activeBook, Book } from './book.ts';
import { attach, ENDS_AT, instant } from './samples.ts';

describe('a void', () => {
  test('takes back what the last amendment granted, charged and changed, by a row of its own', () => {
    const book = cases(bookAt('2027-07-01T12:00Z', { ...YEAR, totalTerm: 100, price: euros('365') }), 3);
    const before = book.entitlement;
    amend(book, { totalTerm: 150, endDate: '2028-01-31', priority: 9 }, { grant: 'prorated' });
    const charged = money(book);
    expect(undo(book, 1)).toBeUndefined();
    expect(book.last).toMatchObject({ kind: 'amendment_voided', facts: { amendment: { n: 2, voids: 1 } } });
    expect(money(book)).toEqual({ amount: `-${charged?.amount}`, currency: 'EUR' });
    const { details, granted, usedByChannel, endsAt } = book.entitlement;
    expect({ details, granted, usedByChannel, endsAt }).toEqual({
      details: before.details,
      granted: before.granted,
      usedByChannel: before.usedByChannel,
      endsAt: before.endsAt,
    });
  });

  test('an earlier one only after the later ones', () => {
    const book = activeBook();
    amend(book, { totalTerm: 20 });
    amend(book, { totalTerm: 30 });
    expect(undo(book, 1)).toMatchObject({ code: 'wrong_state', detail: expect.stringContaining('amendment 2') });
    expect(undo(book, 2)).toBeUndefined();
    expect(undo(book, 2)).toMatchObject({ code: 'wrong_state' });
    expect(undo(book, 1)).toBeUndefined();
    expect(undo(book, 9)).toMatchObject({ code: 'not_found' });
    expect(book.remaining).toBe(10);
  });

  test('after the turn of a period it takes back what that period got, and its price', () => {
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month', totalTerm: 10, price: euros('30', 'period') });
    amend(book, { totalTerm: 20 }, { grant: 'prorated' });
    book.passTo(instant('2027-08-16T12:00Z'));
    undo(book, 1);
    expect(book.remaining).toBe(10);
    // 15 for June, and 30 each for July and August.
    expect(money(book)).toEqual({ amount: '-75.0000', currency: 'EUR' });
  });

  test('a period that the end cuts was charged for its covered days, so a void gives back the difference for those', () => {
    const cut = { startDate: '2027-01-01', endDate: '2027-03-15', period: 'month', totalTerm: 10 } as const;
    const book = bookAt('2027-02-15T12:00Z', { ...cut, price: euros('100', 'period') });
    amend(book, { price: euros('200', 'period') });
    // 14 of 28 days of February.
    expect(money(book)).toEqual({ amount: '50.0000', currency: 'EUR' });
    book.passTo(instant('2027-03-02T12:00Z'));
    undo(book, 1);
    // 50 for February, and for 15 of 31 days of March 96.7742 less 48.3871.
    expect(money(book)).toEqual({ amount: '-98.3871', currency: 'EUR' });
  });

  test('of an earlier end charges the days that the present period has more', () => {
    const book = bookAt('2027-02-15T12:00Z', { ...YEAR, period: 'month', price: euros('310', 'period') });
    amend(book, { endDate: '2027-03-15' });
    book.passTo(instant('2027-03-02T12:00Z'));
    undo(book, 1);
    // March was charged for 15 of 31 days, 10 EUR each; 16 more come back.
    expect(money(book)).toEqual({ amount: '160.0000', currency: 'EUR' });
  });

  test('of a price that was taken away: the present period then costs the price again, and a credit counts from it', () => {
    const book = bookAt('2027-06-11T12:00Z', { ...YEAR, period: 'month', price: euros('30', 'period') });
    amend(book, { price: euros('60', 'period') });
    book.passTo(instant('2027-06-16T12:00Z'));
    amend(book, { price: null });
    book.passTo(instant('2027-07-05T12:00Z'));
    undo(book, 2);
    // 30 for 15 of 30 days of June, and 60 for July.
    expect(money(book)).toEqual({ amount: '90.0000', currency: 'EUR' });
    book.passTo(instant('2027-07-16T12:00Z'));
    amend(book, { price: euros('0', 'period') });
    // 16 of 31 days of July.
    expect(money(book)).toEqual({ amount: '-30.9677', currency: 'EUR' });
  });

  test('after the turn of a period takes back what rolled over of the amendment, also of a channel', () => {
    const rolling = { ...YEAR, period: 'month', totalTerm: 10, rolloverCap: 20 } as const;
    const channels = [{ channel: 'web', totalTerm: 4 }];
    const book = bookAt('2027-01-16T12:00Z', { ...rolling, channels });
    const without = Book.copyOf(book).passTo(instant('2027-02-02T12:00Z'));
    expect([without.remaining, without.remainingOf('web')]).toEqual([20, 8]);
    amend(book, { totalTerm: 15, channels: [{ channel: 'web', totalTerm: 6 }] });
    book.passTo(instant('2027-02-02T12:00Z'));
    expect([book.remaining, book.remainingOf('web')]).toEqual([30, 12]);
    undo(book, 1);
    expect([book.remaining, book.remainingOf('web')]).toEqual([20, 8]);
  });

  describe('after a top-up has expired', () => {
    /** Ten cases, and five of a top-up until the end of June. */
    function topped(changes: Partial<EntitlementDetails> = {}): Book {
      const book = activeBook({ restrict: false, ...changes });
      book.command({ kind: 'top-up', amount: 5, expiresOn: '2026-06-30', price: null, currency: null });
      return book;
    }

    test.each([
      // Without the amendment the top-up pays 2 of 12 cases, and 3 of it lapse.
      ['more was granted: the top-up lapsed whole, for which 2 of the 5 were used', 15, 12, 3, 0],
      ['more was granted and nothing was used: the 5 come back', 15, 0, 15, 10],
      ['more was granted and all was used: what the top-up would have paid stays', 15, 20, 0, -5],
      // Without the amendment 8 of 10 cases are used and the top-up lapses whole; with it the top-up paid 3 of them.
      ['less was granted: of the 5 the top-up has paid 3, which are not given back twice', 5, 8, 0, 2],
      ['less was granted and nothing was used: the 5 are given back', 5, 0, 5, 10],
    ])('%s', (_what, totalTerm, used, amended, voided) => {
      const book = topped();
      amend(book, { totalTerm });
      cases(book, used).passTo(instant('2026-07-02T00:00Z'));
      expect([book.last.kind, book.remaining]).toEqual(['top_up_expired', amended]);
      expect(undo(book, 1)).toBeUndefined();
      expect(book.remaining).toBe(voided);
      expect(book.rows.reduce((sum, { change }) => sum + change, 0)).toBe(voided);
      expect(cases(topped(), used).passTo(instant('2026-07-02T00:00Z')).remaining).toBe(voided);
    });

    test('a restricted contract lets it be voided, as no more is used than its total and the top-up', () => {
      const book = topped({ restrict: true });
      amend(book, { totalTerm: 15 });
      cases(book, 12).passTo(instant('2026-07-02T00:00Z'));
      expect(undo(book, 1)).toBeUndefined();
      expect(book.remaining).toBe(0);
    });

    test('each of several amendments comes back by what is left of it', () => {
      const book = topped();
      amend(book, { totalTerm: 13 });
      amend(book, { totalTerm: 15 });
      cases(book, 12).passTo(instant('2026-07-02T00:00Z'));
      expect(book.remaining).toBe(3);
      undo(book, 2);
      // 13 cases and the top-up: nothing of it is used, so it lapsed whole.
      expect(book.remaining).toBe(1);
      undo(book, 1);
      expect(book.remaining).toBe(0);
    });
  });

  test('is refused where more of a channel is used than its total before', () => {
    const book = activeBook({ totalTerm: 100, channels: [{ channel: 'email', totalTerm: 10 }] });
    amend(book, { channels: [{ channel: 'email', totalTerm: 20 }] });
    book.story(...Array.from({ length: 15 }, (_, index) => attach(`c${index}`, { channel: 'email' })));
    expect(undo(book, 1)).toMatchObject({
      code: 'validation_failed',
      field: 'channels',
      detail: expect.stringContaining('-5 cases would remain'),
    });
    expect(book.remainingOf('email')).toBe(5);
  });

  test('is refused where more is used than would be left, and where the end before is past', () => {
    const book = activeBook();
    amend(book, { totalTerm: 20 });
    cases(book, 15);
    expect(undo(book, 1)).toMatchObject({ code: 'validation_failed', field: 'totalTerm' });
    const long = activeBook();
    amend(long, { endDate: '2027-06-30' });
    long.passTo(ENDS_AT + 1);
    expect(undo(long, 1)).toMatchObject({ code: 'wrong_state', field: 'endDate' });
  });

  test('is not possible after an edit, which made another contract', () => {
    const book = activeBook();
    amend(book, { totalTerm: 20 });
    book.edited({ name: 'Gold' });
    expect(undo(book, 1)).toMatchObject({ code: 'wrong_state' });
  });
});
