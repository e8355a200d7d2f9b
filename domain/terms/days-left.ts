import { type CivilDate, dateAt, daysBetween } from '../calendar.ts';

/** On which day, and in which zone, something ends. */
interface Ending {
  readonly endDate: CivilDate;
  readonly timeZone: string;
}

/** Days that are still covered, today included: 1 on the last day in its zone, 0 after the end. */
export const daysLeft = ({ endDate, timeZone }: Ending, now: number): number =>
  Math.max(0, daysBetween(dateAt(now, timeZone), endDate) + 1);
