import type { EpochMs } from '../calendar.ts';
import { afterService, type ServiceCalendar } from './business-calendar.ts';
import { serviceMsBetween } from './service-time.ts';

/** What a clock measures: the time until somebody answers, and the time until the case is resolved. */
export const CLOCK_TARGETS = ['first_response', 'resolution'] as const;
export type ClockTarget = (typeof CLOCK_TARGETS)[number];

/** What a clock counts towards, as the version of the SLA says that it follows. */
export interface ClockTerms {
  readonly calendar: ServiceCalendar;
  /** Minutes of service time. */
  readonly promisedMinutes: number;
  /** Rising. */
  readonly warnAtPercent: readonly number[];
  /** The reasons for a hold that stop this clock; null: every reason does. */
  readonly pausedBy: readonly string[] | null;
}

/**
 * What a stretch of a clock's life is: it runs, it is held, or it has ended. It ends when it is met or its case is
 * canceled, perhaps for a while, and for good when its case has left the entitlement.
 */
type ClockPhase = 'runs' | 'held' | 'met' | 'canceled' | 'left';

/** A stretch of one phase; `reasons` are those that hold the clock. */
export interface ClockStretch {
  readonly phase: ClockPhase;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly reasons: readonly string[];
}

/** Something that happened to a clock, for events and mails. `name` is the same however often the clock is computed. */
export interface ClockOccurrence {
  readonly kind: 'nearing' | 'breached' | 'met' | 'paused' | 'resumed';
  readonly name: string;
  readonly at: EpochMs;
  /** Of `nearing`: the share of the promise that is used. */
  readonly percent?: number;
  /** Of `paused`. */
  readonly reasons?: readonly string[];
}

/** A clock after the last thing that happened to its case. Amounts of time are milliseconds of service time. */
export interface CaseClock {
  readonly terms: ClockTerms;
  readonly startedAt: EpochMs;
  readonly phase: ClockPhase;
  /** When the phase began, or its reasons changed. */
  readonly since: EpochMs;
  readonly reasons: readonly string[];
  /** When the clock stopped; null unless it is held. */
  readonly pausedSince: EpochMs | null;
  /** Used and passed in pauses until `since`. */
  readonly usedMs: number;
  readonly pausedMs: number;
  readonly metAt: EpochMs | null;
  /** When all promised time was used while the clock ran; null if that has not happened by `since`. */
  readonly breachedAt: EpochMs | null;
  /** It can never run again: its case went to another entitlement. */
  readonly isOver: boolean;
  readonly stretches: readonly ClockStretch[];
  readonly occurrences: readonly ClockOccurrence[];
}

const MINUTE_MS = 60_000;

/** Milliseconds of service time that are promised. */
export const promisedMs = ({ promisedMinutes }: ClockTerms): number => promisedMinutes * MINUTE_MS;

/** Milliseconds of service time after which a warning of so many per cent comes. */
const warnedAfterMs = ({ promisedMinutes }: ClockTerms, percent: number): number =>
  (promisedMinutes * MINUTE_MS * percent) / 100;

const stoppedBy = ({ pausedBy }: ClockTerms, holds: readonly string[]): readonly string[] =>
  pausedBy === null ? holds : holds.filter((reason) => pausedBy.includes(reason));

/** A clock that starts at an instant, on hold if any of `holds` stops it. */
export function started(terms: ClockTerms, at: EpochMs, holds: readonly string[]): CaseClock {
  const clock: CaseClock = {
    terms,
    startedAt: at,
    phase: 'runs',
    since: at,
    reasons: [],
    pausedSince: null,
    usedMs: 0,
    pausedMs: 0,
    metAt: null,
    breachedAt: null,
    isOver: false,
    stretches: [],
    occurrences: [],
  };
  return withHolds(clock, at, holds);
}

/** The clock once these reasons, and no others, hold its case. A clock that has ended stays as it is. */
export function withHolds(clock: CaseClock, at: EpochMs, holds: readonly string[]): CaseClock {
  if (!isGoing(clock)) return clock;
  const reasons = stoppedBy(clock.terms, holds);
  if (reasons.length === 0) return clock.phase === 'runs' ? clock : resumed(clock, at);
  const isSame = reasons.length === clock.reasons.length && reasons.every((reason) => clock.reasons.includes(reason));
  if (isSame) return clock;
  const next = turned(clock, at, 'held', reasons);
  if (clock.phase === 'held') return next;
  return noted({ ...next, pausedSince: next.since }, { kind: 'paused', at: next.since, reasons });
}

function resumed(clock: CaseClock, at: EpochMs): CaseClock {
  const next = turned(clock, at, 'runs', []);
  return noted({ ...next, pausedSince: null }, { kind: 'resumed', at: next.since });
}

