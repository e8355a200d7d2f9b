import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../domain/calendar.ts';
import { markOf } from '../../../domain/entitlements/amending.ts';
import { nextInstant } from '../../../domain/entitlements/passing-of-time.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { amend, bookAt, cases, euros, money, undo, YEAR } from './amended-books.ts';
import { activeBook, Book } from './book.ts';
import { attach, detailsWith, instant, resolve } from './samples.ts';

describe('what a changed total grants, by hand', () => {
  // The total, the new one, when, how, the length of the periods, and the grant.
  test.each([
    ['up, whole', 100, 150, '2027-07-01', 'full', null, 50],
    ['down, whole', 100, 60, '2027-07-01', 'full', null, -40],
    // 1 July to 31 December: 184 of 365 days. 50 x 184 / 365 = 25.2.
    ['up by days left of the term', 100, 150, '2027-07-01', 'prorated', null, 25],
    ['down by days left of the term', 100, 50, '2027-07-01', 'prorated', null, -25],
    // On the first day nothing has passed, on the last day 1 of 365 is left: 73 / 365 = 0.2, 365 / 365 = 1.
    ['on the first day all of it', 100, 150, '2027-01-01', 'prorated', null, 50],
    ['on the last day one day of it', 0, 365, '2027-12-31', 'prorated', null, 1],
    ['on the last day too little to count', 0, 73, '2027-12-31', 'prorated', null, 0],
    // 16 June to 30 June: 15 of 30 days.
    ['a month, half of it left', 10, 20, '2027-06-16', 'prorated', 'month', 5],
    // A half is rounded up, in both directions: 5 x 15 / 30 = 2.5 gives 3, -2.5 gives -2.
    ['a half is rounded up', 10, 15, '2027-06-16', 'prorated', 'month', 3],
    ['a negative half too', 10, 5, '2027-06-16', 'prorated', 'month', -2],
    // July to September has 92 days, 15 August to 30 September 47: 92 x 47 / 92.
    ['a quarter', 100, 192, '2027-08-15', 'prorated', 'quarter', 47],
    ['a year', 100, 465, '2027-12-02', 'prorated', 'year', 30],
    ['a month, whole', 10, 20, '2027-06-16', 'full', 'month', 10],
  ] as const)('%s: %i to %i on %s, %s, %s', (_what, from, to, day, grant, period, change) => {
    const book = bookAt('2027-01-01T12:00Z', { ...YEAR, period, totalTerm: from }).passTo(instant(`${day}T12:00Z`));
    expect(amend(book, { totalTerm: to }, { grant })).toBeUndefined();
    expect([book.last.change, book.remaining]).toEqual([change, from + change]);
    expect(book.entitlement.details.totalTerm).toBe(to);
  });

  test('in a leap year the term has 366 days, and February 29', () => {
    const leap = { startDate: '2028-01-01', endDate: '2028-12-31', totalTerm: 0 };
    const term = bookAt('2028-02-29T12:00Z', leap);
    // 29 February to 31 December: 307 days.
    amend(term, { totalTerm: 366 }, { grant: 'prorated' });
    expect(term.last.change).toBe(307);
    const month = bookAt('2028-02-29T12:00Z', { ...leap, period: 'month' });
    amend(month, { totalTerm: 29 }, { grant: 'prorated' });
    expect(month.last.change).toBe(1);
  });

  test('days are counted in the zone: late in the evening it is the next day there, and clock changes change nothing', () => {
    const berlin = { ...YEAR, timeZone: 'Europe/Berlin', totalTerm: 0 };
    // 22:30 in UTC is 00:30 on 1 July in Berlin.
    const late = bookAt('2027-06-30T22:30Z', berlin);
    amend(late, { totalTerm: 365 }, { grant: 'prorated' });
    expect(late.last.change).toBe(184);
    // March has 31 days there, though it is an hour shorter; the 28th and 3 more are left.
    const spring = bookAt('2027-03-28T10:00Z', { ...berlin, period: 'month' });
    amend(spring, { totalTerm: 31 }, { grant: 'prorated' });
    expect(spring.last.change).toBe(4);
  });

  test('the next period grants the new total, whatever this one got', () => {
    for (const grant of ['full', 'prorated'] as const) {
      const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' });
      amend(book, { totalTerm: 25 }, { grant });
      expect(book.passTo(instant('2027-07-01T00:00Z')).remaining).toBe(25);
    }
  });

  test('two prorated amendments of one day come to the same as their sum, though each alone would be rounded', () => {
    // One more for 15 of 30 days is a half: twice 1, and together 1.
    const twice = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' });
    amend(twice, { totalTerm: 11 }, { grant: 'prorated' });
    amend(twice, { totalTerm: 12 }, { grant: 'prorated' });
    const once = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' });
    amend(once, { totalTerm: 12 }, { grant: 'prorated' });
    expect([twice.remaining, once.remaining]).toEqual([11, 11]);
  });

  test.each(['2027-07-01', 'next_period'])(
    'two for %s, on which a pause begins, count with the turn like one',
    (day) => {
      const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month', rolloverCap: 10 });
      expect(book.command({ kind: 'pause', from: '2027-07-01', until: '2027-07-11', end: 'keep' })).toBeUndefined();
      amend(book, { totalTerm: 20 }, { effective: day, grant: 'full' });
      amend(book, { totalTerm: 25 }, { effective: day, grant: 'full' });
      // The old period, whose turn the pause holds up, keeps its 10; they roll over, and the new one grants 25.
      book.passTo(instant('2027-07-05T00:00Z'));
      expect([book.remaining, book.entitlement.details.totalTerm]).toEqual([10, 25]);
      expect(book.passTo(instant('2027-07-12T00:00Z')).remaining).toBe(35);
    },
  );

  test("a channel's own total follows the same rule, and one that has the whole total follows the total", () => {
    const book = bookAt('2027-06-16T12:00Z', {
      ...YEAR,
      period: 'month',
      totalTerm: 10,
      channels: [
        { channel: 'web', totalTerm: 4 },
        { channel: 'email', totalTerm: 10 },
      ],
    }).story(attach('c1', { channel: 'web' }));
    amend(
      book,
      {
        totalTerm: 20,
        channels: [
          { channel: 'web', totalTerm: 8 },
          { channel: 'email', totalTerm: null },
        ],
      },
      { grant: 'prorated' },
    );
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('email')]).toEqual([14, 5, 14]);
    book.passTo(instant('2027-07-01T00:00Z'));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('email')]).toEqual([20, 8, 20]);
  });
});

