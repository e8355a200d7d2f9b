import { describe, expect, test } from 'vitest';
import { chargeAmount } from '../../../domain/terms/overage-charge.ts';
import { activeBook } from './book.ts';
import { attach, cancel, reactivate, resolve, update } from './samples.ts';

const PRICE = { unitPrice: '120.00', currency: 'EUR', billingIncrementMinutes: 15 };
const HOURS = { allocationType: 'hours', totalTerm: 60, restrict: false, overagePrice: PRICE } as const;
const ON_RESOLUTION = { ...HOURS, decreaseRemainingOn: 'resolution' } as const;

describe('what goes past the allotment', () => {
  test('is bought: it is charged by each begun increment and takes nothing from what remains', () => {
    const book = activeBook(ON_RESOLUTION).story(attach('c1'), resolve('c1', 100));
    expect(book.last).toMatchObject({
      change: -60,
      useChange: 100,
      overage: 40,
      remainingAfter: 0,
      charge: { quantity: 45, unitPrice: '120.00', currency: 'EUR', amount: '90.00' },
    });
    book.story(attach('c2'), resolve('c2', 150));
    expect(book.last).toMatchObject({ change: 0, overage: 150, charge: { quantity: 150, amount: '300.00' } });
  });

  test('does not exist while something is left', () => {
    const book = activeBook(ON_RESOLUTION).story(attach('c1'), resolve('c1', 60));
    expect(book.last).toMatchObject({ overage: 0, charge: null });
  });

  test('what comes back credits the last charge first, and the row says whose charge it credits', () => {
    const book = activeBook(ON_RESOLUTION).story(attach('c1'), resolve('c1', 100), attach('c2'), resolve('c2', 20));
    expect(book.last).toMatchObject({ change: 0, overage: 20, charge: { quantity: 15, amount: '30.00' } });
    book.story(reactivate('c1'));
    expect(book.last).toMatchObject({
      change: 40,
      overage: -60,
      charge: {
        quantity: -60,
        amount: '-120.00',
        credits: [
          { caseId: 'c2', seq: 6 },
          { caseId: 'c1', seq: 4 },
        ],
      },
    });
    expect(book.caseNow('c2')).toMatchObject({ over: 20 });
    book.story(resolve('c1', 100));
    expect(book.last).toMatchObject({ change: -40, overage: 60, charge: { quantity: 60, amount: '120.00' } });
  });

  test('more minutes of a case are charged by the difference of what is billed', () => {
    const book = activeBook(HOURS).story(attach('c1', { minutes: 70 }));
    expect(book.last).toMatchObject({ overage: 10, charge: { quantity: 15 } });
    book.story(update('c1', { minutes: 74 }));
    expect(book.last).toMatchObject({ overage: 4, charge: null });
    book.story(update('c1', { minutes: 76 }));
    expect(book.last).toMatchObject({ overage: 2, charge: { quantity: 15 } });
    book.story(update('c1', { minutes: 30 }));
    expect(book.last).toMatchObject({ overage: -16, charge: { quantity: -30 } });
  });

  test('cases are charged one by one', () => {
    const price = { ...PRICE, billingIncrementMinutes: 1 };
    const book = activeBook({ totalTerm: 1, restrict: false, overagePrice: price }).story(attach('c1'), attach('c2'));
    expect(book.last).toMatchObject({ overage: 1, charge: { quantity: 1 } });
    expect(book.story(cancel('c2')).last).toMatchObject({ overage: -1, charge: { quantity: -1 } });
  });

  test("is bought when a channel's row is used up, even if the total has something left", () => {
    const channels = [{ channel: 'web', totalTerm: 1 }];
    const book = activeBook({
      totalTerm: 5,
      restrict: false,
      channels,
      overagePrice: { ...PRICE, billingIncrementMinutes: 1 },
    });
    book.story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'web' }));
    expect(book.last).toMatchObject({ overage: 1, charge: { quantity: 1 }, remainingAfter: 4 });
    expect(book.remainingOf('web')).toBe(0);
  });

  test('a change of channel bills nothing anew, and once the price is removed nothing stays billed', () => {
    const price = { ...PRICE, billingIncrementMinutes: 1 };
    const book = activeBook({ totalTerm: 1, restrict: false, overagePrice: price });
    book.story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'web' }), update('c1', { channel: 'phone' }));
    expect([book.caseNow('c1').over, book.caseNow('c2').over]).toEqual([0, 1]);
    book.story(update('c2', { channel: 'phone', decrements: false }));
    expect(book.caseNow('c2')).toMatchObject({ taken: 0, over: 0 });
    const billed = book.rows.reduce((sum, { charge }) => sum + (charge?.quantity ?? 0), 0);
    expect(billed).toBe(0);
  });

  test('without a price it is recorded in the ledger and nothing is charged', () => {
    const book = activeBook({ totalTerm: 1, restrict: false }).story(attach('c1'), attach('c2'));
    expect(book.last).toMatchObject({ overage: 1, charge: null });
  });

  test('under restrict a resolve that overdraws is recorded too: the work is done', () => {
    const book = activeBook({ allocationType: 'hours', totalTerm: 60, decreaseRemainingOn: 'resolution' });
    book.story(attach('c1'), resolve('c1', 90));
    expect(book.last).toMatchObject({ overage: 30, charge: null, remainingAfter: -30 });
  });

  test('the price is the one that applied when the case attached', () => {
    const book = activeBook(ON_RESOLUTION).story(attach('c1'), resolve('c1', 75));
    book.edited({ overagePrice: { ...PRICE, unitPrice: '200' } });
    book.story(reactivate('c1'));
    expect(book.last).toMatchObject({ charge: { quantity: -15, unitPrice: '120.00' } });
  });

  test.each([
    ['2.5 hours', 150, '120', 'hours', '300.00'],
    ['a quarter of an hour, half a cent up', 15, '89.90', 'hours', '22.48'],
    ['the same taken back', -15, '89.90', 'hours', '-22.48'],
    ['a third of a cent', 1, '0.2', 'hours', '0.00'],
    ['taken back', -15, '120.00', 'hours', '-30.00'],
    ['cases', 3, '49.99', 'cases', '149.97'],
    ['a lot', 99_999_999, '999999999.9999', 'cases', '99999998999990000.00'],
  ] as const)('%s comes to', (_what, quantity, unitPrice, unit, amount) => {
    expect(chargeAmount({ quantity, unitPrice, currency: 'EUR' }, unit)).toBe(amount);
  });
});
