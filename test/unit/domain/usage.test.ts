import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { UsageSpan } from '../../../domain/entitlements/usage-days.ts';
import { usageSpans } from '../../../domain/entitlements/usage-days.ts';
import { type MarkedRow, usageMarks } from '../../../domain/entitlements/usage-marks.ts';
import { NO_USE, usageCourse } from '../../../domain/entitlements/usage-points.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { runs } from '../../support/property-runs.ts';
import { anyContract, anyTurn } from './arbitraries.ts';
import { activeBook, Book } from './book.ts';
import { attach, cancel, DURING, detailsWith, instant, STARTS_AT } from './samples.ts';
import { take } from './taking-turns.ts';
import { sumsOf } from './usage-sums.ts';

const DAYS_2026 = { since: '2026-01-01', until: '2026-12-31' };
function spansOf(
  days: { since: string; until: string },
  by: 'day' | 'week' | 'month',
  zone = 'UTC',
): readonly UsageSpan[] {
  const spans = usageSpans(days, by, zone);
  if (isRefused(spans)) throw new Error(spans.refused.detail);
  return spans;
}

/** The rows with the details that the entitlement had before each. */
const marked = ({ rows }: Book): readonly MarkedRow[] =>
  rows.map((row) => ({
    row,
    details: rows.findLast(({ seq, facts }) => seq < row.seq && facts?.details !== undefined)?.facts?.details ?? null,
  }));

const courseOf = (book: Book, spans: readonly UsageSpan[]) =>
  usageCourse(spans, sumsOf(book.rows, spans), book.entitlement.details.totalTerm !== null);

describe('the course of what remains', () => {
  test('at the end of each point is the sum of all changes before it, and at last what the entitlement has left', () => {
    const contracts = fc.tuple(anyContract, fc.array(anyTurn, { minLength: 1, maxLength: 30, size: 'max' }));
    fc.assert(
      fc.property(contracts, fc.constantFrom('day', 'week', 'month'), ([details, turns], by) => {
        const book = new Book(details, STARTS_AT);
        book.command({ kind: 'activate' });
        for (const turn of turns) take(book, turn);
        const spans = spansOf(DAYS_2026, by, 'Europe/Berlin');
        const { opening, points, remaining } = courseOf(book, spans);
        expect(remaining).toBe(book.remaining);
        let before = opening;
        for (const point of points) {
          const { change, granted, used, returned, bought } = point;
          expect(change).toBe(granted - used + returned + bought);
          const rows = book.rows.filter(({ at }) => at < point.until);
          const sum = rows.reduce((total, row) => total + row.change, 0);
          expect(point.remaining).toBe(before === null ? null : before + change);
          expect(point.remaining).toBe(book.remaining === null ? null : sum);
          before = point.remaining;
        }
      }),
      runs(60),
    );
  });

  test('says when what was granted, used and given back', () => {
    const book = activeBook({ totalTerm: 3, restrict: true }).story(attach('one'), attach('two'));
    book.now = instant('2026-06-02T09:00Z');
    book.story(cancel('one'), attach('three'), attach('four'));
    expect(book.happens(attach('five'))?.code).toBe('exhausted');
    const { opening, points, remaining } = courseOf(book, spansOf({ since: '2026-06-01', until: '2026-06-02' }, 'day'));
    expect([opening, remaining]).toEqual([0, 0]);
    expect(points.map(({ day, since: _since, until: _until, ...sums }) => [day, sums])).toEqual([
      ['2026-06-01', { ...NO_USE, change: 1, granted: 3, used: 2, cases: 2, remaining: 1 }],
      ['2026-06-02', { ...NO_USE, change: -1, used: 2, returned: 1, cases: 2, refused: 1, remaining: 0 }],
    ]);
  });

  test('of what is bought does not lower what remains', () => {
    const overagePrice = { unitPrice: '10', currency: 'EUR', billingIncrementMinutes: 1 };
    const book = activeBook({ totalTerm: 1, restrict: false, overagePrice }).story(attach('one'), attach('two'));
    const { points } = courseOf(book, spansOf({ since: '2026-06-01', until: '2026-06-01' }, 'day'));
    expect(points).toMatchObject([{ granted: 1, used: 2, bought: 1, change: 0, remaining: 0 }]);
  });

  test('of an unlimited term has no amounts that remain, and still counts cases', () => {
    const book = activeBook({ allocationType: 'unlimited', totalTerm: null, restrict: false }).story(attach('one'));
    const { opening, points, remaining } = courseOf(book, spansOf({ since: '2026-06-01', until: '2026-06-01' }, 'day'));
    expect([opening, remaining]).toEqual([null, null]);
    expect(points).toMatchObject([{ remaining: null, cases: 1, used: 0 }]);
  });

  test('without spans is what the ledger has in all', () => {
    expect(usageCourse([], new Map([[0, { ...NO_USE, change: 4 }]]), true)).toEqual({
      opening: 4,
      points: [],
      remaining: 4,
    });
  });
});

