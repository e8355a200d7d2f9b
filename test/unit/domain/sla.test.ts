import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { slaId } from '../../../domain/ids.ts';
import {
  type BusinessHours,
  dueAt,
  type ServiceSpan,
  WEEKDAYS,
  type Weekday,
} from '../../../domain/slas/business-calendar.ts';
import { dueTimes, MAX_SLA_MINUTES, problemWithSla, type Sla } from '../../../domain/slas/sla.ts';
import { instant } from './samples.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** `09:00-12:00 13:00-17:00` as spans. */
const spans = (text: string): ServiceSpan[] =>
  text.split(' ').map((span) => ({ from: span.slice(0, 5), to: span.slice(6) }));

/** The same spans on each of the days. */
const hoursOn = (
  days: readonly Weekday[],
  times: string,
  timeZone: string,
  holidays: string[] = [],
): BusinessHours => ({
  kind: 'business_hours',
  timeZone,
  hours: Object.fromEntries(days.map((day) => [day, spans(times)])),
  holidays,
});

const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);
const office = (timeZone: string, holidays: string[] = []) =>
  hoursOn(MONDAY_TO_FRIDAY, '09:00-17:00', timeZone, holidays);
const on = (day: Weekday, times: string, timeZone: string) => hoursOn([day], times, timeZone);

const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';
const LORD_HOWE = 'Australia/Lord_Howe';
const everyHour = (timeZone: string) => hoursOn(WEEKDAYS, '00:00-24:00', timeZone);

type Row = [what: string, calendar: BusinessHours, from: string, minutes: number, due: string];

function holds(rows: readonly Row[]): void {
  test.each(rows)('%s', (_what, calendar, from, minutes, due) => {
    expect(new Date(dueAt(calendar, instant(from), minutes))).toEqual(new Date(due));
  });
}

// 12 January 2026 is a Monday; Berlin is at +01:00.
describe('business hours, Monday to Friday 09:00 to 17:00', () => {
  holds([
    ['inside the hours', office(BERLIN), '2026-01-12T10:00+01:00', 60, '2026-01-12T11:00+01:00'],
    ['before the hours', office(BERLIN), '2026-01-12T07:30+01:00', 60, '2026-01-12T10:00+01:00'],
    ['after the hours', office(BERLIN), '2026-01-12T18:00+01:00', 60, '2026-01-13T10:00+01:00'],
    ['just as they begin', office(BERLIN), '2026-01-12T09:00+01:00', 60, '2026-01-12T10:00+01:00'],
    ['just as they end', office(BERLIN), '2026-01-12T17:00+01:00', 1, '2026-01-13T09:01+01:00'],
    ['up to their end, not the next morning', office(BERLIN), '2026-01-12T16:00+01:00', 60, '2026-01-12T17:00+01:00'],
    ['a minute past their end', office(BERLIN), '2026-01-12T16:00+01:00', 61, '2026-01-13T09:01+01:00'],
    ['a whole day', office(BERLIN), '2026-01-12T09:00+01:00', 480, '2026-01-12T17:00+01:00'],
    ['over a weekend', office(BERLIN), '2026-01-16T16:30+01:00', 60, '2026-01-19T09:30+01:00'],
    ['from a Saturday', office(BERLIN), '2026-01-17T12:00+01:00', 60, '2026-01-19T10:00+01:00'],
    ['a whole week of 5 x 480', office(BERLIN), '2026-01-12T09:00+01:00', 2_400, '2026-01-16T17:00+01:00'],
    ['a week and a minute', office(BERLIN), '2026-01-12T09:00+01:00', 2_401, '2026-01-19T09:01+01:00'],
    ['three weeks of 2,400', office(BERLIN), '2026-01-14T12:00+01:00', 7_200, '2026-02-04T12:00+01:00'],
    ['no minutes, inside', office(BERLIN), '2026-01-12T10:00+01:00', 0, '2026-01-12T10:00+01:00'],
    ['no minutes, outside', office(BERLIN), '2026-01-17T12:00+01:00', 0, '2026-01-17T12:00+01:00'],
    // 29.5 s of the minute pass before 17:00, the other 30.5 s from 09:00 on.
    ['seconds count', office(BERLIN), '2026-01-12T16:59:30.500+01:00', 1, '2026-01-13T09:00:30.500+01:00'],
    ['the zone is the calendar’s', office('Asia/Kathmandu'), '2026-01-12T00:00Z', 60, '2026-01-12T10:00+05:45'],
    // 2,083 days of 480 minutes and 160 more: 416 weeks are 2,912 days, from Monday to Monday 2 January 2034; 3 days on.
    ['a million minutes', office(BERLIN), '2026-01-12T09:00+01:00', 1_000_000, '2034-01-05T11:40+01:00'],
  ]);
});

