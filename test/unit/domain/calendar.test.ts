import { describe, expect, test } from 'vitest';
import {
  coveredInstants,
  dateAt,
  daysBetween,
  isCivilDate,
  isTimeZone,
  LAST_INSTANT,
  plusDays,
  startOfDay,
} from '../../../domain/calendar.ts';
import { periodAt, periodFrom } from '../../../domain/terms/periods.ts';
import { instant } from './samples.ts';

const HOUR_MS = 3_600_000;

describe('a day of the calendar in its zone', () => {
  test.each([
    // Clocks skip midnight: the day starts at 01:00.
    ['America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00Z', 23],
    ['Africa/Cairo', '2024-04-26', '2024-04-25T22:00Z', 23],
    ['Asia/Beirut', '2024-03-31', '2024-03-30T22:00Z', 23],
    // Midnight comes twice, the first one counts.
    ['America/Havana', '2024-11-03', '2024-11-03T04:00Z', 25],
    // 23:00 comes twice, on the day before.
    ['America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00Z', 25],
    ['America/Sao_Paulo', '2018-02-18', '2018-02-18T03:00Z', 24],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00Z', 23],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00Z', 25],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00Z', 23],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00Z', 25],
    // Half an hour of daylight saving.
    ['Australia/Lord_Howe', '2026-10-04', '2026-10-03T13:30Z', 23.5],
    ['Asia/Kathmandu', '2026-06-01', '2026-05-31T18:15Z', 24],
    ['Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00Z', 24],
    // Samoa crossed the date line: 30 December 2011 never was.
    ['Pacific/Apia', '2011-12-29', '2011-12-29T10:00Z', 24],
    ['Pacific/Apia', '2011-12-30', '2011-12-30T10:00Z', 0],
    ['Pacific/Apia', '2011-12-31', '2011-12-30T10:00Z', 24],
    ['UTC', '2028-02-29', '2028-02-29T00:00Z', 24],
    ['UTC', '2026-12-31', '2026-12-31T00:00Z', 24],
  ])('%s %s starts at %s and has %d hours', (timeZone, date, start, hours) => {
    const { startsAt, endsAt } = coveredInstants(date, date, timeZone);
    expect(new Date(startsAt)).toEqual(new Date(start));
    expect((endsAt - startsAt) / HOUR_MS).toBe(hours);
    expect(startOfDay(date, timeZone)).toBe(startsAt);
  });

  test('days follow each other without a gap and without an overlap, as another calendar reads them too', () => {
    const zones = ['America/Sao_Paulo', 'Africa/Cairo', 'Asia/Beirut', 'Europe/Berlin', 'Pacific/Kiritimati', 'UTC'];
    for (const timeZone of zones) {
      const reading = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
      for (let date = '2018-01-01'; date < '2020-01-01'; date = plusDays(date, 1)) {
        const { startsAt, endsAt } = coveredInstants(date, date, timeZone);
        expect([startsAt, endsAt - 1].map((at) => reading.format(at))).toEqual([date, date]);
        expect([startsAt, endsAt - 1].map((at) => dateAt(at, timeZone))).toEqual([date, date]);
        expect(endsAt).toBe(startOfDay(plusDays(date, 1), timeZone));
      }
    }
  });

  test('a span covers from the start of its first day up to midnight after its last', () => {
    expect(coveredInstants('2026-01-01', '2026-12-31', 'Europe/Berlin')).toEqual({
      startsAt: instant('2025-12-31T23:00Z'),
      endsAt: instant('2026-12-31T23:00Z'),
    });
  });

  test('one instant has different dates in different zones', () => {
    const at = instant('2026-01-01T10:30Z');
    expect(dateAt(at, 'Pacific/Kiritimati')).toBe('2026-01-02');
    expect(dateAt(at, 'Pacific/Pago_Pago')).toBe('2025-12-31');
    expect(dateAt(instant('2026-01-01T00:00Z') - 1, 'UTC')).toBe('2025-12-31');
  });
});

describe('the last day of the calendar', () => {
  test.each(['UTC', 'Pacific/Kiritimati', 'Etc/GMT+12', 'Asia/Tokyo', 'America/New_York'])(
    'in %s a term until 9999-12-31 ends at an instant that every program can read',
    (timeZone) => {
      const { startsAt, endsAt } = coveredInstants('9999-12-31', '9999-12-31', timeZone);
      expect(startsAt).toBeLessThan(endsAt);
      expect(new Date(endsAt).toISOString()).toMatch(/^9999-12-31T/);
    },
  );

  test('periods reach it and do not pass it', () => {
    const plan = { period: 'month', startDate: '9999-11-15', timeZone: 'UTC' } as const;
    const last = periodAt(plan, Date.UTC(9999, 11, 20));
    expect(last).toEqual({ startsAt: Date.UTC(9999, 11, 15), endsAt: LAST_INSTANT });
    expect(periodFrom(plan, LAST_INSTANT)).toEqual({ startsAt: LAST_INSTANT, endsAt: LAST_INSTANT });
  });
});

describe('counting days', () => {
  test.each([
    ['2028-02-28', '2028-03-01', 2],
    ['2027-02-28', '2027-03-01', 1],
    ['2026-12-31', '2027-01-01', 1],
    ['2026-03-28', '2026-03-30', 2],
    ['2026-01-01', '2026-01-01', 0],
    ['2026-01-02', '2026-01-01', -1],
    ['2024-02-29', '2025-02-28', 365],
  ])('from %s to %s it is %d days, and back', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days);
    expect(plusDays(from, days)).toBe(to);
  });
});

describe('texts that are not dates or zones', () => {
  test.each(['2026-01-01', '2028-02-29', '2000-02-29', '1900-01-01', '9999-12-31'])('%s is a day', (text) => {
    expect(isCivilDate(text)).toBe(true);
  });

  test.each([
    '2027-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-1-1',
    '0000-01-01',
    '0001-01-01',
    '1899-12-31',
    '+10000-01-01',
    '-0001-01-01',
    '01.01.2026',
    '+2026-01-01',
    '2026-01-01T00:00Z',
    '2026-01-01\n',
    ' 2026-01-01',
    '',
  ])('%j is not a day', (text) => {
    expect(isCivilDate(text)).toBe(false);
  });

  test.each(['UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/Argentina/Buenos_Aires'])('%s is a zone', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  test.each(['', 'Mars/Olympus', 'europe/berlin', '+02:00', '-5', 'SYSTEM', 'Europe/Berlin ', 'UTC+2', 'CEST'])(
    '%j is not a zone',
    (name) => {
      expect(isTimeZone(name)).toBe(false);
    },
  );

  test.each(['Z', 'UTC+02:00', 'GMT-05:00', 'UT+01:00'])('the offset %s is not a zone', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
