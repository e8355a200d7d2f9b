import { describe, expect, test } from 'vitest';
import { projectUse, whyNoProjection } from '../../../domain/entitlements/usage-projection.ts';
import { forecastDepletion } from '../../../domain/terms/depletion-forecast.ts';
import { activeBook, Book } from './book.ts';
import { DURING, detailsWith, ENDS_AT, instant, STARTS_AT } from './samples.ts';

const MONTH_AGO = DURING - 30 * 86_400_000;
const projected = (remaining: number, used: number, changes = {}) =>
  projectUse({ remaining, used, since: MONTH_AGO }, activeBook(changes).entitlement, DURING);
const days = (line: readonly { at: number; remaining: number }[]) =>
  line.map(({ at, remaining }) => [new Date(at).toISOString().slice(0, 16), remaining]);

describe('the projection', () => {
  test('has the pace and the day of the report on near depletion', () => {
    const { pacePerDay, depletesOn } = projected(100, 30);
    expect({ pacePerDay, depletesOn }).toEqual(
      forecastDepletion({ remaining: 100, used: 30, since: MONTH_AGO }, DURING, 'UTC'),
    );
    expect(depletesOn).toBe('2026-09-09');
  });

  test('goes on to the end, and says how much is left or missing there', () => {
    const { until, endsWith, line } = projected(100, 30);
    expect([until, endsWith]).toEqual([ENDS_AT, -113]);
    expect(days(line)).toEqual([
      ['2026-06-01T12:00', 100],
      ['2026-09-09T12:00', 0],
      ['2027-01-01T00:00', -113],
    ]);
    expect(projected(300, 30).endsWith).toBe(87);
    expect(projected(300, 30).line).toHaveLength(2);
  });

  test('stops at the end of the period: the next one is granted anew', () => {
    const { until, endsWith } = projected(10, 30, { period: 'month' });
    expect([until, endsWith]).toEqual([instant('2026-07-01T00:00Z'), -19]);
  });

  test('is level where nothing is used, or more came back than was taken', () => {
    expect(projected(5, 0)).toMatchObject({ pacePerDay: 0, depletesOn: null, endsWith: 5 });
    expect(projected(5, -6)).toMatchObject({ pacePerDay: -0.2, depletesOn: null, endsWith: 5 });
  });

  test('goes on below 0 where nothing is left', () => {
    expect(projected(0, 30)).toMatchObject({ depletesOn: '2026-06-01', endsWith: -213 });
    expect(days(projected(-2, 30).line).map(([, remaining]) => remaining)).toEqual([-2, -215]);
  });

  test('says nothing of an end that is more than a hundred years away', () => {
    expect(projected(5, 1, { endDate: '9999-12-31' })).toMatchObject({ endsWith: null, depletesOn: '2026-10-29' });
  });
});

describe('there is none', () => {
  test('before the start, after the end, of a draft and of an unlimited term', () => {
    const draft = new Book(detailsWith(), STARTS_AT - 1);
    expect(whyNoProjection(draft.entitlement)).toBe('draft');
    draft.command({ kind: 'activate' });
    expect(whyNoProjection(draft.entitlement)).toBe('waiting');
    expect(whyNoProjection(activeBook().entitlement)).toBeUndefined();
    expect(whyNoProjection(activeBook().passTo(ENDS_AT).entitlement)).toBe('ended');
    const unlimited = { allocationType: 'unlimited', totalTerm: null, restrict: false } as const;
    expect(whyNoProjection(activeBook(unlimited).entitlement)).toBe('unlimited');
  });
});