describe('a channel that had no row before', () => {
  const monthly = {
    ...YEAR,
    period: 'month',
    totalTerm: 100,
    rolloverCap: 50,
    channels: [{ channel: 'email', totalTerm: 60 }],
  } as const;
  const channels = [...monthly.channels, { channel: 'phone', totalTerm: 40 }];

  test.each([
    ['prorated', 20],
    ['full', 40],
  ] as const)('with %s it gets %i of 40 where 15 of 30 days are left, and all of the next period', (grant, left) => {
    const book = bookAt('2027-06-16T12:00Z', { ...monthly, rolloverCap: 0 });
    amend(book, { channels }, { grant });
    expect([book.remainingOf('email'), book.remainingOf('phone')]).toEqual([60, left]);
    book.passTo(instant('2027-07-01T00:00Z'));
    expect([book.remainingOf('email'), book.remainingOf('phone')]).toEqual([60, 40]);
    undo(book, 1);
    expect([book.remainingOf('email'), book.remainingOf('phone')]).toEqual([60, null]);
  });

  test('with the next period nothing of this one rolls over', () => {
    const book = bookAt('2027-06-16T12:00Z', monthly);
    amend(book, { channels }, { effective: 'next_period' });
    book.passTo(instant('2027-07-01T00:00Z'));
    expect(book.remainingOf('phone')).toBe(40);
  });
});

