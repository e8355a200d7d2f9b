import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, isCivilDate, startOfDay } from '../calendar.ts';
import { type Decided, type Refusal, refuse } from '../refusals.ts';
import type { Renewal, RenewalStep } from './renewal-course.ts';

/** What the account manager decides. */
export type RenewalDecision =
  | { readonly kind: 'accept'; readonly by: string; readonly reason: string | null }
  | { readonly kind: 'decline'; readonly by: string; readonly reason: string }
  | { readonly kind: 'snooze'; readonly by: string; readonly until: CivilDate; readonly reason: string | null };

/** The step that records a decision. */
export const DECISION_STEP: Readonly<Record<RenewalDecision['kind'], RenewalStep>> = {
  accept: 'accepted',
  decline: 'declined',
  snooze: 'snoozed',
};

/**
 * The renewal after the decision. Refuses `wrong_state` if the renewal is over, if its entitlement is being edited and
 * somebody accepts, or if it has lapsed and somebody snoozes; a lapsed renewal can still be accepted or declined.
 * Refuses `validation_failed` if a snooze does not end on a day after `now`.
 */
export function decideRenewal(renewal: Renewal, decision: RenewalDecision, now: EpochMs): Decided<Renewal> {
  const refused = whyNot(renewal, decision);
  if (refused !== undefined) return { refused };
  const { by, reason } = decision;
  if (decision.kind === 'accept') return { ...renewal, stage: 'accepted', by, reason };
  if (decision.kind === 'decline') return { ...renewal, stage: 'declined', by, reason };
  if (!isCivilDate(decision.until))
    return refuse('validation_failed', `${decision.until} is not ${CIVIL_DATE_RULE}.`, 'until');
  const snoozedUntil = startOfDay(decision.until, renewal.timeZone);
  if (snoozedUntil <= now)
    return refuse(
      'validation_failed',
      `A snooze must end on a future day in ${renewal.timeZone}: ${decision.until} is not one.`,
      'until',
    );
  return { ...renewal, stage: 'snoozed', snoozedUntil, by, reason };
}

function whyNot({ stage, isPaused, done }: Renewal, { kind }: RenewalDecision): Refusal | undefined {
  const isClosed = done.includes('closed');
  if (stage === 'accepted' || stage === 'declined' || stage === 'withdrawn' || isClosed)
    return refuse('wrong_state', `The renewal is ${isClosed ? 'closed' : stage}: ${kind} is not possible.`).refused;
  if (stage === 'lapsed' && kind === 'snooze')
    return refuse('wrong_state', 'The renewal has lapsed: you can accept or decline it, but not snooze it.').refused;
  if (isPaused && kind === 'accept')
    return refuse('wrong_state', 'The entitlement is a draft or paused at the moment: activate or resume it first.')
      .refused;
  return undefined;
}
