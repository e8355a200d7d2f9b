import { describe, expect, test } from 'vitest';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { MAX_PURCHASE_RUNS } from '../../../domain/terms/earlier-purchases.ts';
import { chargeAmount, type OveragePrice } from '../../../domain/terms/overage-charge.ts';
import { activeBook, type Book } from './book.ts';
import { attach, cancel, instant, reactivate, resolve, update } from './samples.ts';

const EACH_100: OveragePrice = { unitPrice: '100', currency: 'EUR', billingIncrementMinutes: 1 };
const CHARGED = { totalTerm: 1, restrict: false, overagePrice: EACH_100 } as const;
const HOURLY = {
  allocationType: 'hours',
  totalTerm: 60,
  decreaseRemainingOn: 'resolution',
  restrict: false,
  overagePrice: { unitPrice: '60', currency: 'EUR', billingIncrementMinutes: 1 },
} as const satisfies Partial<EntitlementDetails>;

/** What all charges less all credits come to, in hundredths. */
const bill = (book: Book, unit: 'cases' | 'hours' = 'cases'): number =>
  book.rows.reduce(
    (sum, { charge }) => sum + (charge === null ? 0 : Math.round(Number(chargeAmount(charge, unit)) * 100)),
    0,
  );

const topUp = (book: Book, amount: number) =>
  book.command({ kind: 'top-up', amount, expiresOn: null, price: null, currency: null });

const cases = (book: Book, from: number, to: number): Book => {
  for (let number = from; number <= to; number++) book.story(attach(`c${number}`));
  return book;
};

describe('what was charged is settled', () => {
  test('a top-up pays for nothing that was bought already: 8 cases, 1 included, 5 bought by top-up, 2 charged', () => {
    const book = cases(activeBook(CHARGED), 1, 3);
    expect([book.remaining, bill(book)]).toEqual([0, 200_00]);
    expect(topUp(book, 5)).toBeUndefined();
    expect(book.remaining).toBe(5);
    cases(book, 4, 8);
    expect([book.remaining, bill(book)]).toEqual([0, 200_00]);
    expect(cases(book, 9, 9).last).toMatchObject({ change: 0, useChange: 1, overage: 1, charge: { amount: '100.00' } });
  });

  test('a raised total pays for nothing that was bought already', () => {
    const book = cases(activeBook(CHARGED), 1, 3).edited({ totalTerm: 6 });
    expect(book.remaining).toBe(5);
    expect(bill(cases(book, 4, 8))).toBe(200_00);
  });

  test.each(['before', 'after'] as const)('a top-up just %s the turn of a period comes to the same', (when) => {
    const book = cases(activeBook({ ...CHARGED, period: 'month' }), 1, 3);
    if (when === 'before') topUp(book.passTo(instant('2026-06-30T23:59Z')), 5);
    book.passTo(instant('2026-07-01T00:00Z'));
    if (when === 'after') topUp(book, 5);
    expect(book.remaining).toBe(6);
    expect(bill(cases(book, 4, 9))).toBe(200_00);
    expect(bill(cases(book, 10, 10))).toBe(300_00);
  });

  test('a total that is lowered below what is used leaves nothing owed, and a change of channel charges nothing', () => {
    const book = activeBook(CHARGED)
      .story(attach('c1', { channel: 'web' }))
      .edited({ totalTerm: 0 });
    book.story(update('c1', { channel: 'email' }));
    expect([book.remaining, bill(book), book.entitlement.bought?.owed]).toEqual([-1, 0, 0]);
  });

  test('a debt that a raised total has paid is not forgiven at the turn: what the case took comes back', () => {
    const book = activeBook({ totalTerm: 0, restrict: false, period: 'month' }).story(attach('c1'));
    book.edited({ totalTerm: 1 });
    expect(book.remaining).toBe(0);
    book.passTo(instant('2026-07-01T00:00Z')).story(cancel('c1'));
    expect(book.remaining).toBe(2);
  });

  test('under allow a debt stays a debt: a top-up pays it', () => {
    const book = cases(activeBook({ totalTerm: 1, restrict: false }), 1, 3);
    topUp(book, 5);
    expect([book.remaining, book.rows.filter(({ charge }) => charge !== null)]).toEqual([3, []]);
  });
});

