import { describe, expect, test } from 'vitest';
import { instantOnClocks, isLocalTime, previewOf } from '../../../domain/slas/sla-preview.ts';
import { instant } from './samples.ts';
import { BERLIN, office } from './service-hours.ts';

const ALWAYS = { kind: '24x7' } as const;
const promise = { firstResponseMinutes: 240, resolutionMinutes: 960, calendar: office(BERLIN) };

describe('the moment of a preview', () => {
  test('is read on the clocks of the calendar, of UTC if service never stops, or of a zone that is named', () => {
    const localTime = '2026-01-12T15:00';
    const from = (calendar: typeof promise.calendar | typeof ALWAYS, timeZone: string | null) =>
      previewOf({ ...promise, calendar }, { localTime }, timeZone);
    expect(from(office(BERLIN), null)).toMatchObject({ from: instant('2026-01-12T15:00+01:00'), timeZone: BERLIN });
    expect(from(ALWAYS, null)).toMatchObject({ from: instant('2026-01-12T15:00Z'), timeZone: 'UTC' });
    expect(from(office(BERLIN), 'Asia/Tokyo')).toMatchObject({ from: instant('2026-01-12T15:00+09:00') });
  });

  test('that clocks show twice is the first, and one that they skip is as much later', () => {
    expect(instantOnClocks('2026-10-25T02:30', BERLIN)).toBe(instant('2026-10-25T02:30+02:00'));
    expect(instantOnClocks('2026-03-29T02:30', BERLIN)).toBe(instant('2026-03-29T03:30+02:00'));
  });

  test.each([
    ['2027-01-31T00:00', true],
    ['2028-02-29T23:59', true],
    ['2027-02-29T12:00', false],
    ['2027-01-31T24:00', false],
    ['2027-01-31T12:60', false],
    ['1899-12-31T12:00', false],
    ['2027-01-31 12:00', false],
    ['2027-01-31T12:00Z', false],
    ['2027-01-31', false],
    ['', false],
  ])('%s: %s', (text, isOne) => {
    expect(isLocalTime(text)).toBe(isOne);
  });
});

test('a preview has the due times that a case of that moment would get', () => {
  expect(previewOf(promise, { at: instant('2026-01-12T15:00+01:00') }, null)).toEqual({
    from: instant('2026-01-12T15:00+01:00'),
    timeZone: BERLIN,
    firstResponseDueAt: instant('2026-01-13T11:00+01:00'),
    resolutionDueAt: instant('2026-01-14T15:00+01:00'),
  });
});
