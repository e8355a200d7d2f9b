import type { Renewal, RenewalStep } from './renewal-course.ts';

/**
 * Who is told about a step: everybody; programs alone, when a later step is due as well and people are told that one;
 * nobody, when a decision or a withdrawal has superseded the step.
 */
export const AUDIENCES = ['everybody', 'programs', 'nobody'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** The steps that the calendar brings. Only these can be superseded; all others report what somebody did. */
const TIMED_STEPS: readonly RenewalStep[] = ['notice', 'reminder', 'escalation', 'lapsed'];

/** A step that was taken, and that still waits to be written and announced. */
export interface WaitingStep {
  readonly step: RenewalStep;
  readonly seq: number;
}

/**
 * Who is told about a step, given the renewal as it is now and all steps that wait. A step can wait for long while the
 * database is away, so a decision or a later step may have come since.
 */
export function audienceOf(
  { step, seq }: WaitingStep,
  { stage }: Pick<Renewal, 'stage'>,
  waiting: readonly WaitingStep[],
): Audience {
  if (!isTimed(step)) return 'everybody';
  if (stage !== 'open' && stage !== 'lapsed') return 'nobody';
  const isLatest = !waiting.some((other) => other.seq > seq && isTimed(other.step));
  return isLatest ? 'everybody' : 'programs';
}

/** Whether the calendar brings the step, so that something else can supersede it. */
export const isTimed = (step: RenewalStep): boolean => TIMED_STEPS.includes(step);

/**
 * The audience that a step has when it is written, given the audiences of the steps that were written before. If no
 * step of this renewal was ever announced, its withdrawal is not announced either.
 */
export function announcedTo(step: RenewalStep, planned: Audience, before: readonly Audience[]): Audience {
  const isUnheardOf = before.every((audience) => audience === 'nobody');
  return step === 'withdrawn' && isUnheardOf ? 'nobody' : planned;
}