/** The clock once its case was answered or resolved. Only a clock that runs or is held can be met. */
export function met(clock: CaseClock, at: EpochMs): CaseClock {
  if (!isGoing(clock)) return clock;
  const next = turned(clock, at, 'met', []);
  return noted({ ...next, pausedSince: null, metAt: next.since }, { kind: 'met', at: next.since });
}

/** The clock once its case was canceled. A clock that was met stays met. */
export const canceled = (clock: CaseClock, at: EpochMs): CaseClock =>
  isGoing(clock) ? { ...turned(clock, at, 'canceled', []), pausedSince: null } : clock;

/** The clock once its case has left the entitlement: it never runs again. */
export const left = (clock: CaseClock, at: EpochMs): CaseClock => ({
  ...(isGoing(clock) ? { ...turned(clock, at, 'left', []), pausedSince: null } : clock),
  isOver: true,
});

/** Whether the clock has not ended: it runs or is held. */
export const isGoing = ({ phase }: Pick<CaseClock, 'phase'>): boolean => phase === 'runs' || phase === 'held';

/**
 * The clock once its case is active again: it goes on where it stood, and the time in between does not count. A clock
 * that was met late has ended for good, and so has one whose case is elsewhere.
 */
export function reopened(clock: CaseClock, at: EpochMs, holds: readonly string[]): CaseClock {
  if (clock.isOver || isGoing(clock)) return clock;
  if (clock.phase === 'met' && clock.breachedAt !== null) return clock;
  return withHolds({ ...turned(clock, at, 'runs', []), metAt: null }, at, holds);
}

/**
 * Ends the present phase and begins another one. A message can come late: what happened before the present phase began
 * counts from then on. The end of a phase does not belong to it, so a clock that stops at its very due time is not
 * breached.
 */
function turned(clock: CaseClock, at: EpochMs, phase: ClockPhase, reasons: readonly string[]): CaseClock {
  const to = Math.max(at, clock.since);
  const passed = passedUntil(clock, to, false);
  const stretch = { phase: clock.phase, from: clock.since, to, reasons: clock.reasons };
  const stretches = to === clock.since ? clock.stretches : [...clock.stretches, stretch];
  return { ...passed, phase, since: to, reasons, stretches };
}

/**
 * The clock with the time of its present phase counted up to an instant, and with the warnings and the breach that fell
 * into it. With `inclusive` also those at that very instant. `since` stays, so the result is for reading alone.
 */
export function passedUntil(clock: CaseClock, to: EpochMs, inclusive: boolean): CaseClock {
  const { terms, since, phase } = clock;
  if (!isGoing(clock)) return clock;
  const passedMs = serviceMsBetween(terms.calendar, since, to);
  if (phase === 'held') return { ...clock, pausedMs: clock.pausedMs + passedMs };
  const usedMs = clock.usedMs + passedMs;
  let next: CaseClock = { ...clock, usedMs };
  if (clock.breachedAt !== null) return next;
  const isPast = (at: EpochMs) => (inclusive ? at <= to : at < to);
  for (const percent of terms.warnAtPercent) {
    if (warnedAfterMs(terms, percent) > usedMs || isWarned(clock, percent)) continue;
    const at = warningAt(clock, percent);
    if (isPast(at)) next = noted(next, { kind: 'nearing', at, percent });
  }
  if (promisedMs(terms) > usedMs) return next;
  const at = usedUpAt(clock);
  return isPast(at) ? noted({ ...next, breachedAt: at }, { kind: 'breached', at }) : next;
}

const isWarned = ({ occurrences }: CaseClock, percent: number): boolean =>
  occurrences.some((each) => each.kind === 'nearing' && each.percent === percent);

/** When the clock will have used the share of its promise, if it runs from the beginning of its phase on. */
const warningAt = ({ terms, since, usedMs }: CaseClock, percent: number): EpochMs =>
  afterService(terms.calendar, since, Math.max(0, warnedAfterMs(terms, percent) - usedMs));

/** When the clock will have used all of its promise, if it runs from the beginning of its phase on. */
export const usedUpAt = ({ terms, since, usedMs }: CaseClock): EpochMs =>
  afterService(terms.calendar, since, Math.max(0, promisedMs(terms) - usedMs));

/** The instant of the next warning after an instant, if nothing happens until then; null: there is none. */
export function nextWarningAt(clock: CaseClock, after: EpochMs): EpochMs | null {
  if (clock.phase !== 'runs' || clock.breachedAt !== null) return null;
  for (const percent of clock.terms.warnAtPercent) {
    if (isWarned(clock, percent)) continue;
    const at = warningAt(clock, percent);
    if (at > after) return at;
  }
  return null;
}

function noted(clock: CaseClock, happened: Omit<ClockOccurrence, 'name'>): CaseClock {
  const { kind, at, percent } = happened;
  const name = kind === 'breached' ? kind : `${kind}:${percent ?? at}`;
  return { ...clock, occurrences: [...clock.occurrences, { ...happened, name }] };
}