describe('a total below what is used', () => {
  test('is refused with the least possible one where the contract restricts', () => {
    const book = cases(activeBook(), 7);
    const { length } = book.rows;
    expect(amend(book, { totalTerm: 6 })).toMatchObject({
      code: 'validation_failed',
      field: 'totalTerm',
      detail: expect.stringContaining('The least possible total is 7 cases.'),
    });
    expect(book.rows).toHaveLength(length);
    expect(amend(book, { totalTerm: 7 })).toBeUndefined();
    expect(book.remaining).toBe(0);
  });

  test('the least possible one is that of its own rule: by days left it is lower', () => {
    const book = cases(bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' }), 7);
    // 10 - 7 leaves 3: half of 7 more down (3.5, which gives -3) still fits.
    expect(amend(book, { totalTerm: 0 }, { grant: 'prorated' })).toMatchObject({
      detail: expect.stringContaining('The least possible total is 3 cases.'),
    });
    expect(amend(book, { totalTerm: 3 }, { grant: 'prorated' })).toBeUndefined();
    expect(book.remaining).toBe(0);
  });

  test('makes the remaining term negative where it does not restrict, and is no debt of cases', () => {
    const book = cases(activeBook({ restrict: false }), 7);
    expect(amend(book, { totalTerm: 5 })).toBeUndefined();
    expect([book.remaining, book.entitlement.bought?.owed]).toEqual([-2, 0]);
  });

  test('of a channel is refused too', () => {
    const book = activeBook({ channels: [{ channel: 'web', totalTerm: 5 }] }).story(
      attach('c1', { channel: 'web' }),
      attach('c2', { channel: 'web' }),
    );
    expect(amend(book, { channels: [{ channel: 'web', totalTerm: 1 }] })).toMatchObject({
      field: 'channels',
      detail: expect.stringContaining('The least possible one is 2 cases.'),
    });
  });
});

describe('when an amendment counts', () => {
  test('on its day, by itself, at the beginning of the day in the zone', () => {
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, timeZone: 'America/New_York' });
    expect(amend(book, { totalTerm: 20 }, { effective: '2027-07-01' })).toBeUndefined();
    expect([book.last.kind, book.remaining, nextInstant(book.entitlement)]).toEqual([
      'amendment_scheduled',
      10,
      instant('2027-07-01T04:00Z'),
    ]);
    book.passTo(instant('2027-07-01T03:59:59.999Z'));
    expect(book.remaining).toBe(10);
    book.passTo(instant('2027-07-01T04:00Z'));
    expect([book.last.kind, book.last.at, book.remaining]).toEqual(['amended', instant('2027-07-01T04:00Z'), 20]);
    expect(book.entitlement.amendmentsAhead).toBeUndefined();
  });

  test.each(['full', 'prorated'] as const)('with the next period, which grants the new total once (%s)', (grant) => {
    const book = cases(bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' }), 4);
    amend(book, { totalTerm: 25 }, { effective: 'next_period', grant });
    book.passTo(instant('2027-07-01T00:00Z'));
    expect(book.rows.slice(-2).map(({ kind, change }) => [kind, change])).toEqual([
      ['amended', 0],
      ['period_started', 19],
    ]);
    expect(book.remaining).toBe(25);
  });

  test('of several on one day, the one that was asked for first comes first', () => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    amend(book, { totalTerm: 20 }, { effective: '2027-07-01' });
    amend(book, { totalTerm: 15 }, { effective: '2027-07-01' });
    amend(book, { totalTerm: 30 }, { effective: '2027-06-20' });
    book.passTo(instant('2027-07-02T00:00Z'));
    const amended = book.rows.filter(({ kind }) => kind === 'amended');
    expect(amended.map(({ facts, change }) => [facts?.amendment?.n, change])).toEqual([
      [3, 20],
      [1, -10],
      [2, -5],
    ]);
  });

  test('until then it can be taken back, and after that no more', () => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    amend(book, { totalTerm: 20 }, { effective: '2027-07-01' });
    expect(book.command({ kind: 'take-back-amendment', n: 2 })).toMatchObject({ code: 'not_found' });
    expect(undo(book, 1)).toMatchObject({ code: 'wrong_state' });
    expect(book.command({ kind: 'take-back-amendment', n: 1 })).toBeUndefined();
    book.passTo(instant('2027-07-02T00:00Z'));
    expect(book.remaining).toBe(10);
    expect(book.command({ kind: 'take-back-amendment', n: 1 })).toMatchObject({ code: 'wrong_state' });
  });

  test('what no longer fits when its time comes is dropped, and its row says why', () => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    amend(book, { totalTerm: 5 }, { effective: '2027-07-01' });
    cases(book, 7).passTo(instant('2027-07-01T00:00Z'));
    expect(book.last).toMatchObject({
      kind: 'amendment_dropped',
      detail: expect.stringContaining('below what is used'),
    });
    expect([book.remaining, book.entitlement.amendmentsAhead]).toEqual([3, undefined]);
  });

  test.each([
    ['a day that has begun', '2027-06-16'],
    ['a day after the end', '2028-01-01'],
    ['no day', '2027-02-30'],
    ['the next of no periods', 'next_period'],
  ])('%s is refused', (_what, effective) => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    expect(amend(book, { priority: 2 }, { effective })).toMatchObject({
      code: 'validation_failed',
      field: 'effective',
    });
  });

  test('a pause that moves the turn of the period moves what counts with the next period', () => {
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month' });
    amend(book, { totalTerm: 25 }, { effective: 'next_period' });
    book.command({ kind: 'pause', from: '2027-06-20', until: '2027-06-30', end: 'shift' });
    book.passTo(instant('2027-07-10T23:59Z'));
    expect(book.remaining).toBe(10);
    expect(book.passTo(instant('2027-07-11T00:00Z')).remaining).toBe(25);
  });

  test('an entitlement is not deactivated while an amendment lies ahead', () => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    amend(book, { totalTerm: 20 }, { effective: '2027-07-01' });
    expect(book.command({ kind: 'deactivate' })).toMatchObject({ code: 'wrong_state' });
  });
});