describe('after the turn of a period', () => {
  const fiveOfThree = (changes: Partial<EntitlementDetails>) =>
    cases(activeBook({ totalTerm: 3, restrict: false, period: 'month', ...changes }), 1, 5).passTo(
      instant('2026-07-01T00:00Z'),
    );

  test('what was charged is credited and does not return as term', () => {
    const book = fiveOfThree({ overagePrice: EACH_100 });
    expect([book.remaining, bill(book)]).toEqual([3, 200_00]);
    book.story(cancel('c5'));
    expect(book.last).toMatchObject({
      change: 0,
      useChange: -1,
      overage: -1,
      charge: { quantity: -1, amount: '-100.00', credits: [{ caseId: 'c5', seq: 7 }] },
    });
    book.story(cancel('c4'));
    expect([book.remaining, bill(book)]).toEqual([3, 0]);
    expect(book.story(cancel('c3')).last).toMatchObject({ change: 1, charge: null, remainingAfter: 4 });
  });

  test('what was forgiven under allow does not return as term', () => {
    const book = fiveOfThree({}).story(cancel('c5'), cancel('c4'));
    expect(book.remaining).toBe(3);
    expect(book.story(cancel('c3')).remaining).toBe(4);
  });

  test('at most what was charged and not yet credited is credited', () => {
    const book = activeBook({ ...CHARGED, period: 'month' }).story(attach('a'), attach('b'), cancel('a'));
    expect(bill(book)).toBe(0);
    book.passTo(instant('2026-07-01T00:00Z'));
    expect(book.story(cancel('b'))).toMatchObject({ remaining: 2 });
    expect(bill(book)).toBe(0);
  });

  test('minutes that a case took in two periods come back to each as they were taken', () => {
    const book = activeBook({ ...HOURLY, decreaseRemainingOn: 'creation', period: 'month' });
    book.story(attach('a', { minutes: 90 })).passTo(instant('2026-07-01T00:00Z'));
    book.story(update('a', { minutes: 120 }));
    expect([book.remaining, bill(book, 'hours')]).toEqual([30, 30_00]);
    // 30 of this month; then 30 that were bought last month; then 20 of last month's allotment.
    book.story(update('a', { minutes: 90 }));
    expect([book.remaining, bill(book, 'hours')]).toEqual([60, 30_00]);
    book.story(update('a', { minutes: 60 }));
    expect([book.remaining, bill(book, 'hours')]).toEqual([60, 0]);
    book.story(update('a', { minutes: 40 }));
    expect([book.remaining, bill(book, 'hours')]).toEqual([80, 0]);
  });
});

describe('the bill does not depend on the order in which cases close and reopen', () => {
  test('a case that is reactivated and resolved again costs nothing more', () => {
    const book = activeBook(HOURLY).story(attach('a'), attach('b'), resolve('a', 60), resolve('b', 30));
    expect(bill(book, 'hours')).toBe(30_00);
    book.story(reactivate('a'), resolve('a', 60));
    expect(bill(book, 'hours')).toBe(30_00);
  });

  test('one unit past the allotment is charged once, whichever case took it', () => {
    const book = activeBook(CHARGED).story(attach('a'), attach('b'), cancel('a'));
    expect(bill(book)).toBe(0);
    expect(book.last).toMatchObject({ change: 0, charge: { amount: '-100.00', credits: [{ caseId: 'b', seq: 4 }] } });
    expect(bill(book.story(attach('c')))).toBe(100_00);
  });

  test('the last charge is credited first, at its own price; two prices make two rows', () => {
    const book = activeBook({ ...HOURLY, totalTerm: 0 });
    book.story(attach('a'), resolve('a', 30)).edited({ overagePrice: { ...HOURLY.overagePrice, unitPrice: '120' } });
    book.story(attach('b'), resolve('b', 30), update('a', { minutes: 70 }), update('a', { minutes: 0 }));
    const credits = book.rows.filter(({ charge }) => charge !== null && charge.quantity < 0);
    expect(credits).toMatchObject([
      {
        kind: 'updated',
        change: 0,
        key: null,
        case: { minutes: 70, taken: 30 },
        charge: { quantity: -40, unitPrice: '60', amount: '-40.00' },
      },
      { kind: 'updated', change: 0, charge: { quantity: -30, unitPrice: '120', amount: '-60.00' } },
    ]);
    expect(credits.at(-1)?.key).not.toBeNull();
    expect([bill(book, 'hours'), book.caseNow('a').taken]).toEqual([30_00, 0]);
  });

  test('a return to one channel credits nothing that another channel bought past its own row', () => {
    const channels = [
      { channel: 'web', totalTerm: 1 },
      { channel: 'phone', totalTerm: 5 },
    ];
    const book = activeBook({ ...CHARGED, totalTerm: 5, channels });
    book.story(attach('w1', { channel: 'web' }), attach('w2', { channel: 'web' }), attach('p1', { channel: 'phone' }));
    book.story(cancel('p1'));
    expect([bill(book), book.remaining, book.remainingOf('web')]).toEqual([100_00, 4, 0]);
    expect(bill(book.story(cancel('w1')))).toBe(0);
    expect([book.remaining, book.remainingOf('web')]).toEqual([4, 0]);
  });
});

