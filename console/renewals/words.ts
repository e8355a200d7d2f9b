import type { Shapes } from '../data/api.ts';
import { daysFromTodayText, dayText, instantText, numberText } from '../ui/format.ts';

/** The words of renewals: stages, steps and days. */

export type Renewal = Shapes['Renewal'];
export type Stage = Renewal['stage'];
export type Step = Renewal['steps'][number];

export const STAGES = [
  'open',
  'snoozed',
  'lapsed',
  'accepted',
  'declined',
  'withdrawn',
] as const satisfies readonly Stage[];

export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  open: 'Undecided',
  snoozed: 'Snoozed',
  lapsed: 'Lapsed',
  accepted: 'Accepted',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
};

const DAY_MS = 86_400_000;

export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);

/** The zone, or UTC if the browser does not know it. Every time is shown with its zone, so it is right in either. */
export function knownZone(timeZone: string): string {
  try {
    instantText('2027-01-01T00:00:00Z', timeZone);
    return timeZone;
  } catch {
    return 'UTC';
  }
}

/** The day that it is at an instant in a zone, `YYYY-MM-DD`. */
export const dayAt = (instant: string | number, timeZone: string): string =>
  new Date(instant).toLocaleDateString('sv-SE', { timeZone });

/** An instant on the clocks of a zone, with the zone: 31 Jan 2027, 09:30 (Europe/Berlin). */
export const zonedText = (instant: string, timeZone: string): string =>
  `${instantText(instant, timeZone)} (${timeZone})`;

export const countOf = (count: number, noun: string): string => `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;

/** How long an entitlement still covers, today included. */
export function leftText(endDate: string, today: string): string {
  const days = Math.round((Date.parse(endDate) - Date.parse(today)) / DAY_MS);
  if (days < 0) return `ended ${countOf(-days, 'day')} ago`;
  return days === 0 ? 'today is the last day' : `${countOf(days + 1, 'day')} left`;
}

/** A day with how far it is from the reader's today: 31 Jan 2027, in 12 days. */
export const dayWithDistance = (day: string): string => `${dayText(day)}, ${daysFromTodayText(day)}`;

/** The stage with what it means for the reader. */
export function stageText(
  { stage, isOver, snoozedUntil, decideBy }: Pick<Renewal, 'stage' | 'isOver' | 'snoozedUntil' | 'decideBy'>,
  timeZone: string,
): string {
  if (stage === 'snoozed' && snoozedUntil !== null)
    return `Snoozed until ${dayText(dayAt(snoozedUntil, timeZone))} (${timeZone})`;
  if (stage !== 'lapsed') return STAGE_WORDS[stage];
  return isOver || decideBy === null ? 'Lapsed and closed' : `Lapsed; you can accept it until ${dayText(decideBy)}`;
}

const STEP_WORDS: Readonly<Record<Step['step'], string>> = {
  notice: 'Task opened and notice sent',
  reminder: 'Reminder',
  escalation: 'Escalated',
  lapsed: 'Lapsed: nobody decided before the end',
  snoozed: 'Snoozed',
  accepted: 'Accepted',
  declined: 'Declined',
  withdrawn: 'Withdrawn',
  closed: 'Closed',
  revised: 'Proposal revised, because the entitlement was edited',
};

export const stepText = ({ step }: Step): string => STEP_WORDS[step];

/** What is to be said of a step that was superseded before it could be announced; undefined if it was announced. */
export function supersededText({ heardBy }: Step): string | undefined {
  if (heardBy === 'programs') return 'Superseded, so no mail was sent';
  return heardBy === 'nobody' ? 'Superseded, so it was not announced' : undefined;
}
