import { describe, expect, test } from 'vitest';
import { forecastDepletion, paceSince } from '../../../domain/terms/depletion-forecast.ts';
import { instant } from './samples.ts';

const NOW = instant('2026-06-30T12:00Z');
const MONTH_AGO = instant('2026-05-31T12:00Z');

const project = (remaining: number, used: number, { since = MONTH_AGO, timeZone = 'UTC' } = {}) =>
  forecastDepletion({ remaining, used, since }, NOW, timeZone);

describe('the pace', () => {
  test('is measured over 30 days, or since the start where that is later', () => {
    expect(paceSince(instant('2026-01-01T00:00Z'), NOW)).toBe(MONTH_AGO);
    expect(paceSince(instant('2026-06-20T00:00Z'), NOW)).toBe(instant('2026-06-20T00:00Z'));
  });

  test('covers at least a day: three cases in the first hour are three a day', () => {
    const since = paceSince(instant('2026-06-30T11:00Z'), NOW);
    expect(since).toBe(instant('2026-06-29T12:00Z'));
    expect(project(6, 3, { since })).toEqual({ pacePerDay: 3, depletesOn: '2026-07-02' });
  });
});

describe('what is left', () => {
  test('lasts as many days as the pace allows', () => {
    expect(project(10, 30)).toEqual({ pacePerDay: 1, depletesOn: '2026-07-10' });
    expect(project(10, 20)).toEqual({ pacePerDay: 0.667, depletesOn: '2026-07-15' });
    expect(project(10, 70)).toEqual({ pacePerDay: 2.333, depletesOn: '2026-07-04' });
  });

  test('ends on a day of the entitlement’s zone, also where the last part of a day reaches past midnight', () => {
    expect(project(1, 60).depletesOn).toBe('2026-07-01');
    expect(project(1, 60, { timeZone: 'America/New_York' }).depletesOn).toBe('2026-06-30');
    expect(project(0, 60, { timeZone: 'Pacific/Auckland' }).depletesOn).toBe('2026-07-01');
  });

  test('is gone today if nothing is left', () => {
    expect(project(0, 30).depletesOn).toBe('2026-06-30');
    expect(project(-5, 30).depletesOn).toBe('2026-06-30');
  });

  test('has no date if nothing is used, if more came back than was taken, or if it would last a century', () => {
    expect(project(3, 0)).toEqual({ pacePerDay: 0, depletesOn: null });
    expect(project(3, -3)).toEqual({ pacePerDay: -0.1, depletesOn: null });
    expect(project(2_000_000, 1)).toEqual({ pacePerDay: 0.033, depletesOn: null });
  });
});