describe('holidays have no service', () => {
  const closed = office(BERLIN, ['2026-01-13', '2026-01-16', '2026-01-19']);
  holds([
    ['a holiday next', closed, '2026-01-12T16:30+01:00', 60, '2026-01-14T09:30+01:00'],
    ['from within a holiday', closed, '2026-01-13T10:00+01:00', 60, '2026-01-14T10:00+01:00'],
    // Friday and Monday are holidays around the weekend.
    ['four closed days', closed, '2026-01-15T16:30+01:00', 60, '2026-01-20T09:30+01:00'],
    // 3 July 2026 is a Friday in New York as well; it begins at 04:00Z.
    ['the day of the zone', office(NEW_YORK, ['2026-07-03']), '2026-07-03T03:59Z', 60, '2026-07-06T10:00-04:00'],
    ['a holiday on a weekend', office(BERLIN, ['2026-01-17']), '2026-01-16T16:30+01:00', 60, '2026-01-19T09:30+01:00'],
  ]);
});

describe('several spans a day', () => {
  const split = hoursOn(MONDAY_TO_FRIDAY, '08:00-12:00 13:00-17:00', BERLIN);
  const meeting = hoursOn(MONDAY_TO_FRIDAY, '09:00-12:00 12:00-17:00', BERLIN);
  const nights = hoursOn(WEEKDAYS, '00:00-06:00 22:00-24:00', BERLIN);
  holds([
    ['over the break', split, '2026-01-12T11:30+01:00', 60, '2026-01-12T13:30+01:00'],
    ['from within the break', split, '2026-01-12T12:30+01:00', 60, '2026-01-12T14:00+01:00'],
    ['up to the break', split, '2026-01-12T11:00+01:00', 60, '2026-01-12T12:00+01:00'],
    // 30 on Monday, 240 on Tuesday morning, 30 after the break.
    ['three spans', split, '2026-01-12T16:30+01:00', 300, '2026-01-13T13:30+01:00'],
    ['spans that meet', meeting, '2026-01-12T11:30+01:00', 60, '2026-01-12T12:30+01:00'],
    ['24:00 meets 00:00', nights, '2026-01-12T21:00+01:00', 240, '2026-01-13T02:00+01:00'],
    ['up to 24:00', nights, '2026-01-12T23:00+01:00', 60, '2026-01-13T00:00+01:00'],
    ['over the day', nights, '2026-01-12T05:30+01:00', 60, '2026-01-12T22:30+01:00'],
  ]);
});

