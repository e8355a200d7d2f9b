import { CIVIL_DATE_RULE, type CivilDate, type EpochMs, isCivilDate, plusDays, startOfDay } from '../calendar.ts';
import { daysBeforeEnd } from '../entitlements/renewal-due.ts';
import type { EntitlementId } from '../ids.ts';
import type { Status } from '../ledger/ledger-row.ts';
import { type Decided, type Refusal, refuse } from '../refusals.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { RenewalPolicy } from '../terms/renewal-policy.ts';

/**
 * How far a renewal is: open (the account manager is to decide), snoozed, accepted, declined, lapsed (the end came first,
 * and it can still be accepted late) or withdrawn (canceled, renewed by hand, its end date edited or its policy taken off).
 */
export const RENEWAL_STAGES = ['open', 'snoozed', 'accepted', 'declined', 'lapsed', 'withdrawn'] as const;
export type RenewalStage = (typeof RENEWAL_STAGES)[number];

/** What happens in a renewal: told to people and written down. What time brings, at most once each and once more after a snooze. */
export const RENEWAL_STEPS = [
  'notice',
  'reminder',
  'escalation',
  'lapsed',
  'snoozed',
  'accepted',
  'declined',
  'withdrawn',
  'closed',
  /** Its entitlement was edited, and what is proposed with it: as often as that happens. */
  'revised',
] as const;
export type RenewalStep = (typeof RENEWAL_STEPS)[number];

/**
 * Who hears of a step: everybody; programs alone, where a later step of time is due as well, so that people hear the latest;
 * nobody, where it was overtaken by a decision or a withdrawal.
 */
export const HEARERS = ['everybody', 'programs', 'nobody'] as const;
export type Hearers = (typeof HEARERS)[number];

export interface Renewal {
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly endDate: CivilDate;
  readonly timeZone: string;
  readonly endsAt: EpochMs;
  readonly policy: RenewalPolicy;
  readonly openedAt: EpochMs;
  readonly stage: RenewalStage;
  /** The entitlement is a draft at this moment, to be edited: nobody is reminded of what may change. */
  readonly isPaused: boolean;
  readonly snoozedUntil: EpochMs | null;
  readonly done: readonly RenewalStep[];
  /** Why it was withdrawn or declined, or what was said when it was accepted. */
  readonly reason: string | null;
  readonly by: string | null;
}

/** What an entitlement tells its renewal. */
export interface RenewalNews {
  readonly status: Status;
  readonly endsAt: EpochMs | null;
  readonly renewedById: EntitlementId | null;
  readonly deleted: boolean;
  readonly details: EntitlementDetails;
  /** The number of its last renewal: a later one than that which hears it takes its place. */
  readonly n: number;
}

/** A renewal that lapsed can be accepted for so long; then it closes. */
export const LATE_DAYS = 30;

export const renewalIdOf = ({ entitlementId, n }: Pick<Renewal, 'entitlementId' | 'n'>): string =>
  `ren_${entitlementId}_${n}`;

export function opened(
  {
    details,
    endsAt,
    entitlementId,
    n,
  }: { details: EntitlementDetails; endsAt: EpochMs; entitlementId: EntitlementId; n: number },
  at: EpochMs,
): Renewal {
  const { endDate, timeZone, renewalPolicy: policy } = details;
  if (policy === null) throw new TypeError('A renewal has a policy.');
  return {
    entitlementId,
    n,
    endDate,
    timeZone,
    endsAt,
    policy,
    openedAt: at,
    stage: 'open',
    isPaused: false,
    snoozedUntil: null,
    done: [],
    reason: null,
    by: null,
  };
}

export const isOver = ({ stage, done }: Renewal): boolean =>
  stage === 'accepted' || stage === 'declined' || stage === 'withdrawn' || done.includes('closed');

