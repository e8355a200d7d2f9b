import type { EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import {
  type CaseClock,
  CLOCK_TARGETS,
  type ClockTarget,
  type ClockTerms,
  canceled,
  left,
  met,
  reopened,
  started,
  withHolds,
} from './case-clock.ts';
import type { ClockRules } from './clock-rules.ts';
import type { SlaPromise } from './sla.ts';

/** One version of an SLA, which never changes. */
export interface SlaVersion extends SlaPromise, ClockRules {
  readonly slaId: string;
  readonly version: number;
  readonly name: string;
}

interface FactOf<Kind extends string> {
  readonly kind: Kind;
  readonly at: EpochMs;
  /** The entitlement that recorded it; null: the case had none. */
  readonly entitlementId: EntitlementId | null;
}

/** An entitlement took the case: at its creation or later, or from another entitlement. */
export interface AttachedFact extends FactOf<'attached'> {
  readonly entitlementId: EntitlementId;
  /** The row of its ledger that says so. */
  readonly seq: number;
  /** Null: the case has no SLA there, or one of before versions were counted. */
  readonly sla: SlaVersion | null;
}

/** Something on record that may concern the clocks of a case. */
export type ClockFact =
  | AttachedFact
  | FactOf<'responded'>
  | FactOf<'resolved'>
  | FactOf<'reactivated'>
  | FactOf<'canceled'>
  | FactOf<'detached'>
  | (FactOf<'held'> & { readonly reason: string })
  | (FactOf<'released'> & { readonly reason: string });

/** A clock, with the stay of its case on an entitlement that it belongs to. */
export interface NamedClock extends CaseClock {
  readonly target: ClockTarget;
  readonly entitlementId: EntitlementId;
  readonly attachedSeq: number;
  readonly sla: SlaVersion;
}

/** A case as its facts so far tell it. */
interface Course {
  readonly holds: readonly string[];
  /** It was answered or resolved once: no first response is owed any more. */
  readonly isAnswered: boolean;
  /** It was resolved and not reactivated since: no resolution is owed. */
  readonly isResolved: boolean;
  readonly owner: EntitlementId | null;
  /** The attach of a resolved case: its clock of the resolution starts when the case is reactivated. */
  readonly waiting: AttachedFact | null;
  readonly clocks: readonly NamedClock[];
}

const BEGINNING: Course = {
  holds: [],
  isAnswered: false,
  isResolved: false,
  owner: null,
  waiting: null,
  clocks: [],
};

/**
 * All clocks that a case ever had, in the order in which they started, after the last of these facts. The facts come in
 * the order in which they happened. A fact that an entitlement recorded after the case had left it says nothing about
 * the clocks, unless it is a hold, a release or an answer: those are about the case wherever it is.
 */
export const clocksOf = (facts: readonly ClockFact[]): readonly NamedClock[] => facts.reduce(after, BEGINNING).clocks;

/** The reasons that hold a case after the last of these facts, in the order in which they came. */
export const holdsOf = (facts: readonly ClockFact[]): readonly string[] => facts.reduce(after, BEGINNING).holds;

function after(course: Course, fact: ClockFact): Course {
  const { holds } = course;
  switch (fact.kind) {
    case 'attached':
      return attachedTo(course, fact);
    case 'held':
      return holds.includes(fact.reason) ? course : holding(course, fact.at, [...holds, fact.reason]);
    case 'released':
      return holding(
        course,
        fact.at,
        holds.filter((reason) => reason !== fact.reason),
      );
    case 'responded':
      return each({ ...course, isAnswered: true }, (clock) =>
        clock.target === 'first_response' ? met(clock, fact.at) : clock,
      );
  }
  if (fact.entitlementId !== course.owner) return course;
  switch (fact.kind) {
    case 'resolved':
      return each({ ...course, isAnswered: true, isResolved: true }, (clock) => met(clock, fact.at));
    case 'canceled':
      return each(course, (clock) => canceled(clock, fact.at));
    case 'reactivated':
      return reactivated(course, fact.at);
    case 'detached':
      return each({ ...course, owner: null, waiting: null }, (clock) => left(clock, fact.at));
  }
}

const each = (course: Course, change: (clock: NamedClock) => CaseClock): Course => ({
  ...course,
  clocks: course.clocks.map((clock) => ({ ...clock, ...change(clock) })),
});

const holding = (course: Course, at: EpochMs, holds: readonly string[]): Course =>
  each({ ...course, holds }, (clock) => withHolds(clock, at, holds));

/** What was answered stays answered; the clocks of the resolution go on, or start if they wait for this. */
function reactivated(course: Course, at: EpochMs): Course {
  const { holds, waiting } = course;
  const again = each({ ...course, isResolved: false, waiting: null }, (clock) =>
    clock.target === 'resolution' || clock.phase === 'canceled' ? reopened(clock, at, holds) : clock,
  );
  if (waiting === null) return again;
  return { ...again, clocks: [...again.clocks, ...begun(waiting, 'resolution', at, holds)] };
}

/** The clocks of the stay before end, and those of the new stay start, with the holds that are open. */
function attachedTo(course: Course, fact: AttachedFact): Course {
  const { holds, isAnswered, isResolved } = course;
  const owed = { first_response: !isAnswered, resolution: !isResolved };
  const before = each({ ...course, owner: fact.entitlementId }, (clock) => left(clock, fact.at));
  const clocks = CLOCK_TARGETS.flatMap((target) => (owed[target] ? begun(fact, target, fact.at, holds) : []));
  return { ...before, waiting: isResolved ? fact : null, clocks: [...before.clocks, ...clocks] };
}

/** The clock of a stay, from an instant on; none where its SLA promises nothing about the target. */
function begun(
  { entitlementId, seq: attachedSeq, sla }: AttachedFact,
  target: ClockTarget,
  at: EpochMs,
  holds: readonly string[],
): readonly NamedClock[] {
  const terms = sla === null ? null : termsOf(sla, target);
  if (sla === null || terms === null) return [];
  return [{ ...started(terms, at, holds), target, entitlementId, attachedSeq, sla }];
}

/** What the clock of a target counts towards; null: the SLA promises nothing about it. */
function termsOf(sla: SlaVersion, target: ClockTarget): ClockTerms | null {
  const isFirst = target === 'first_response';
  const promisedMinutes = isFirst ? sla.firstResponseMinutes : sla.resolutionMinutes;
  if (promisedMinutes === null) return null;
  const pausedBy = isFirst ? sla.firstResponsePausedBy : sla.resolutionPausedBy;
  return { calendar: sla.calendar, promisedMinutes, warnAtPercent: sla.warnAtPercent, pausedBy };
}