// Nights from 22:00 to 06:00. 12 January 2026 is a Monday.
describe('spans over midnight are of two days', () => {
  const nights = hoursOn(WEEKDAYS, '22:00-06:00', BERLIN);
  const fridays = on('friday', '22:00-06:00', BERLIN);
  const sundays = on('sunday', '20:00-04:00', BERLIN);
  const busy = hoursOn(WEEKDAYS, '06:00-08:00 22:00-06:00', BERLIN);
  const withHoliday = hoursOn(WEEKDAYS, '22:00-06:00', BERLIN, ['2026-01-13']);
  const saturdays = on('saturday', '22:00-06:00', BERLIN);
  holds([
    ['before midnight', nights, '2026-01-12T21:00+01:00', 60, '2026-01-12T23:00+01:00'],
    ['up to midnight', nights, '2026-01-12T22:00+01:00', 120, '2026-01-13T00:00+01:00'],
    ['over midnight', nights, '2026-01-12T23:00+01:00', 120, '2026-01-13T01:00+01:00'],
    ['from after midnight', nights, '2026-01-13T05:00+01:00', 120, '2026-01-13T23:00+01:00'],
    ['into a day that is not named', fridays, '2026-01-16T23:00+01:00', 240, '2026-01-17T03:00+01:00'],
    ['from within that day', fridays, '2026-01-17T05:00+01:00', 61, '2026-01-23T22:01+01:00'],
    ['from Sunday to Monday', sundays, '2026-01-18T23:00+01:00', 300, '2026-01-19T04:00+01:00'],
    ['and no minute more', sundays, '2026-01-18T23:00+01:00', 301, '2026-01-25T20:01+01:00'],
    ['where it meets the next span', busy, '2026-01-13T05:30+01:00', 60, '2026-01-13T06:30+01:00'],
    [
      'up to 00:00 is up to 24:00',
      on('monday', '22:00-00:00', BERLIN),
      '2026-01-12T21:00+01:00',
      120,
      '2026-01-13T00:00+01:00',
    ],
    // Tuesday is a holiday: Monday's night ends at midnight, Tuesday's begins there.
    ['into a holiday', withHoliday, '2026-01-12T23:00+01:00', 90, '2026-01-14T00:30+01:00'],
    ['out of a holiday', withHoliday, '2026-01-13T12:00+01:00', 360, '2026-01-14T06:00+01:00'],
    // Of Saturday's night, 02:00 to 03:00 is skipped on 29 March, and comes twice on 25 October 2026.
    ['seven hours in spring', saturdays, '2026-03-28T20:00+01:00', 420, '2026-03-29T06:00+02:00'],
    ['and no minute more', saturdays, '2026-03-28T20:00+01:00', 421, '2026-04-04T22:01+02:00'],
    ['nine hours in autumn', saturdays, '2026-10-24T20:00+02:00', 540, '2026-10-25T06:00+01:00'],
    ['and no minute more', saturdays, '2026-10-24T20:00+02:00', 541, '2026-10-31T22:01+01:00'],
    // Havana has 00:00 to 01:00 twice on Sunday 1 November 2026.
    [
      'over a midnight that comes twice',
      on('saturday', '23:00-02:00', 'America/Havana'),
      '2026-10-31T12:00-04:00',
      240,
      '2026-11-01T02:00-05:00',
    ],
    // Santiago skips midnight of Sunday 6 September 2026.
    [
      'over a midnight that is skipped',
      on('saturday', '22:00-02:00', 'America/Santiago'),
      '2026-09-05T12:00-04:00',
      180,
      '2026-09-06T02:00-03:00',
    ],
  ]);

  test('are the same as the two spans written out', () => {
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
});

// Clocks go from 02:00+01:00 to 03:00+02:00 on Sunday 29 March, from 03:00+02:00 to 02:00+01:00 on Sunday 25 October 2026.
describe('daylight saving in Berlin', () => {
  const sunday = (times: string) => on('sunday', times, BERLIN);
  const SATURDAY_IN_MARCH = '2026-03-28T12:00+01:00';
  const SATURDAY_IN_OCTOBER = '2026-10-24T12:00+02:00';
  holds([
    ['24 real hours in spring', everyHour(BERLIN), SATURDAY_IN_MARCH, 1_440, '2026-03-29T13:00+02:00'],
    ['24 real hours in autumn', everyHour(BERLIN), SATURDAY_IN_OCTOBER, 1_440, '2026-10-25T11:00+01:00'],
    ['office hours after spring', office(BERLIN), '2026-03-27T16:00+01:00', 120, '2026-03-30T10:00+02:00'],
    ['office hours after autumn', office(BERLIN), '2026-10-23T16:00+02:00', 120, '2026-10-26T10:00+01:00'],
    ['a Sunday of 23 hours', sunday('00:00-24:00'), SATURDAY_IN_MARCH, 1_380, '2026-03-30T00:00+02:00'],
    ['and no minute more', sunday('00:00-24:00'), SATURDAY_IN_MARCH, 1_381, '2026-04-05T00:01+02:00'],
    ['a Sunday of 25 hours', sunday('00:00-24:00'), SATURDAY_IN_OCTOBER, 1_500, '2026-10-26T00:00+01:00'],
    ['and no minute more', sunday('00:00-24:00'), SATURDAY_IN_OCTOBER, 1_501, '2026-11-01T00:01+01:00'],
    ['24 of its 25 hours', sunday('00:00-24:00'), SATURDAY_IN_OCTOBER, 1_440, '2026-10-25T23:00+01:00'],
    // 01:00 to 02:00, then 03:00 to 04:00.
    ['a span with a gap', sunday('01:00-04:00'), SATURDAY_IN_MARCH, 120, '2026-03-29T04:00+02:00'],
    ['and no minute more', sunday('01:00-04:00'), SATURDAY_IN_MARCH, 121, '2026-04-05T01:01+02:00'],
    ['a span that never was', sunday('02:00-03:00'), SATURDAY_IN_MARCH, 30, '2026-04-05T02:30+02:00'],
    ['a skipped opening', sunday('02:30-04:00'), SATURDAY_IN_MARCH, 30, '2026-03-29T03:30+02:00'],
    ['a skipped closing', sunday('01:00-02:30'), SATURDAY_IN_MARCH, 60, '2026-03-29T03:00+02:00'],
    ['and no minute more', sunday('01:00-02:30'), SATURDAY_IN_MARCH, 61, '2026-04-05T01:01+02:00'],
    ['an hour that comes twice, half', sunday('02:00-03:00'), SATURDAY_IN_OCTOBER, 60, '2026-10-25T02:00+01:00'],
    ['an hour that comes twice, all', sunday('02:00-03:00'), SATURDAY_IN_OCTOBER, 120, '2026-10-25T03:00+01:00'],
    // 02:00 is reached once before clocks are set back to it: it is over then.
    ['closing at 02:00', sunday('01:00-02:00'), SATURDAY_IN_OCTOBER, 61, '2026-11-01T01:01+01:00'],
    // From the first 02:30, 00:30Z, to 02:00Z.
    ['opening within the hour', sunday('02:30-04:00'), SATURDAY_IN_OCTOBER, 90, '2026-10-25T03:00+01:00'],
    // From 01:00+02:00, 23:00Z, to the second 02:30, 01:30Z.
    ['closing within the hour', sunday('01:00-02:30'), SATURDAY_IN_OCTOBER, 150, '2026-10-25T02:30+01:00'],
    // 23:00Z to 03:00Z are four hours: both have a part of the hour, and it is counted once.
    ['parting within it', sunday('01:00-02:30 02:30-04:00'), SATURDAY_IN_OCTOBER, 240, '2026-10-25T04:00+01:00'],
    ['and no minute more', sunday('01:00-02:30 02:30-04:00'), SATURDAY_IN_OCTOBER, 241, '2026-11-01T01:01+01:00'],
    ['from the second 02:15', everyHour(BERLIN), '2026-10-25T02:15+01:00', 60, '2026-10-25T03:15+01:00'],
    ['from the first 02:15', everyHour(BERLIN), '2026-10-25T02:15+02:00', 60, '2026-10-25T02:15+01:00'],
  ]);
});

describe('daylight saving elsewhere', () => {
  const sundayOn = (timeZone: string, times = '00:00-24:00') => on('sunday', times, timeZone);
  holds([
    // New York: 02:00-05:00 to 03:00-04:00 on 8 March, 02:00-04:00 to 01:00-05:00 on 1 November 2026.
    ['New York, spring', office(NEW_YORK), '2026-03-06T16:30-05:00', 60, '2026-03-09T09:30-04:00'],
    ['New York, autumn', office(NEW_YORK), '2026-10-30T16:30-04:00', 60, '2026-11-02T09:30-05:00'],
    ['New York, over the gap', everyHour(NEW_YORK), '2026-03-08T00:30-05:00', 120, '2026-03-08T03:30-04:00'],
    ['New York, through the hour twice', everyHour(NEW_YORK), '2026-11-01T00:30-04:00', 120, '2026-11-01T01:30-05:00'],
    ['New York, 23 hours', sundayOn(NEW_YORK), '2026-03-08T00:00-05:00', 1_380, '2026-03-09T00:00-04:00'],
    ['New York, 25 hours', sundayOn(NEW_YORK), '2026-11-01T00:00-04:00', 1_500, '2026-11-02T00:00-05:00'],
    // Lord Howe moves half an hour: 02:00+10:30 to 02:30+11:00 on 4 October, 02:00+11:00 to 01:30+10:30 on 5 April 2026.
    ['Lord Howe, 23.5 hours', sundayOn(LORD_HOWE), '2026-10-04T00:00+10:30', 1_410, '2026-10-05T00:00+11:00'],
    ['Lord Howe, 24.5 hours', sundayOn(LORD_HOWE), '2026-04-05T00:00+11:00', 1_470, '2026-04-06T00:00+10:30'],
    // Two hours on the clock, 90 minutes.
    ['Lord Howe, gap', sundayOn(LORD_HOWE, '01:00-03:00'), '2026-10-03T12:00Z', 90, '2026-10-04T03:00+11:00'],
    ['Lord Howe, twice', sundayOn(LORD_HOWE, '01:30-02:00'), '2026-04-04T12:00Z', 60, '2026-04-05T02:00+10:30'],
    ['Lord Howe, office', office(LORD_HOWE), '2026-10-02T16:45+10:30', 30, '2026-10-05T09:15+11:00'],
    // Santiago skips midnight of 6 September and repeats 23:00 of 4 April 2026.
    ['Santiago, no midnight', sundayOn('America/Santiago'), '2026-09-05T12:00-04:00', 60, '2026-09-06T02:00-03:00'],
    ['Santiago, 23 hours', sundayOn('America/Santiago'), '2026-09-05T12:00-04:00', 1_380, '2026-09-07T00:00-03:00'],
    [
      'Santiago, 23:00 twice',
      on('saturday', '22:00-24:00', 'America/Santiago'),
      '2026-04-04T22:00-03:00',
      180,
      '2026-04-05T00:00-04:00',
    ],
    // Closing at 23:00, to which clocks are set back an hour later: no service a second time.
    [
      'Santiago, closing at 23:00',
      on('saturday', '22:00-23:00', 'America/Santiago'),
      '2026-04-04T22:00-03:00',
      61,
      '2026-04-11T22:01-04:00',
    ],
    // Cairo skips midnight of Friday 24 April and repeats 23:00 of Thursday 29 October 2026; its week ends on Thursday.
    [
      'Cairo, no midnight',
      on('friday', '00:00-06:00', 'Africa/Cairo'),
      '2026-04-23T12:00Z',
      300,
      '2026-04-24T06:00+03:00',
    ],
    [
      'Cairo, 23:00 twice',
      on('thursday', '20:00-24:00', 'Africa/Cairo'),
      '2026-10-29T17:00Z',
      300,
      '2026-10-30T00:00+02:00',
    ],
    [
      'Cairo, its weekend',
      hoursOn(['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'], '09:00-17:00', 'Africa/Cairo'),
      '2026-10-22T16:00+03:00',
      120,
      '2026-10-25T10:00+03:00',
    ],
    // Havana has 00:00 to 01:00 twice on Sunday 1 November 2026: Saturday ends at the first midnight, Sunday has 25 hours.
    [
      'Havana, Saturday',
      on('saturday', '23:00-24:00', 'America/Havana'),
      '2026-11-01T03:00Z',
      61,
      '2026-11-07T23:01-05:00',
    ],
    ['Havana, Sunday', sundayOn('America/Havana', '00:00-01:00'), '2026-11-01T03:00Z', 120, '2026-11-01T01:00-05:00'],
    ['Havana, no minute twice', everyHour('America/Havana'), '2026-11-01T03:00Z', 180, '2026-11-01T06:00Z'],
    // Goose Bay set its clocks back at 00:01 on Sunday 7 November 2010, 03:01Z: it was Saturday once more until 04:00Z.
    [
      'Goose Bay',
      on('saturday', '22:00-24:00', 'America/Goose_Bay'),
      '2010-11-07T03:00:30Z',
      30,
      '2010-11-07T03:30:30Z',
    ],
    ['Goose Bay, no minute twice', everyHour('America/Goose_Bay'), '2010-11-07T02:30Z', 180, '2010-11-07T05:30Z'],
    // Friday 30 December 2011 never was in Samoa.
    ['Apia, every hour', everyHour('Pacific/Apia'), '2011-12-29T12:00-10:00', 1_440, '2011-12-31T12:00+14:00'],
    [
      'Apia, Fridays',
      on('friday', '00:00-24:00', 'Pacific/Apia'),
      '2011-12-29T12:00-10:00',
      60,
      '2012-01-06T01:00+14:00',
    ],
  ]);
});

const sla = (changes: Partial<Sla> = {}): Sla => ({
  id: slaId('silver'),
  name: 'Silver',
  firstResponseMinutes: 240,
  resolutionMinutes: 960,
  calendar: office(BERLIN),
  ...changes,
});

test('an SLA gives both times, and none where none is promised', () => {
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

  test('the longest time that is allowed is found, even when every service day of years is a holiday', () => {
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

describe('for any calendar', () => {
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

  test('the minutes of service up to the due time are those asked for, as another calendar reads each minute', () => {
    fc.assert(
      fc.property(anyCase, ({ calendar, from, minutes }) => {
        expect(servedMinutes(calendar, from, dueAt(calendar, from, minutes))).toBe(minutes);
      }),
      { numRuns: 150 },
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
      { numRuns: 300 },
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
  const reading = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  const bounds = new Map<string, { first: number; last: number }>();
  for (let at = from - DAY_MS; at < until + DAY_MS; at += MINUTE_MS) {
    const [date = '', wall = ''] = reading.format(at).split(' ');
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
