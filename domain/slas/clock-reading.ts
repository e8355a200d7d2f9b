import type { EpochMs } from '../calendar.ts';
import { afterService } from './business-calendar.ts';
import {
  type CaseClock,
  type ClockOccurrence,
  nextWarningAt,
  passedUntil,
  promisedMs,
  usedUpAt,
} from './case-clock.ts';

/** How a clock stands. Dataverse has a number for each. */
export const CLOCK_STATUS_CODE = {
  in_progress: 0,
  breached: 1,
  nearing: 2,
  paused: 3,
  met: 4,
  canceled: 5,
} as const;
export type ClockStatus = keyof typeof CLOCK_STATUS_CODE;
export const CLOCK_STATUSES = Object.keys(CLOCK_STATUS_CODE) as readonly ClockStatus[];

/** A clock as it stands at an instant. Minutes are whole minutes of service time, rounded down. */
export interface ClockReading {
  readonly status: ClockStatus;
  readonly startedAt: EpochMs;
  /** When all promised time is used if nothing stops the clock; while it is paused, as when the pause began. */
  readonly dueAt: EpochMs;
  /** The next warning; null: none comes, unless a pause ends. */
  readonly warnsAt: EpochMs | null;
  readonly pausedSince: EpochMs | null;
  readonly pausedMinutes: number;
  readonly usedMinutes: number;
  readonly metAt: EpochMs | null;
  readonly breachedAt: EpochMs | null;
  /** Everything that happened to it until then, in order. */
  readonly occurrences: readonly ClockOccurrence[];
  /** The next instant at which something happens to it by itself; null: there is none. */
  readonly wakesAt: EpochMs | null;
}

/**
 * The clock at an instant. `saidBreachedAt`: when a breach of it was announced, which stands even if the clock says
 * otherwise by now.
 */
export function readingOf(clock: CaseClock, now: EpochMs, saidBreachedAt: EpochMs | null = null): ClockReading {
  const passed = passedUntil(clock, Math.max(now, clock.since), true);
  const breachedAt = passed.breachedAt ?? saidBreachedAt;
  const status = statusOf(passed, breachedAt);
  const { occurrences } = passed;
  const warnsAt = breachedAt === null ? nextWarningAt({ ...clock, occurrences }, now) : null;
  const dueAt = dueTimeOf(clock, passed.breachedAt);
  const isAwaited = clock.phase === 'runs' && breachedAt === null;
  return {
    status,
    startedAt: clock.startedAt,
    dueAt,
    warnsAt,
    pausedSince: clock.pausedSince,
    pausedMinutes: wholeMinutes(passed.pausedMs),
    usedMinutes: wholeMinutes(passed.usedMs),
    metAt: clock.metAt,
    breachedAt,
    occurrences,
    wakesAt: isAwaited ? Math.min(warnsAt ?? dueAt, dueAt) : null,
  };
}

/** A canceled case is never reported as breached; one that was met late, or that left too late, is. */
function statusOf({ phase, occurrences }: CaseClock, breachedAt: EpochMs | null): ClockStatus {
  if (phase === 'canceled') return 'canceled';
  if (breachedAt !== null) return 'breached';
  switch (phase) {
    case 'met':
      return 'met';
    case 'left':
      return 'canceled';
    case 'held':
      return 'paused';
    case 'runs':
      return occurrences.some(({ kind }) => kind === 'nearing') ? 'nearing' : 'in_progress';
  }
}

function dueTimeOf(clock: CaseClock, breachedAt: EpochMs | null): EpochMs {
  if (breachedAt !== null) return breachedAt;
  if (clock.phase !== 'held') return usedUpAt(clock);
  const { terms, pausedSince, since, usedMs } = clock;
  return afterService(terms.calendar, pausedSince ?? since, Math.max(0, promisedMs(terms) - usedMs));
}

const MINUTE_MS = 60_000;
const wholeMinutes = (ms: number): number => Math.floor(ms / MINUTE_MS);
