import { describe, expect, test } from 'vitest';
import { slaId } from '../../../domain/ids.ts';
import type { BusinessHours, ServiceSpan } from '../../../domain/slas/business-calendar.ts';
import { DEFAULT_CLOCK_RULES } from '../../../domain/slas/clock-rules.ts';
import { dueTimes, MAX_SLA_MINUTES, problemWithSla, type Sla } from '../../../domain/slas/sla.ts';
import { instant } from './samples.ts';
import { BERLIN, DAY_MS, office, spans } from './service-hours.ts';

const sla = (changes: Partial<Sla> = {}): Sla => ({
  id: slaId('silver'),
  name: 'Silver',
  firstResponseMinutes: 240,
  resolutionMinutes: 960,
  calendar: office(BERLIN),
  ...DEFAULT_CLOCK_RULES,
  ...changes,
});

test('an SLA gives both due times, and none for what it does not promise', () => {
  const from = instant('2026-01-12T15:00+01:00');
  expect(dueTimes(sla(), from)).toEqual({
    firstResponseDueAt: instant('2026-01-13T11:00+01:00'),
    resolutionDueAt: instant('2026-01-14T15:00+01:00'),
  });
  expect(dueTimes(sla({ calendar: { kind: '24x7' }, resolutionMinutes: null }), from)).toEqual({
    firstResponseDueAt: instant('2026-01-12T19:00+01:00'),
    resolutionDueAt: null,
  });
});

describe('what is wrong with an SLA', () => {
  const hours = (monday: ServiceSpan[]) => ({ calendar: { ...office(BERLIN), hours: { monday } } });
  const calendar = (changes: Partial<BusinessHours>) => ({ calendar: { ...office(BERLIN), ...changes } });
  test.each<[string, Partial<Sla>]>([
    ['name', { name: ' ' }],
    ['firstResponseMinutes', { firstResponseMinutes: 0 }],
    ['firstResponseMinutes', { firstResponseMinutes: 1.5 }],
    ['resolutionMinutes', { resolutionMinutes: MAX_SLA_MINUTES + 1 }],
    // One hour a week: ten years have 31,200 minutes.
    ['resolutionMinutes', { ...hours(spans('09:00-10:00')), resolutionMinutes: 31_201 }],
    ['calendar.timeZone', calendar({ timeZone: 'Mars/Olympus' })],
    ['calendar.hours', calendar({ hours: {} })],
    ['calendar.hours', calendar({ hours: { monday: [], sunday: [] } })],
    ['calendar.hours.monday.0.from', hours([{ from: '9:00', to: '17:00' }])],
    ['calendar.hours.monday.0.from', hours(spans('24:00-24:00'))],
    ['calendar.hours.monday.0.to', hours(spans('09:00-24:01'))],
    ['calendar.hours.monday.1.from', hours(spans('17:00-09:00 18:00-19:00'))],
    [
      'calendar.hours.monday.0.from',
      calendar({ hours: { sunday: spans('22:00-09:30'), monday: spans('09:00-17:00') } }),
    ],
    [
      'calendar.hours.tuesday.0.from',
      calendar({ hours: { monday: spans('22:00-21:00'), tuesday: spans('20:00-19:00') } }),
    ],
    ['calendar.hours.monday.0.to', hours(spans('09:00-09:00'))],
    ['calendar.hours.monday.1.from', hours(spans('09:00-12:00 11:59-17:00'))],
    ['calendar.hours.monday.1.from', hours(spans('13:00-17:00 09:00-12:00'))],
    ['calendar.hours.monday', hours(Array.from({ length: 13 }, () => ({ from: '09:00', to: '10:00' })))],
    ['calendar.holidays.1', calendar({ holidays: ['2027-01-01', '2027-02-29'] })],
    ['calendar.holidays.1', calendar({ holidays: ['2027-01-01', '2027-01-01'] })],
    ['calendar.holidays', calendar({ holidays: Array.from({ length: 501 }, () => '2027-01-01') })],
  ])('%s of %j', (field, changes) => {
    expect(problemWithSla(sla(changes))).toMatchObject({ code: 'validation_failed', field });
  });

  test.each<Partial<Sla>>([
    {},
    { firstResponseMinutes: null, resolutionMinutes: null },
    { calendar: { kind: '24x7' }, resolutionMinutes: MAX_SLA_MINUTES },
    hours(spans('00:00-12:00 12:00-24:00')),
    hours(spans('09:00-12:00 22:00-06:00')),
    calendar({ hours: { sunday: spans('22:00-09:00'), monday: spans('09:00-17:00') } }),
    { ...hours(spans('22:00-06:00')), resolutionMinutes: 520 * 480 },
  ])('nothing in %j', (changes) => {
    expect(problemWithSla(sla(changes))).toBeUndefined();
  });

  test('the longest allowed target has a due time, even when every service day of years is a holiday', () => {
    const mondays = Array.from({ length: 500 }, (_, n) => new Date(instant('2026-01-12T00:00Z') + n * 7 * DAY_MS));
    const holidays = mondays.map((monday) => monday.toISOString().slice(0, 10));
    const slow = sla({ ...hours(spans('09:00-10:00')), resolutionMinutes: 31_200 });
    const closed = { ...slow, calendar: { ...slow.calendar, holidays } as BusinessHours };
    expect(problemWithSla(closed)).toBeUndefined();
    // 500 Mondays without service, then 520 with an hour each: the last is 1,019 weeks after the first, in summer.
    expect(new Date(dueTimes(closed, instant('2026-01-12T00:00Z')).resolutionDueAt ?? 0)).toEqual(
      new Date('2045-07-24T10:00+02:00'),
    );
  });
});