describe('the marks', () => {
  const marksOf = (book: Book, spans = spansOf(DAYS_2026, 'month')) => {
    return usageMarks(marked(book), spans, book.entitlement.startsAt).map(({ at, kind, amount }) => [
      new Date(at).toISOString().slice(0, 10),
      kind,
      amount,
    ]);
  };
  const monthly = (changes = {}) => {
    const book = new Book(detailsWith({ period: 'month', ...changes }), STARTS_AT - 86_400_000);
    book.command({ kind: 'activate' });
    return book.passTo(STARTS_AT);
  };

  test('set the first allotment at the start, and split a new period into what it changes', () => {
    const book = monthly({ totalTerm: 5, rolloverCap: 1 }).story(attach('one'), attach('two'));
    book.passTo(instant('2026-02-10T00:00Z'));
    expect(marksOf(book)).toEqual([
      ['2026-01-01', 'allotment', 5],
      ['2026-02-01', 'allotment', 5],
      ['2026-02-01', 'rollover', 1],
      ['2026-02-01', 'lapse', -2],
    ]);
  });

  test('of a new period add up to the change of its row, whatever happened before', () => {
    fc.assert(
      fc.property(anyContract, fc.array(anyTurn, { minLength: 1, maxLength: 20 }), fc.nat(3), (details, turns, cap) => {
        if (details.totalTerm === null) return;
        const book = new Book({ ...details, period: 'month', rolloverCap: cap }, STARTS_AT);
        book.command({ kind: 'activate' });
        for (const turn of turns) take(book, turn);
        book.passTo(book.now + 40 * 86_400_000);
        const spans = spansOf({ since: '2026-01-01', until: '2027-01-31' }, 'month');
        for (const one of marked(book).filter(({ row }) => row.kind === 'period_started')) {
          const parts = usageMarks([one], spans, null).filter(({ kind }) => kind !== 'rollover');
          expect(parts.reduce((sum, { amount }) => sum + amount, 0)).toBe(one.row.change);
        }
      }),
      runs(60),
    );
  });

  test('show a forgiven debt, top-ups, an edit, an override, an overage and a refusal', () => {
    const book = monthly({ totalTerm: 1, restrict: false }).story(attach('one'), attach('two'));
    book.passTo(instant('2026-02-01T00:00Z'));
    const topUp = { kind: 'top-up', amount: 4, price: null, currency: null } as const;
    expect(book.command({ ...topUp, expiresOn: '2026-02-10' })).toBeUndefined();
    book.passTo(instant('2026-02-15T00:00Z'));
    book.edited({ totalTerm: 3, restrict: true, productIds: [] });
    for (const id of ['three', 'four', 'five']) book.story(attach(id));
    expect(book.happens(attach('six'))?.code).toBe('exhausted');
    book.story({ ...attach('seven'), overrides: true });
    expect(marksOf(book)).toEqual([
      ['2026-01-01', 'allotment', 1],
      ['2026-01-01', 'overage', 1],
      ['2026-02-01', 'allotment', 1],
      ['2026-02-01', 'debt_forgiven', 1],
      ['2026-02-01', 'top_up', 4],
      ['2026-02-11', 'top_up_expired', -4],
      ['2026-02-15', 'edit', 2],
      ['2026-02-15', 'refused', 0],
      ['2026-02-15', 'override', 0],
      ['2026-02-15', 'overage', 1],
    ]);
  });

  test('outside the days that are shown are left out', () => {
    const book = monthly({ totalTerm: 5 });
    book.passTo(DURING);
    const kinds = marksOf(book, spansOf({ since: '2026-03-02', until: '2026-04-30' }, 'day'));
    expect(kinds).toEqual([
      ['2026-04-01', 'allotment', 5],
      ['2026-04-01', 'lapse', -5],
    ]);
  });
});