/** The step that time brings next, and when. A step whose time had passed when the renewal opened is left out. */
export function nextStep(renewal: Renewal): { readonly step: RenewalStep; readonly at: EpochMs } | null {
  if (isOver(renewal)) return null;
  const { stage, endsAt, done, isPaused, snoozedUntil, policy, openedAt } = renewal;
  if (isPaused) return null;
  if (!done.includes('notice')) return { step: 'notice', at: openedAt };
  const closes = startOfDay(plusDays(renewal.endDate, 1 + LATE_DAYS), renewal.timeZone);
  if (stage === 'lapsed') return { step: 'closed', at: closes };
  const due = (step: 'reminder' | 'escalation', days: number) => {
    const at = daysBeforeEnd(renewal, days);
    const isDue = days > 0 && at > openedAt && at < endsAt && !done.includes(step);
    return isDue ? [{ step, at: Math.max(at, snoozedUntil ?? at) }] : [];
  };
  const wakes = snoozedUntil !== null && stage === 'snoozed' ? [{ step: 'reminder' as const, at: snoozedUntil }] : [];
  const told = [...wakes, ...due('reminder', policy.reminderDays), ...due('escalation', policy.escalationDays)];
  const steps = [...told.filter(({ at }) => at < endsAt), { step: 'lapsed' as const, at: endsAt }];
  return steps.reduce((first, step) => (step.at < first.at ? step : first));
}

/** Whether a step that time brought is still to be told: not of a renewal that was decided, put off or withdrawn meanwhile. */
export const isToBeTold = ({ stage }: Renewal): boolean => stage === 'open' || stage === 'lapsed';

/** After a step that was due. A snooze ends with the reminder that it put off. */
export function stepped(renewal: Renewal, step: RenewalStep): Renewal {
  const done = renewal.done.includes(step) ? renewal.done : [...renewal.done, step];
  if (step === 'lapsed') return { ...renewal, done, stage: 'lapsed', snoozedUntil: null };
  // What comes after the snooze comes not before its day.
  if (step === 'reminder') return { ...renewal, done, stage: 'open' };
  return { ...renewal, done };
}

/** After what its entitlement tells: it is withdrawn, waits for the edit to end, or goes on with the policy of now. */
export function followed(renewal: Renewal, news: RenewalNews): Renewal {
  if (isOver(renewal)) return renewal;
  const { status, endsAt, renewedById, deleted, details, n } = news;
  if (renewedById !== null) return withdrawn(renewal, 'The entitlement was renewed by hand.');
  if (status === 'canceled') return withdrawn(renewal, 'The entitlement was canceled.');
  if (deleted) return withdrawn(renewal, 'The entitlement was deleted.');
  if (endsAt !== null && endsAt !== renewal.endsAt) return withdrawn(renewal, 'Its end date was changed.');
  if (n > renewal.n) return withdrawn(renewal, 'Its end date or its renewal policy was changed, and back.');
  if (status === 'draft') return { ...renewal, isPaused: true };
  const { renewalPolicy: policy } = details;
  if (policy === null) return withdrawn(renewal, 'The entitlement has no renewal policy any more.');
  return { ...renewal, isPaused: false, policy };
}

const withdrawn = (renewal: Renewal, reason: string): Renewal => ({ ...renewal, stage: 'withdrawn', reason, by: null });

/** What the account manager decides. */
export type RenewalDecision =
  | { readonly kind: 'accept'; readonly by: string; readonly reason: string | null }
  | { readonly kind: 'decline'; readonly by: string; readonly reason: string }
  | { readonly kind: 'snooze'; readonly by: string; readonly until: CivilDate; readonly reason: string | null };

/**
 * Decides. Refuses `wrong_state` for a renewal that is over, or whose entitlement is being edited; a lapsed one can be
 * accepted late or declined, not snoozed. A snooze is until a day after `now`.
 */
export function decideRenewal(renewal: Renewal, decision: RenewalDecision, now: EpochMs): Decided<Renewal> {
  const refused = closedFor(renewal, decision);
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
      `A snooze is until a day to come in ${renewal.timeZone}: ${decision.until} is none.`,
      'until',
    );
  return { ...renewal, stage: 'snoozed', snoozedUntil, by, reason };
}

function closedFor({ stage, isPaused, done }: Renewal, { kind }: RenewalDecision): Refusal | undefined {
  if (stage === 'accepted' || stage === 'declined' || stage === 'withdrawn' || done.includes('closed'))
    return refuse(
      'wrong_state',
      `The renewal is ${done.includes('closed') ? 'closed' : stage}: ${kind} is not possible.`,
    ).refused;
  if (stage === 'lapsed' && kind === 'snooze')
    return refuse('wrong_state', 'The renewal has lapsed: accept and decline are possible.').refused;
  if (isPaused && kind === 'accept')
    return refuse('wrong_state', 'The entitlement is a draft at the moment: activate it first.').refused;
  return undefined;
}
