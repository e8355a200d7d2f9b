import { type CivilDate, daysBetween, type EpochMs, LAST_DATE, plusDays } from '../calendar.ts';

/**
 * What a pause does to the end. `keep`: the end stays. `shift`: the end, the later turns of periods and the expiry of
 * top-ups move by the whole days of the pause.
 */
export const PAUSE_ENDS = ['keep', 'shift'] as const;
export type PauseEnd = (typeof PAUSE_ENDS)[number];

/** A time in which an entitlement takes no cases: it runs, or lies ahead. */
export interface Pause {
  /** The pause's number, 1, 2, 3 … per entitlement. */
  readonly n: number;
  /** The day with whose beginning it begins, in the entitlement's zone; null: it began when it was asked for. */
  readonly from: CivilDate | null;
  readonly startsAt: EpochMs;
  /** The day with whose beginning the entitlement goes on; null: until somebody resumes it. */
  readonly until: CivilDate | null;
  readonly endsAt: EpochMs | null;
  readonly end: PauseEnd;
}

/** The most pauses that run or lie ahead: keeps a workflow's state small. */
export const MAX_PAUSES = 12;

const endOf = ({ endsAt }: Pick<Pause, 'endsAt'>): EpochMs => endsAt ?? Number.POSITIVE_INFINITY;

/** Whether two pauses have an instant in common. One that ends where the other begins has none. */
export const overlap = (one: Pause, other: Pause): boolean =>
  one.startsAt < endOf(other) && other.startsAt < endOf(one);

/** The pauses with a new one, the earliest first. */
export const withPause = (pauses: readonly Pause[], added: Pause): readonly Pause[] =>
  [...pauses, added].sort((one, other) => one.startsAt - other.startsAt);

export const withoutPause = (pauses: readonly Pause[], n: number): readonly Pause[] =>
  pauses.filter((pause) => pause.n !== n);

/** The day that is so many days later, at most the last day of the calendar, which means "no end". */
export const movedDay = (day: CivilDate, days: number): CivilDate =>
  days > daysBetween(day, LAST_DATE) ? LAST_DATE : plusDays(day, days);
