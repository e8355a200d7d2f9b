import { describe } from 'vitest';
import { WEEKDAYS } from '../../../domain/slas/business-calendar.ts';
import { BERLIN, holds, hoursOn, MONDAY_TO_FRIDAY, NEW_YORK, office, on } from './service-hours.ts';

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
describe('a span over midnight belongs to two days', () => {
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
    ['not a minute more, from Sunday to Monday', sundays, '2026-01-18T23:00+01:00', 301, '2026-01-25T20:01+01:00'],
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
    ['not a minute more in spring', saturdays, '2026-03-28T20:00+01:00', 421, '2026-04-04T22:01+02:00'],
    ['nine hours in autumn', saturdays, '2026-10-24T20:00+02:00', 540, '2026-10-25T06:00+01:00'],
    ['not a minute more in autumn', saturdays, '2026-10-24T20:00+02:00', 541, '2026-10-31T22:01+01:00'],
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
});
