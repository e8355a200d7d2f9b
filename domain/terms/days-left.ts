import { type CivilDate, dateAt, daysBetween } from '../calendar.ts';

/** What says on which day, and where, something ends. */
interface Ending {
  readonly endDate: CivilDate;
  readonly timeZone: string;
}

/** Days still covered, today among them, as mails tell them: 1 on the last day in its zone, 0 after the end. */
export const daysLeft = ({ endDate, timeZone }: Ending, now: number): number =>
  Math.max(0, daysBetween(dateAt(now, timeZone), endDate) + 1);
