import { dayOfText } from '../../ui/format.ts';

/**
 * The instant at which a key ends whose last day is this one, on the clock of the person at the screen; undefined for no
 * day.
 */
export function endOfDay(day: string): string | undefined {
  const [year, month, date] = day.split('-').map(Number);
  if (year === undefined || month === undefined || date === undefined) return undefined;
  return new Date(year, month - 1, date + 1).toISOString();
}

/** The last day on which a key with this end works: 31 Jan 2027. */
export const lastDayText = (expiresAt: string): string => dayOfText(new Date(Date.parse(expiresAt) - 1).toISOString());
