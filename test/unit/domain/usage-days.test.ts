import { describe, expect, test } from 'vitest';
import {
  finestStep,
  MAX_USAGE_POINTS,
  type UsageStep,
  usageDays,
  usageSpans,
} from '../../../domain/entitlements/usage-days.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { activeBook, Book } from './book.ts';
import { attach, DURING, detailsWith, ENDS_AT, STARTS_AT } from './samples.ts';

const spansOf = (since: string, until: string, by: UsageStep, timeZone = 'UTC') => {
  const spans = usageSpans({ since, until }, by, timeZone);
  if (isRefused(spans)) throw new Error(spans.refused.detail);
  return spans;
};
const iso = (at: number) => new Date(at).toISOString();

describe('the days in which there can have been use', () => {
  test('begin with the start date, or with the day on which the entitlement was made', () => {
    expect(usageDays(activeBook().entitlement, DURING)).toEqual({ since: '2026-06-01', until: '2026-06-01' });
    const early = new Book(detailsWith(), STARTS_AT - 86_400_000);
    early.command({ kind: 'activate' });
    expect(usageDays(early.passTo(DURING).entitlement, DURING)).toEqual({ since: '2026-01-01', until: '2026-06-01' });
  });

  test('are days of the entitlement’s zone', () => {
    const book = activeBook({ timeZone: 'Pacific/Auckland' });
    expect(usageDays(book.entitlement, DURING)).toEqual({ since: '2026-06-02', until: '2026-06-02' });
  });

  test('of an ended one end with its end, or later with its newest row', () => {
    const book = activeBook().passTo(ENDS_AT);
    const later = ENDS_AT + 90 * 86_400_000;
    expect(usageDays(book.entitlement, later)?.until).toBe('2027-01-01');
    const canceled = activeBook();
    canceled.command({ kind: 'cancel' });
    expect(usageDays(canceled.entitlement, later)?.until).toBe('2026-06-01');
  });

  test('there are none before the start, and none of a draft that no case attached to', () => {
    const book = new Book(detailsWith(), STARTS_AT - 86_400_000);
    expect(usageDays(book.entitlement, DURING)).toBeNull();
    book.command({ kind: 'activate' });
    expect(usageDays(book.entitlement, book.now)).toBeNull();
  });

  test('a draft that cases attached to before it was deactivated still has its days', () => {
    const book = activeBook().story(attach('one'));
    book.command({ kind: 'deactivate' });
    expect(usageDays(book.entitlement, DURING)).toEqual({ since: '2026-06-01', until: '2026-06-01' });
  });
});

describe('the spans of the points', () => {
  test('follow one another without a gap, in weeks from Monday on and in calendar months', () => {
    expect(spansOf('2026-06-04', '2026-06-16', 'week').map(({ day }) => day)).toEqual([
      '2026-06-04',
      '2026-06-08',
      '2026-06-15',
    ]);
    expect(spansOf('2026-01-31', '2026-04-02', 'month').map(({ day }) => day)).toEqual([
      '2026-01-31',
      '2026-02-01',
      '2026-03-01',
      '2026-04-01',
    ]);
    for (const by of ['day', 'week', 'month'] as const) {
      const spans = spansOf('2026-01-31', '2026-04-02', by, 'Europe/Berlin');
      for (const [index, { until }] of spans.slice(0, -1).entries()) expect(until).toBe(spans[index + 1]?.since);
      expect(iso(spans.at(-1)?.until ?? 0)).toBe('2026-04-02T22:00:00.000Z');
    }
  });

  test('have 23 or 25 hours where clocks change, and none for a day that a zone skipped', () => {
    const hours = ({ since, until }: { since: number; until: number }) => (until - since) / 3_600_000;
    expect(spansOf('2026-03-28', '2026-03-30', 'day', 'Europe/Berlin').map(hours)).toEqual([24, 23, 24]);
    expect(spansOf('2026-10-25', '2026-10-25', 'day', 'Europe/Berlin').map(hours)).toEqual([25]);
    expect(spansOf('2011-12-29', '2011-12-31', 'day', 'Pacific/Apia').map(({ day }) => day)).toEqual([
      '2011-12-29',
      '2011-12-31',
    ]);
  });

  test(`are at most ${MAX_USAGE_POINTS}: more are refused with the field that helps`, () => {
    const refusalOf = (since: string, by: UsageStep) => {
      const spans = usageSpans({ since, until: '2026-12-31' }, by, 'UTC');
      return isRefused(spans) ? [spans.refused.code, spans.refused.field] : spans.length;
    };
    expect(refusalOf('2025-11-27', 'day')).toBe(400);
    expect(refusalOf('2025-11-26', 'day')).toEqual(['validation_failed', 'by']);
    expect(refusalOf('2010-01-01', 'week')).toEqual(['validation_failed', 'by']);
    expect(refusalOf('1993-09-30', 'month')).toBe(400);
    expect(refusalOf('1900-01-01', 'month')).toEqual(['validation_failed', 'since']);
  });

  test('take the finest step that fits where none is named', () => {
    const step = (since: string) => finestStep({ since, until: '2026-12-31' });
    expect(['2026-01-01', '2025-11-26', '2015-01-01', '1900-01-01'].map(step)).toEqual([
      'day',
      'week',
      'month',
      'month',
    ]);
  });
});