describe('amounts that can be paid', () => {
  const resolvedWith = (minutes: number, price: Partial<OveragePrice>) =>
    activeBook({ ...HOURLY, totalTerm: 0, overagePrice: { ...HOURLY.overagePrice, ...price } }).story(
      attach('a'),
      resolve('a', minutes),
    );

  test.each([
    ['15 minutes at 89.90 EUR an hour', 15, { unitPrice: '89.90' }, '22.48'],
    ['20 minutes at 3350 JPY an hour', 20, { unitPrice: '3350', currency: 'JPY' }, '1117'],
    ['10 minutes at 1.2345 KWD an hour', 10, { unitPrice: '1.2345', currency: 'KWD' }, '0.206'],
    ['a code that no table knows counts in hundredths', 10, { unitPrice: '1', currency: 'ZZZ' }, '0.17'],
  ])('%s', (_what, minutes, price, amount) => {
    expect(resolvedWith(minutes, price).last.charge?.amount).toBe(amount);
  });

  test('what is bought in several purchases costs as much as in one, and all of it can be credited', () => {
    const book = activeBook({ ...HOURLY, totalTerm: 0, overagePrice: { ...HOURLY.overagePrice, unitPrice: '89.90' } });
    for (const id of ['a', 'b', 'c', 'd']) book.story(attach(id), resolve(id, 15));
    expect(bill(book, 'hours')).toBe(89_90);
    for (const id of ['b', 'd', 'a']) book.story(cancel(id));
    expect(bill(book, 'hours')).toBe(22_48);
    expect(bill(book.story(cancel('c')), 'hours')).toBe(0);
  });
});

describe('what is remembered stays small', () => {
  test('purchases at alternating prices are joined by price, and all of them can be credited', () => {
    const book = activeBook({ ...HOURLY, totalTerm: 0, decreaseRemainingOn: 'creation' });
    book.story(attach('cheap')).edited({ overagePrice: { ...HOURLY.overagePrice, unitPrice: '120' } });
    book.story(attach('dear'));
    for (let minute = 1; minute <= 40; minute++)
      book.story(update('cheap', { minutes: minute }), update('dear', { minutes: minute }));
    expect(book.entitlement.bought?.runs.length).toBeLessThanOrEqual(MAX_PURCHASE_RUNS);
    expect(bill(book, 'hours')).toBe(40_00 + 80_00);
    expect(bill(book.story(cancel('cheap'), cancel('dear')), 'hours')).toBe(0);
    expect(book.remaining).toBe(0);
  });

  test('a row carries little of it, because an update answers with 500 rows in 2 MB', () => {
    const book = activeBook({ ...CHARGED, totalTerm: 0, period: 'month' });
    const buy = (from: number) => {
      for (let price = from; price < from + 3 * MAX_PURCHASE_RUNS; price++) {
        book.edited({ overagePrice: { ...EACH_100, unitPrice: `${price}.1234` } });
        for (let number = 0; number < 5; number++) book.story(attach(`${'c'.repeat(100)}-${price}-${number}`));
      }
    };
    buy(100_000_000);
    book.passTo(instant('2026-07-01T00:00Z'));
    buy(200_000_000);
    expect(JSON.stringify(book.entitlement.bought).length).toBeLessThan(3_500);
  });

  test('with too many prices the oldest purchase is settled, and no more is credited than was charged', () => {
    const book = activeBook({ ...CHARGED, totalTerm: 0 });
    for (let price = 1; price <= 3 * MAX_PURCHASE_RUNS; price++)
      book.edited({ overagePrice: { ...EACH_100, unitPrice: String(price) } }).story(attach(`c${price}`));
    expect(book.entitlement.bought?.runs.length).toBe(MAX_PURCHASE_RUNS);
    expect(book.entitlement.bought?.earlier.length).toBe(MAX_PURCHASE_RUNS);
    for (let price = 1; price <= 3 * MAX_PURCHASE_RUNS; price++) book.story(cancel(`c${price}`));
    expect(bill(book)).toBeGreaterThanOrEqual(0);
  });
});
