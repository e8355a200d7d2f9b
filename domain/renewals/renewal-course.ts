import { type CivilDate, type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import { daysBeforeEnd } from '../entitlements/renewal-due.ts';
import type { EntitlementId } from '../ids.ts';
import type { Status } from '../ledger/ledger-row.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import type { RenewalPolicy } from '../terms/renewal-policy.ts';

/**
 * The state of a renewal. `open`: the account manager must decide. `lapsed`: the entitlement ended undecided; the
 * renewal can still be accepted for a while. `withdrawn`: the entitlement was canceled, deleted or renewed by hand,
 * its end date was edited, or its policy was removed.
 */
export const RENEWAL_STAGES = ['open', 'snoozed', 'accepted', 'declined', 'lapsed', 'withdrawn'] as const;
export type RenewalStage = (typeof RENEWAL_STAGES)[number];

/**
 * What happens in a renewal. Each step is recorded and announced. The calendar brings a step at most once, and a
 * reminder once more after each snooze.
 */
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
  /** Somebody edited the entitlement, so the proposal was computed again. This can happen any number of times. */
  'revised',
] as const;
export type RenewalStep = (typeof RENEWAL_STEPS)[number];

export interface Renewal {
  readonly entitlementId: EntitlementId;
  /** 1, 2, 3 … of the entitlement's renewals. */
  readonly n: number;
  readonly endDate: CivilDate;
  readonly timeZone: string;
  readonly endsAt: EpochMs;
  readonly policy: RenewalPolicy;
  readonly openedAt: EpochMs;
  readonly stage: RenewalStage;
  /** The entitlement is a draft that somebody is editing, or it is paused: nobody is reminded of what may change. */
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
  /**
   * The number of the entitlement's last renewal. If it is higher than the receiver's, a newer renewal has replaced
   * it.
   */
  readonly n: number;
  /** It takes no cases now: nobody is reminded meanwhile. Absent: it is not paused. */
  readonly paused?: true;
}

/** The number of days after the end in which a lapsed renewal can still be accepted. Then it closes. */
export const LATE_DAYS = 30;

export const renewalIdOf = ({ entitlementId, n: renewalNumber }: Pick<Renewal, 'entitlementId' | 'n'>): string =>
  `ren_${entitlementId}_${renewalNumber}`;

/** A renewal that begins at `at`. Throws a TypeError if the details have no renewal policy. */
export function opened(
  {
    details,
    endsAt,
    ...which
  }: { details: EntitlementDetails; endsAt: EpochMs } & Pick<Renewal, 'entitlementId' | 'n'>,
  at: EpochMs,
): Renewal {
  const { endDate, timeZone, renewalPolicy: policy } = details;
  if (policy === null) throw new TypeError('A renewal has a policy.');
  return {
    entitlementId: which.entitlementId,
    n: which.n,
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

/** Whether nobody can decide the renewal any more. */
export const isOver = ({ stage, done }: Renewal): boolean =>
  stage === 'accepted' || stage === 'declined' || stage === 'withdrawn' || done.includes('closed');

/**
 * The last day on which somebody should decide, in the zone of the entitlement: the last day that it covers; once it has
 * lapsed, the last day on which a late decision counts. Null if nobody can decide any more.
 */
export function decideBy({ stage, endDate }: Pick<Renewal, 'stage' | 'endDate'>, over: boolean): CivilDate | null {
  if (over) return null;
  return stage === 'lapsed' ? plusDays(endDate, LATE_DAYS) : endDate;
}

/**
 * The step that the calendar brings next, and when; null if none comes. A step whose day had passed when the renewal
 * opened is left out.
 */
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
  const asking = [...wakes, ...due('reminder', policy.reminderDays), ...due('escalation', policy.escalationDays)];
  const steps = [...asking.filter(({ at }) => at < endsAt), { step: 'lapsed' as const, at: endsAt }];
  return steps.reduce((first, step) => (step.at < first.at ? step : first));
}

/** The renewal after a step that was due. */
export function stepped(renewal: Renewal, step: RenewalStep): Renewal {
  const done = renewal.done.includes(step) ? renewal.done : [...renewal.done, step];
  if (step === 'lapsed') return { ...renewal, done, stage: 'lapsed', snoozedUntil: null };
  // `snoozedUntil` stays: an escalation that the snooze put off must not come before that day.
  if (step === 'reminder') return { ...renewal, done, stage: 'open' };
  return { ...renewal, done };
}

/**
 * The renewal after news of its entitlement: it is withdrawn, waits until an edit ends, or continues with the new
 * policy.
 */
export function followed(renewal: Renewal, news: RenewalNews): Renewal {
  if (isOver(renewal)) return renewal;
  const { status, endsAt, renewedById, deleted, details, n: newestNumber } = news;
  if (renewedById !== null) return withdrawn(renewal, 'The entitlement was renewed by hand.');
  if (status === 'canceled') return withdrawn(renewal, 'The entitlement was canceled.');
  if (deleted) return withdrawn(renewal, 'The entitlement was deleted.');
  if (endsAt !== null && endsAt !== renewal.endsAt) return withdrawn(renewal, 'Its end date was changed.');
  if (newestNumber > renewal.n)
    return withdrawn(renewal, 'Its end date or its renewal policy was changed and then changed back.');
  if (status === 'draft' || news.paused === true) return { ...renewal, isPaused: true };
  const { renewalPolicy: policy } = details;
  if (policy === null) return withdrawn(renewal, 'The entitlement no longer has a renewal policy.');
  return { ...renewal, isPaused: false, policy };
}

const withdrawn = (renewal: Renewal, reason: string): Renewal => ({ ...renewal, stage: 'withdrawn', reason, by: null });