describe('the end', () => {
  test.each([
    ['later', '2028-03-31', '2028-04-01T00:00Z'],
    ['earlier', '2027-09-30', '2027-10-01T00:00Z'],
  ])('%s: it expires then, and its renewal counts from there', (_what, endDate, at) => {
    const policy = {
      noticeDays: 30,
      reminderDays: 0,
      escalationDays: 0,
      accountManager: null,
      escalateTo: null,
      propose: 'same_terms',
    } as const;
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, renewalPolicy: policy });
    expect(amend(book, { endDate })).toBeUndefined();
    book.passTo(instant('2029-01-01T00:00Z'));
    const when = (kind: string) => book.rows.filter((row) => row.kind === kind).map((row) => row.at);
    expect(when('expired')).toEqual([instant(at)]);
    expect(when('renewal_started')).toEqual([instant(at) - 30 * 86_400_000]);
  });

  test('it may be today, and not before; nor may it move where a successor begins', () => {
    const book = bookAt('2027-06-16T12:00Z', YEAR);
    expect(amend(book, { endDate: '2027-06-15' })).toMatchObject({ field: 'endDate' });
    expect(amend(Book.copyOf(book), { endDate: '2027-06-16' })).toBeUndefined();
    const details = detailsWith({ startDate: '2028-01-01', endDate: '2028-12-31' });
    book.command({ kind: 'accept-renewal', successorId: entitlementId('ent-2'), details });
    expect(amend(book, { endDate: '2028-02-01' })).toMatchObject({ code: 'wrong_state', field: 'endDate' });
  });
});

