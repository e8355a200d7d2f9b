import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { remainingTerm } from '../../../domain/entitlements/balance.ts';
import { nextInstant } from '../../../domain/entitlements/passing-of-time.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { periodAt, periodFrom } from '../../../domain/terms/periods.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, detailsWith, instant, reactivate, STARTS_AT, update } from './samples.ts';

const MONTHLY = { period: 'month', totalTerm: 10 } as const;
const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());

const cases = (book: Book, count: number, from: string): Book => {
  for (let n = 0; n < count; n++) book.story(attach(`${from}-${n}`));
  return book;
};

const turns = (book: Book) => book.rows.filter(({ kind }) => kind === 'period_started');

/** A book that is active from the first instant of its term. */
function fromTheStart(changes: Partial<EntitlementDetails>): Book {
  const book = new Book(detailsWith(changes), STARTS_AT);
  book.command({ kind: 'activate' });
  return book;
}

describe('where periods lie', () => {
  test.each([
    [
      'months from the start date',
      'month',
      '2027-01-15',
      'UTC',
      ['2027-02-15T00:00', '2027-03-15T00:00', '2027-04-15T00:00'],
    ],
    [
      "the month's last day, and back to the 31st",
      'month',
      '2027-01-31',
      'UTC',
      ['2027-02-28T00:00', '2027-03-31T00:00', '2027-04-30T00:00', '2027-05-31T00:00'],
    ],
    ['a leap day', 'month', '2028-01-30', 'UTC', ['2028-02-29T00:00', '2028-03-30T00:00']],
    ['quarters', 'quarter', '2027-11-30', 'UTC', ['2028-02-29T00:00', '2028-05-30T00:00', '2028-08-30T00:00']],
    [
      'years from a leap day',
      'year',
      '2028-02-29',
      'UTC',
      ['2029-02-28T00:00', '2030-02-28T00:00', '2031-02-28T00:00', '2032-02-29T00:00'],
    ],
    [
      'in summer time an hour earlier',
      'month',
      '2027-02-28',
      'Europe/Berlin',
      ['2027-03-27T23:00', '2027-04-27T22:00'],
    ],
    [
      'over both clock changes',
      'quarter',
      '2027-01-01',
      'America/New_York',
      ['2027-04-01T04:00', '2027-07-01T04:00', '2027-10-01T04:00', '2028-01-01T05:00'],
    ],
    [
      'of a successor whose first began on the 31st',
      'month',
      '2027-02-28',
      'UTC',
      ['2027-03-31T00:00', '2027-04-30T00:00', '2027-05-31T00:00'],
      31,
    ],
    [
      'of a successor whose first began on a leap day',
      'year',
      '2029-02-28',
      'UTC',
      ['2030-02-28T00:00', '2031-02-28T00:00', '2032-02-29T00:00'],
      29,
    ],
    ['where clocks skip midnight', 'month', '2023-03-28', 'Africa/Cairo', ['2023-04-27T22:00', '2023-05-27T21:00']],
  ] as const)('%s', (_what, period, startDate, timeZone, expected, anchorDay?: number) => {
    const plan = { period, startDate, timeZone, ...(anchorDay === undefined ? {} : { anchorDay }) };
    let at = periodAt(plan, instant('2000-01-01T00:00Z'));
    const found = expected.map(() => {
      const { endsAt } = at ?? { endsAt: 0 };
      at = periodFrom(plan, endsAt);
      return iso(endsAt)?.slice(0, 16);
    });
    expect(found).toEqual(expected);
  });

  test('of a term that began long ago is found at once', () => {
    for (const startDate of ['1000-01-31', '0001-01-01', '1900-02-28'])
      for (const period of ['month', 'quarter', 'year'] as const) {
        const at = instant('2026-06-15T12:00Z');
        const found = periodAt({ period, startDate, timeZone: 'UTC' }, at);
        expect(found?.startsAt).toBeLessThanOrEqual(at);
        expect(found?.endsAt).toBeGreaterThan(at);
      }
  });

  test('every instant lies in one period, and they follow each other without a gap', () => {
    const anyPlan = fc.record({
      period: fc.constantFrom('month', 'quarter', 'year'),
      startDate: fc
        .date({ min: new Date('2020-01-01'), max: new Date('2030-12-31'), noInvalidDate: true })
        .map((day) => day.toISOString().slice(0, 10)),
      timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'),
    });
    fc.assert(
      fc.property(anyPlan, fc.integer({ min: 0, max: 3_000 }), (plan, days) => {
        const first = periodAt(plan, 0);
        const at = (first?.startsAt ?? 0) + days * 86_400_000;
        const found = periodAt(plan, at);
        expect(found?.startsAt).toBeLessThanOrEqual(at);
        expect(found?.endsAt).toBeGreaterThan(at);
        expect(periodAt(plan, (found?.endsAt ?? 0) - 1)).toEqual(found);
        expect(periodAt(plan, found?.endsAt ?? 0)?.startsAt).toBe(found?.endsAt);
      }),
    );
  });
});

