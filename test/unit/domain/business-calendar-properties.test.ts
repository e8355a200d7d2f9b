import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BusinessHours, dueAt, WEEKDAYS } from '../../../domain/slas/business-calendar.ts';
import { MAX_SLA_MINUTES } from '../../../domain/slas/sla.ts';
import { runs } from '../../support/property-runs.ts';
import { instant } from './samples.ts';
import { BERLIN, DAY_MS, LORD_HOWE, MINUTE_MS, NEW_YORK, on, spans } from './service-hours.ts';

describe('for any calendar', () => {
  test('a span over midnight is the same as its two parts written out', () => {
    const half = fc.integer({ min: 1, max: 1_439 });
    const clock = (minute: number) =>
      `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
    const zone = fc.constantFrom(BERLIN, NEW_YORK, LORD_HOWE, 'America/Havana', 'America/Santiago', 'UTC');
    const from = fc
      .integer({ min: 0, max: 400 * 1_440 })
      .map((minute) => instant('2026-01-01T00:00Z') + minute * MINUTE_MS);
    fc.assert(
      fc.property(
        half,
        half,
        fc.constantFrom(...WEEKDAYS),
        zone,
        from,
        fc.integer({ min: 0, max: 500 }),
        (a, b, day, timeZone, at, minutes) => {
          const [to, begin] = [Math.min(a, b), Math.max(a, b)];
          fc.pre(to < begin);
          const next = WEEKDAYS[(WEEKDAYS.indexOf(day) + 1) % 7] ?? 'monday';
          const over: BusinessHours = {
            ...on(day, `${clock(begin)}-${clock(to)}`, timeZone),
            holidays: ['2026-03-29', '2026-05-01'],
          };
          const written: BusinessHours = {
            ...over,
            hours: { [day]: spans(`${clock(begin)}-24:00`), [next]: spans(`00:00-${clock(to)}`) },
          };
          expect(dueAt(over, at, minutes)).toBe(dueAt(written, at, minutes));
        },
      ),
    );
  });

  const time = fc.integer({ min: 0, max: 48 }).map((half) => half * 30);
  const text = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const anyDay = fc.uniqueArray(time, { minLength: 0, maxLength: 6 }).map((times) => {
    const sorted = times.toSorted((one, other) => one - other);
    return sorted.flatMap((from, index) => {
      const to = sorted[index + 1];
      // Every second pair leaves a break, or not.
      return to === undefined || (index % 2 === 1 && to % 60 === 0) ? [] : [{ from: text(from), to: text(to) }];
    });
  });
  /** Moments at which clocks change, and one at which they do not. */
  const CHANGES: readonly [string, string][] = [
    [BERLIN, '2026-03-29T01:00Z'],
    [BERLIN, '2026-10-25T01:00Z'],
    [NEW_YORK, '2026-03-08T07:00Z'],
    [NEW_YORK, '2026-11-01T06:00Z'],
    [LORD_HOWE, '2026-10-03T15:30Z'],
    [LORD_HOWE, '2026-04-04T15:00Z'],
    ['America/Santiago', '2026-09-06T04:00Z'],
    ['Africa/Cairo', '2026-10-29T21:00Z'],
    ['America/Havana', '2026-11-01T05:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'],
    ['Asia/Kathmandu', '2026-06-01T00:00Z'],
  ];
  const anyCase = fc
    .record({
      change: fc.constantFrom(...CHANGES),
      days: fc.array(anyDay, { minLength: 7, maxLength: 7 }),
      hoursBefore: fc.integer({ min: -4, max: 30 }),
      minutesMore: fc.integer({ min: 0, max: 59 }),
      minutes: fc.integer({ min: 0, max: 900 }),
      holiday: fc.integer({ min: -1, max: 4 }),
    })
    .filter(({ days }) => days.every((day) => day.length > 0))
    .map(({ change: [timeZone, at], days, hoursBefore, minutesMore, minutes, holiday }) => {
      const holidays = [new Date(instant(at) + holiday * DAY_MS).toISOString().slice(0, 10)];
      const hours = Object.fromEntries(WEEKDAYS.map((weekday, index) => [weekday, days[index] ?? []]));
      const calendar: BusinessHours = { kind: 'business_hours', timeZone, hours, holidays };
      return { calendar, from: instant(at) - (hoursBefore * 60 + minutesMore) * MINUTE_MS, minutes };
    });

  test('the time until the due time has exactly the requested minutes of service, counted minute by minute with Intl', () => {
    fc.assert(
      fc.property(anyCase, ({ calendar, from, minutes }) => {
        expect(servedMinutes(calendar, from, dueAt(calendar, from, minutes))).toBe(minutes);
      }),
      runs(80),
    );
  });

  test('more minutes are never due earlier, and a later start is never due earlier', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(3_000), ({ calendar, from, minutes }, more) => {
        const due = dueAt(calendar, from, minutes);
        expect(due).toBeGreaterThanOrEqual(from + minutes * MINUTE_MS);
        expect(dueAt(calendar, from, minutes + more)).toBeGreaterThanOrEqual(due + more * MINUTE_MS);
        expect(dueAt(calendar, from + more * MINUTE_MS, minutes)).toBeGreaterThanOrEqual(due);
      }),
      runs(300),
    );
  });

  test('at 24x7 every minute counts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.nat(MAX_SLA_MINUTES), (from, minutes) => {
        expect(dueAt({ kind: '24x7' }, from, minutes)).toBe(from + minutes * MINUTE_MS);
      }),
    );
  });
});

/**
 * Counts minute by minute what the clock on the wall reads: the span of a day is served from the first minute inside it
 * to the last. Minutes that two spans share count once.
 */
function servedMinutes(calendar: BusinessHours, from: number, until: number): number {
  const { timeZone, hours, holidays } = calendar;
  const read = clockOf(timeZone);
  const bounds = new Map<string, { first: number; last: number }>();
  for (let at = from - DAY_MS; at < until + DAY_MS; at += MINUTE_MS) {
    const [date = '', wall = ''] = read(at);
    if (holidays.includes(date)) continue;
    const weekday = WEEKDAYS[(new Date(`${date}T00:00Z`).getUTCDay() + 6) % 7] ?? 'monday';
    for (const span of hours[weekday] ?? []) {
      if (wall < span.from || wall >= span.to) continue;
      const known = bounds.get(`${date} ${span.from}`);
      bounds.set(`${date} ${span.from}`, { first: known?.first ?? at, last: at });
    }
  }
  const served = new Set<number>();
  for (const { first, last } of bounds.values())
    for (let at = Math.max(first, from); at <= last && at < until; at += MINUTE_MS) served.add(at);
  return served.size;
}

const readings = new Map<string, readonly string[]>();

/** Reads date and time of day in a zone. What was read is kept: the calendars here share their days. */
function clockOf(timeZone: string): (at: number) => readonly string[] {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return (at) => {
    const key = `${timeZone} ${at}`;
    const known = readings.get(key);
    if (known !== undefined) return known;
    const reading = format.format(at).split(' ');
    readings.set(key, reading);
    return reading;
  };
}
