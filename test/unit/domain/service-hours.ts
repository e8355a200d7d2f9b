import { expect, test } from 'vitest';
import {
  type BusinessHours,
  dueAt,
  type ServiceSpan,
  WEEKDAYS,
  type Weekday,
} from '../../../domain/slas/business-calendar.ts';
import { instant } from './samples.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

/** `09:00-12:00 13:00-17:00` as spans. */
export const spans = (text: string): ServiceSpan[] =>
  text.split(' ').map((span) => ({ from: span.slice(0, 5), to: span.slice(6) }));

/** The same spans on each of the days. */
export const hoursOn = (
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

export const MONDAY_TO_FRIDAY = WEEKDAYS.slice(0, 5);
export const office = (timeZone: string, holidays: string[] = []) =>
  hoursOn(MONDAY_TO_FRIDAY, '09:00-17:00', timeZone, holidays);
export const on = (day: Weekday, times: string, timeZone: string) => hoursOn([day], times, timeZone);

export const BERLIN = 'Europe/Berlin';
export const NEW_YORK = 'America/New_York';
export const LORD_HOWE = 'Australia/Lord_Howe';
export const everyHour = (timeZone: string) => hoursOn(WEEKDAYS, '00:00-24:00', timeZone);

type Row = [what: string, calendar: BusinessHours, from: string, minutes: number, due: string];

/** A test for each row: so many minutes of service after `from` are due at `due`. */
export function holds(rows: readonly Row[]): void {
  test.each(rows)('%s', (_what, calendar, from, minutes, due) => {
    expect(new Date(dueAt(calendar, instant(from), minutes))).toEqual(new Date(due));
  });
}