describe('the turn of a period', () => {
  test('is a row of its own at its instant, however late the timer fires', () => {
    const book = fromTheStart(MONTHLY);
    expect(iso(nextInstant(book.entitlement))).toBe('2026-02-01T00:00:00.000Z');
    book.passTo(instant('2026-03-05T12:00Z'));
    expect(turns(book).map(({ at }) => iso(at))).toEqual(['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z']);
    expect(iso(nextInstant(book.entitlement))).toBe('2026-04-01T00:00:00.000Z');
  });

  test.each([
    ['nothing rolls over', 0, 4, 10, 4],
    ['what is left, under the cap', 5, 7, 13, 10],
    ['the cap, where more is left', 5, 1, 15, 6],
    ['nothing of nothing', 5, 10, 10, 10],
  ])('%s', (_what, rolloverCap, used, remaining, change) => {
    const book = cases(fromTheStart({ ...MONTHLY, rolloverCap }), used, 'c');
    book.passTo(instant('2026-02-01T00:00Z'));
    expect([book.remaining, book.last.change]).toEqual([remaining, change]);
  });

  test('a debt is not carried on: the next allotment is whole', () => {
    const book = cases(fromTheStart({ ...MONTHLY, totalTerm: 2, restrict: false, rolloverCap: 5 }), 5, 'c');
    expect(book.remaining).toBe(-3);
    book.passTo(instant('2026-02-01T00:00Z'));
    expect(book.remaining).toBe(2);
  });

  test('the channels are granted anew too, with the same rollover', () => {
    const channels = [
      { channel: 'web', totalTerm: 3 },
      { channel: 'phone', totalTerm: 8 },
    ];
    const book = fromTheStart({ ...MONTHLY, rolloverCap: 5, channels });
    book.story(attach('c1', { channel: 'web' }), attach('c2', { channel: 'web' }), attach('c3', { channel: 'phone' }));
    book.passTo(instant('2026-02-01T00:00Z'));
    expect([book.remaining, book.remainingOf('web'), book.remainingOf('phone')]).toEqual([15, 4, 13]);
  });

  test('an exhausted month lets cases in again once it has turned', () => {
    const book = cases(fromTheStart({ ...MONTHLY, totalTerm: 1 }), 1, 'c');
    expect(book.happens(attach('d'))?.code).toBe('exhausted');
    book.passTo(instant('2026-02-01T00:00Z'));
    expect(book.happens(attach('d'))).toBeUndefined();
  });

  test('what was taken in an earlier period comes back to the one in which it is given back', () => {
    const book = cases(fromTheStart(MONTHLY), 3, 'c').passTo(instant('2026-02-02T00:00Z'));
    book.story(cancel('c-0'));
    expect(book.remaining).toBe(11);
    book.story(reactivate('c-0'), update('c-0', { decrements: false }));
    expect(book.remaining).toBe(11);
  });

  test('does not happen at the end of the term or after it', () => {
    const book = fromTheStart({ ...MONTHLY, endDate: '2026-02-28' }).passTo(instant('2026-06-01T00:00Z'));
    expect(book.rows.map(({ kind }) => kind)).toEqual(['created', 'activated', 'period_started', 'expired']);
  });

  test('deactivated and active again, the same period is not granted twice, and a missed turn is made up for', () => {
    const book = cases(fromTheStart(MONTHLY), 4, 'c')
      .passTo(instant('2026-01-20T00:00Z'))
      .edited({ name: 'Same month' });
    expect(book.remaining).toBe(6);
    book.command({ kind: 'deactivate' });
    book.passTo(instant('2026-02-10T00:00Z'));
    expect(book.remaining).toBe(6);
    book.command({ kind: 'activate' });
    book.passTo(book.now);
    expect([book.remaining, iso(book.last.at)]).toEqual([10, '2026-02-10T00:00:00.000Z']);
    book.passTo(instant('2026-03-01T00:00Z'));
    expect(turns(book)).toHaveLength(2);
  });

  test('a late activation begins in the period of that day, with one allotment', () => {
    const book = activeBook(MONTHLY);
    expect([book.remaining, iso(book.entitlement.period?.startsAt ?? null)]).toEqual([10, '2026-06-01T00:00:00.000Z']);
  });

  test('a higher total counts from now on', () => {
    const book = cases(fromTheStart(MONTHLY), 4, 'c').edited({ totalTerm: 20 });
    expect(book.remaining).toBe(16);
    book.passTo(instant('2026-02-01T00:00Z'));
    expect(book.remaining).toBe(20);
  });

  test('over a year, no more is granted than the allotments, the rollover and what came back', () => {
    const story = fc.array(fc.record({ days: fc.nat(40), used: fc.nat(6) }), { maxLength: 20 });
    fc.assert(
      fc.property(story, fc.nat(8), (steps, rolloverCap) => {
        const book = fromTheStart({ ...MONTHLY, rolloverCap, restrict: true });
        for (const [index, { days, used }] of steps.entries()) {
          book.passTo(book.now + days * 86_400_000);
          for (let n = 0; n < used; n++) book.happens(attach(`${index}-${n}`));
          const remaining = remainingTerm(book.entitlement) ?? 0;
          expect(remaining).toBeLessThanOrEqual(10 + rolloverCap);
          expect(remaining).toBeGreaterThanOrEqual(0);
          expect(book.rows.reduce((sum, { change }) => sum + change, 0)).toBe(remaining);
        }
        const months = turns(book).map(({ at }) => iso(at)?.slice(0, 7));
        expect(new Set(months).size).toBe(months.length);
      }),
    );
  });
});
