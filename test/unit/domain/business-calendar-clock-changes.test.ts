import { describe } from 'vitest';
import { BERLIN, everyHour, holds, hoursOn, LORD_HOWE, NEW_YORK, office, on } from './service-hours.ts';

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
