import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { THRESHOLDS } from '../../../domain/terms/thresholds.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails, anyTurn } from './arbitraries.ts';
import { Book } from './book.ts';
import { attach, cancel, detailsWith, instant, resolve, STARTS_AT } from './samples.ts';
import { take } from './taking-turns.ts';

function fromTheStart(changes: Partial<EntitlementDetails>): Book {
  const book = new Book(detailsWith(changes), STARTS_AT);
  book.command({ kind: 'activate' });
  return book;
}

const cases = (book: Book, count: number, from = 'c'): Book => {
  for (let n = 0; n < count; n++) book.story(attach(`${from}${n}`));
  return book;
};

const topUp = (book: Book, amount: number): Book => {
  book.command({ kind: 'top-up', amount, expiresOn: '2026-06-30', price: null, currency: null });
  return book;
};

/** What crossed, row by row, where something did. */
const crossings = (book: Book) =>
  book.rows.flatMap(({ facts }) => (facts?.crossed === undefined ? [] : [facts.crossed]));

describe('the row that reaches a threshold of depletion says so', () => {
  test.each([
    ['each threshold by a row of its own', { totalTerm: 10 }, 10, [[50], [75], [90], [100]]],
    ['exactly at it, not a case before', { totalTerm: 4 }, 3, [[50], [75]]],
    ['several by one row', { totalTerm: 2 }, 2, [[50], [75, 90, 100]]],
    ['all of them by one row', { totalTerm: 1 }, 1, [[50, 75, 90, 100]]],
    ['nothing more past the whole', { totalTerm: 2, restrict: false }, 5, [[50], [75, 90, 100]]],
    ['nothing where nothing is granted', { totalTerm: 0, restrict: false }, 3, []],
    ['nothing where all is unlimited', { allocationType: 'unlimited', totalTerm: null, restrict: false }, 9, []],
  ] as const)('%s', (_what, changes, count, expected) => {
    expect(crossings(cases(fromTheStart(changes), count))).toEqual(expected);
  });

  test('minutes count when they are taken, so at the resolution with decrease on resolution', () => {
    const book = fromTheStart({ allocationType: 'hours', totalTerm: 100, decreaseRemainingOn: 'resolution' });
    book.story(attach('a'), resolve('a', 49), attach('b'));
    expect(crossings(book)).toEqual([]);
    book.story(resolve('b', 1));
    expect([crossings(book), book.last.kind]).toEqual([[[50]], 'resolved']);
  });

  test('what a case gives back lets a threshold be crossed again', () => {
    const book = cases(fromTheStart({ totalTerm: 4 }), 2);
    book.story(cancel('c1'), attach('again'));
    expect(crossings(book)).toEqual([[50], [50]]);
  });

  test('a top-up counts as granted, and its expiry can cross a threshold too', () => {
    const book = topUp(cases(fromTheStart({ totalTerm: 4 }), 3), 8);
    expect(crossings(book)).toEqual([[50], [75]]);
    cases(book, 3, 'd');
    expect(crossings(book)).toEqual([[50], [75], [50]]);
    // Of 8 bought 6 are unused and lapse: 6 of 6 are used.
    book.passTo(instant('2026-07-01T00:00Z'));
    expect([crossings(book).at(-1), book.last.kind, book.remaining]).toEqual([[75, 90, 100], 'top_up_expired', 0]);
  });

  test('a new period is granted anew, with what rolled over, and begins unused', () => {
    const book = cases(fromTheStart({ period: 'month', totalTerm: 4, rolloverCap: 2 }), 2);
    book.passTo(instant('2026-02-01T00:00Z'));
    expect([crossings(book), book.remaining]).toEqual([[[50]], 6]);
    cases(book, 2, 'd');
    expect(crossings(book)).toEqual([[50]]);
    cases(book, 1, 'e');
    expect(crossings(book)).toEqual([[50], [50]]);
    cases(book, 3, 'f');
    expect(crossings(book)).toEqual([[50], [50], [75], [90, 100]]);
  });

  test('an edit within a period keeps what the period has used', () => {
    const book = cases(fromTheStart({ period: 'month', totalTerm: 4 }), 4);
    book.passTo(instant('2026-02-01T00:00Z'));
    cases(book, 2, 'd').edited({ totalTerm: 8 });
    cases(book, 2, 'e');
    expect(crossings(book).slice(-2)).toEqual([[50], [50]]);
  });
});

/**
 * The share of use after each row, told from the rows alone: a period starts with nothing used, and grants what then
 * remains; a term that an edit took the periods from is looked at whole.
 */
function shares(rows: readonly LedgerRow[]): number[] {
  const whole = { granted: 0, used: 0 };
  let now = { granted: 0, used: 0 };
  return rows.map(({ kind, change, remainingAfter, facts }) => {
    const isGrant = ['created', 'edited', 'topped_up', 'top_up_expired', 'period_started'].includes(kind);
    for (const count of [whole, now]) {
      if (isGrant) count.granted += change;
      else count.used -= change;
    }
    if (kind === 'period_started') now = { granted: remainingAfter ?? 0, used: 0 };
    if (kind === 'activated' && facts?.period === null) now = { ...whole };
    return remainingAfter === null || now.granted <= 0 ? 0 : now.used / now.granted;
  });
}

test('whatever happens, a threshold is reported exactly when the use passes it upwards, so once until the term is refilled', () => {
  const details = fc
    .tuple(anyDetails, fc.constantFrom(null, 'month', 'quarter' as const), fc.nat(3))
    .map(([any, period, cap]) => {
      const hasPeriods = period !== null && any.allocationType !== 'unlimited';
      return hasPeriods ? { ...any, period, rolloverCap: cap } : any;
    }) as fc.Arbitrary<EntitlementDetails>;
  const turns = fc.array(anyTurn, { minLength: 1, maxLength: 40, size: 'max' });
  let reported = 0;
  fc.assert(
    fc.property(details, turns, (any, many) => {
      const book = new Book(any);
      book.command({ kind: 'activate' });
      for (const turn of many) take(book, turn);
      const after = shares(book.rows);
      for (const [index, { facts }] of book.rows.entries()) {
        const [was, is] = [after[index - 1] ?? 0, after[index] ?? 0];
        const passed = THRESHOLDS.filter((percent) => was < percent / 100 && is >= percent / 100);
        expect(facts?.crossed ?? []).toEqual(passed);
        reported += passed.length;
      }
    }),
    runs(200),
  );
  // About 80 in 200 runs: stories in which no threshold is reported would show nothing.
  expect(reported).toBeGreaterThan(10);
});