describe('money, by hand', () => {
  // 365 EUR for 365 days: a euro a day. 1 July to 31 December has 184 days.
  const priced = { ...YEAR, totalTerm: 100, price: euros('365') };
  const july: EpochMs = instant('2027-07-01T12:00Z');
  const inJuly = (changes: Partial<EntitlementDetails> = {}) =>
    bookAt('2027-01-01T12:00Z', { ...priced, ...changes }).passTo(july);

  test.each([
    ['the price up by half: half a euro for 184 days', { price: euros('547.50') }, '92.0000'],
    ['the price down to a fifth: four fifths of a euro', { price: euros('73') }, '-147.2000'],
    ['no price any more: all that was charged for the days left', { price: null }, '-184.0000'],
    ['the total up by half: the price follows', { totalTerm: 150 }, '92.0000'],
    ['the total and the price: the named price counts', { totalTerm: 150, price: euros('365') }, null],
    ['the end 31 days later: 31 euros', { endDate: '2028-01-31' }, '31.0000'],
    ['the end 92 days earlier: 92 euros', { endDate: '2027-09-30' }, '-92.0000'],
    ['something else: nothing', { priority: 7 }, null],
  ] as const)('%s', (_what, changes, amount) => {
    const book = inJuly();
    expect(amend(book, changes)).toBeUndefined();
    expect(money(book)).toEqual(amount === null ? null : { amount, currency: 'EUR' });
  });

  test('it is rounded once, to four places: 100 / 365 a day for 184 days is 50.4110', () => {
    const book = inJuly({ price: euros('100') });
    amend(book, { price: null });
    expect(money(book)).toEqual({ amount: '-50.4110', currency: 'EUR' });
  });

  test('a credit after two upgrades is what was charged for those days, and not what today’s list says', () => {
    const book = inJuly();
    amend(book, { totalTerm: 150 });
    amend(book, { totalTerm: 200 });
    book.passTo(instant('2027-10-01T12:00Z'));
    // 92 days are left, each charged at 2 euros by then.
    amend(book, { totalTerm: 0, price: euros('0') });
    expect(money(book)).toEqual({ amount: '-184.0000', currency: 'EUR' });
  });

  test('a price for each period is charged for the days left of the period', () => {
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month', totalTerm: 10, price: euros('30', 'period') });
    amend(book, { totalTerm: 20 });
    expect(money(book)).toEqual({ amount: '15.0000', currency: 'EUR' });
    expect(book.entitlement.details.price?.amount).toBe('60.0000');
    book.passTo(instant('2027-07-16T12:00Z'));
    // July was charged at 60: 16 of 31 days are 30.9677.
    amend(book, { price: euros('0', 'period') });
    expect(money(book)).toEqual({ amount: '-30.9677', currency: 'EUR' });
  });

  test('with the next period it charges nothing: that period is charged at the new price', () => {
    const book = bookAt('2027-06-16T12:00Z', { ...YEAR, period: 'month', totalTerm: 10, price: euros('30', 'period') });
    amend(book, { totalTerm: 20 }, { effective: 'next_period' });
    book.passTo(instant('2027-07-01T00:00Z'));
    expect(book.rows.at(-2)?.facts).toMatchObject({ money: null, details: { price: { amount: '60.0000' } } });
  });

  test('days that a pause took are charged neither twice nor not at all', () => {
    const book = inJuly();
    book.command({ kind: 'pause', from: '2027-07-11', until: '2027-07-21', end: 'shift' });
    book.passTo(instant('2027-07-21T12:00Z'));
    // Ten days of cover were used since 1 July, so 174 are left.
    amend(book, { price: null });
    expect(money(book)).toEqual({ amount: '-174.0000', currency: 'EUR' });
  });

  test.each([
    ['another currency', { amount: '10', currency: 'USD', per: 'term' }, 'price.currency'],
    ['for each period where it was for the term', { amount: '10', currency: 'EUR', per: 'period' }, 'price.per'],
    ['five places', { amount: '10.00001', currency: 'EUR', per: 'term' }, 'price.amount'],
  ] as const)('a price in %s is refused', (_what, price, field) => {
    expect(amend(inJuly({ period: 'month' }), { price })).toMatchObject({ code: 'validation_failed', field });
  });
});

describe('what is kept stays small', () => {
  test('of many amendments only the newest can be voided, and twenty lie ahead', () => {
    const book = activeBook({ restrict: false });
    for (let n = 1; n <= 40; n++) amend(book, { totalTerm: 10 + n });
    expect(book.entitlement.amendments).toHaveLength(20);
    expect(undo(book, 1)).toMatchObject({ code: 'wrong_state' });
    for (let n = 0; n < 20; n++) expect(amend(book, { totalTerm: n }, { effective: '2026-12-01' })).toBeUndefined();
    expect(amend(book, { totalTerm: 5 }, { effective: '2026-12-01' })).toMatchObject({ code: 'wrong_state' });
  });
});

describe('a preview', () => {
  test('pins what an amendment does: the same numbers, or a conflict', () => {
    const seen = activeBook();
    const version = seen.entitlement.seq;
    const copy = Book.copyOf(seen);
    amend(copy, { totalTerm: 20 }, { grant: 'prorated' });
    const pinned = { version, mark: markOf(copy.last) };
    const later = Book.copyOf(seen).passTo(seen.now + 86_400_000);
    expect(amend(later, { totalTerm: 20 }, { grant: 'prorated', pinned })).toMatchObject({ code: 'conflict' });
    expect(amend(Book.copyOf(seen), { totalTerm: 21 }, { grant: 'prorated', pinned })).toMatchObject({
      code: 'conflict',
    });
    const used = Book.copyOf(seen).story(attach('c1'));
    expect(amend(used, { totalTerm: 20 }, { grant: 'prorated', pinned })).toMatchObject({ code: 'conflict' });
    expect(amend(seen, { totalTerm: 20 }, { grant: 'prorated', pinned })).toBeUndefined();
  });
});

test('cases of a resolved amendment keep the rule with which they attached', () => {
  const book = activeBook({ decreaseRemainingOn: 'resolution', restrict: false }).story(attach('c1'));
  amend(book, { overagePrice: { unitPrice: '10', currency: 'EUR', billingIncrementMinutes: 1 } });
  book.story(resolve('c1'));
  expect(book.caseNow('c1').rule.price).toBeUndefined();
});
