import { coveredInstants, type EpochMs, LAST_DATE, plusDays } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft, type RowFacts, STATUSES, type Status } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import { type EntitlementDetails, problemWith } from '../terms/details.ts';
import { nextTopUpExpiry, nextTopUpStart } from '../terms/top-ups.ts';
import { boughtOf, type Entitlement, record } from './entitlement.ts';
import { renewalDue } from './renewal-due.ts';
import { decideSuccessorEnded } from './succession.ts';
import { isCovered, successorDetails, withoutAnchor } from './successor-details.ts';
import { decideTopUp, periodOnActivation, type TopUpCommand, turnOfTerms } from './term-changes.ts';

/** What may be asked of an entitlement's life. `edit` changes what it names and keeps the rest. */
export type LifeCommand =
  | { readonly kind: 'edit'; readonly changes: Partial<EntitlementDetails> }
  | { readonly kind: 'activate' }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'renew'; readonly successorId: EntitlementId }
  | { readonly kind: 'accept-renewal'; readonly successorId: EntitlementId; readonly details: EntitlementDetails }
  | { readonly kind: 'successor-ended'; readonly successorId: EntitlementId }
  | { readonly kind: 'delete' }
  | ({ readonly kind: 'top-up' } & TopUpCommand);

export type LifeCommandKind = LifeCommand['kind'];

/** Which states a command is for. */
const ALLOWED_IN: Readonly<Record<LifeCommandKind, readonly Status[]>> = {
  edit: ['draft'],
  activate: ['draft'],
  deactivate: ['waiting', 'active'],
  cancel: ['waiting', 'active'],
  renew: ['expired', 'canceled'],
  'accept-renewal': ['active', 'expired'],
  'successor-ended': STATUSES,
  delete: ['draft'],
  'top-up': ['waiting', 'active'],
};

/** The commands that the state allows. */
export const allowedIn = (status: Status): readonly LifeCommandKind[] =>
  (Object.keys(ALLOWED_IN) as LifeCommandKind[]).filter((kind) => ALLOWED_IN[kind].includes(status));

/** The draft that `details` make. Refuses `validation_failed`. */
export function decideCreate(
  details: EntitlementDetails,
  origin: Origin,
  renewsId: EntitlementId | null,
): Decided<RowDraft> {
  const refused = problemWith(details);
  if (refused !== undefined) return { refused };
  return lifeRow(origin, 'created', renewsId === null ? { details } : { details, renewsId }, details.totalTerm ?? 0);
}

/**
 * What a command does to the entitlement. Refuses `wrong_state` with the state and what would be allowed, and
 * `validation_failed` for an edit that does not fit.
 */
export function decideLife(entitlement: Entitlement, command: LifeCommand, origin: Origin): Decided<RowDraft> {
  const { status } = entitlement;
  if (entitlement.deleted) return refuse('not_found', `The draft ${entitlement.id} was deleted.`);
  if (!ALLOWED_IN[command.kind].includes(status))
    return refuse('wrong_state', `The entitlement is ${status}: ${command.kind} is not possible. ${possible(status)}`);
  switch (command.kind) {
    case 'edit':
      return decideEdit(entitlement, command.changes, origin);
    case 'activate':
      return decideActivate(entitlement, origin);
    case 'deactivate':
      return lifeRow(origin, 'deactivated', null);
    case 'cancel':
      return lifeRow(origin, 'canceled', status === 'waiting' ? { beforeStart: true } : null);
    case 'renew':
      if (entitlement.renewedById !== null)
        return refuse(
          'wrong_state',
          `The entitlement is ${status} and was renewed already, by ${entitlement.renewedById}.`,
        );
      return decideRenew(entitlement, command.successorId, origin);
    case 'accept-renewal':
      return decideAccept(entitlement, command, origin);
    case 'successor-ended':
      return decideSuccessorEnded(entitlement, command.successorId, origin);
    case 'delete':
      if (entitlement.casesEver > 0)
        return refuse(
          'wrong_state',
          'Cases have attached to this entitlement: its ledger stays. Activate it and cancel it.',
        );
      return lifeRow(origin, 'deleted', null);
    case 'top-up':
      return decideTopUp(entitlement, command, origin);
  }
}

/**
 * A renewal is accepted on the renewal, and a successor tells by itself that it has ended: nobody asks the entitlement
 * for it.
 */
const possible = (status: Status): string =>
  `Possible is: ${allowedIn(status)
    .filter((kind) => kind !== 'accept-renewal' && kind !== 'successor-ended')
    .join(', ')}.`;

/** What the term counts and for whom cannot change under cases that have attached: their use would lose its meaning. */
const FIXED_BY_CASES = ['allocationType', 'customerId'] as const;

/** A successor begins where this one ends. */
const FIXED_BY_SUCCESSOR = ['endDate', 'timeZone'] as const;

function decideEdit(entitlement: Entitlement, changes: Partial<EntitlementDetails>, origin: Origin): Decided<RowDraft> {
  const isMoved = changes.startDate !== undefined && changes.startDate !== entitlement.details.startDate;
  const details = { ...(isMoved ? withoutAnchor(entitlement.details) : entitlement.details), ...changes };
  const refused = problemWith(details);
  if (refused !== undefined) return { refused };
  const { renewedById } = entitlement;
  const moved = FIXED_BY_SUCCESSOR.find((field) => details[field] !== entitlement.details[field]);
  if (renewedById !== null && moved !== undefined)
    return refuse(
      'wrong_state',
      `The successor ${renewedById} begins where this one ends: ${moved} can no longer change.`,
      moved,
    );
  const fixed = FIXED_BY_CASES.find((field) => details[field] !== entitlement.details[field]);
  if (fixed !== undefined && entitlement.casesEver > 0)
    return refuse('wrong_state', `Cases have attached: ${fixed} can no longer change.`, fixed);
  if (details.allocationType !== entitlement.details.allocationType && hasTopUps(entitlement))
    return refuse('wrong_state', 'There are top-ups: allocationType can no longer change.', 'allocationType');
  const change = (details.totalTerm ?? 0) - (entitlement.details.totalTerm ?? 0);
  const facts = { details, before: changedIn(entitlement.details, details) };
  return lifeRow(origin, 'edited', change === 0 ? facts : { ...facts, ...keptBought(entitlement) }, change);
}

/** A total that is lowered below what is used leaves nothing owed: what was owed until then is kept apart from that. */
const keptBought = (entitlement: Entitlement): RowFacts =>
  entitlement.bought !== undefined || entitlement.decidesAsBefore ? {} : { bought: boughtOf(entitlement) };

const hasTopUps = ({ topUps, topUpsAhead = [] }: Entitlement): boolean => topUps.length + topUpsAhead.length > 0;

/** The fields that an edit changes, as they were. */
function changedIn(before: EntitlementDetails, after: EntitlementDetails): Partial<EntitlementDetails> {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  return Object.fromEntries(
    Object.entries(before).filter(([field, value]) => !isSame(value, after[field as keyof EntitlementDetails])),
  );
}

/** By the dates: waiting before the start, active within, expired after the end. */
function decideActivate(entitlement: Entitlement, origin: Origin): RowDraft {
  const { startDate, endDate, timeZone } = entitlement.details;
  const { startsAt, endsAt } = coveredInstants(startDate, endDate, timeZone);
  const started: Status = origin.at < startsAt ? 'waiting' : 'active';
  const status: Status = origin.at < endsAt ? started : 'expired';
  const period = periodOnActivation(entitlement, startsAt, status === 'active' ? origin.at : startsAt);
  return lifeRow(origin, 'activated', { status, startsAt, endsAt, period });
}

/** The successor must be an entitlement that could be written by hand; an end past the calendar's last year could not. */
function decideRenew(entitlement: Entitlement, successorId: EntitlementId, origin: Origin): Decided<RowDraft> {
  const details = successorDetails(entitlement, origin.at);
  const refused = problemWith(details);
  return refused === undefined ? lifeRow(origin, 'renewed', { successorId, details }) : { refused };
}

/** A successor that begins where this one ends, or later. One that was renewed already keeps its successor. */
function decideAccept(
  entitlement: Entitlement,
  { successorId, details }: Extract<LifeCommand, { kind: 'accept-renewal' }>,
  origin: Origin,
): Decided<RowDraft> {
  const { renewedById } = entitlement;
  if (renewedById !== null) return refuse('wrong_state', `The entitlement was renewed already, by ${renewedById}.`);
  if (isCovered(entitlement, origin.at) && entitlement.details.endDate === LAST_DATE)
    return refuse(
      'wrong_state',
      `The entitlement ends on ${LAST_DATE}, the last day of the calendar: nothing can follow it.`,
    );
  if (isCovered(entitlement, origin.at) && !beginsWhereItEnds(details, entitlement))
    return refuse('wrong_state', 'The end of the entitlement was edited at the same moment: accept again.');
  const refused = problemWith(details);
  return refused === undefined ? lifeRow(origin, 'renewed', { successorId, details }) : { refused };
}

const beginsWhereItEnds = (successor: EntitlementDetails, { details: { endDate, timeZone } }: Entitlement): boolean =>
  successor.startDate === plusDays(endDate, 1) && successor.timeZone === timeZone;

/** When the entitlement next changes by itself; null when it waits for somebody. */
export function nextInstant(entitlement: Entitlement): EpochMs | null {
  const { status, startsAt, endsAt } = entitlement;
  const ofTopUps = earlier(nextTopUpExpiry(entitlement.topUps), nextTopUpStart(entitlement.topUpsAhead));
  if (status === 'waiting') return earlier(startsAt, ofTopUps);
  if (status !== 'active') return null;
  const ofTerms = earlier(entitlement.period?.endsAt ?? null, ofTopUps);
  return earlier(endsAt, earlier(renewalDue(entitlement), ofTerms));
}

const earlier = (one: EpochMs | null, other: EpochMs | null): EpochMs | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/**
 * What the passing of time does, one thing at a time: a waiting entitlement starts, an active one expires, a period
 * turns, a top-up expires, the renewal starts; at its instant, however late the timer was. Undefined while nothing is due.
 */
export function decidePassing(entitlement: Entitlement, origin: Origin): RowDraft | undefined {
  const due = nextInstant(entitlement);
  if (due === null || origin.at < due) return undefined;
  const { status, startsAt, endsAt } = entitlement;
  if (status === 'active' && endsAt === due) return lifeRow({ ...origin, at: due }, 'expired', null);
  if (status === 'waiting' && startsAt === due) return lifeRow({ ...origin, at: due }, 'started', null);
  // What fell due while it was a draft comes once it is active again.
  if (renewalDue(entitlement) === due && endsAt !== null) {
    const renewal = { n: (entitlement.renewal?.n ?? 0) + 1, endsAt };
    return lifeRow({ ...origin, at: Math.max(due, entitlement.updatedAt) }, 'renewal_started', { renewal });
  }
  return turnOfTerms(entitlement, { ...origin, at: Math.max(due, entitlement.updatedAt) }, due);
}

/** The entitlement as it will be once what is due by `now` has happened: the read model may lag behind by a moment. */
export function asOf(entitlement: Entitlement, now: EpochMs): Entitlement {
  const origin: Origin = { at: now, by: 'allot', key: null, fingerprint: null, reason: null };
  const due = decidePassing(entitlement, origin);
  return due === undefined ? entitlement : asOf(record(entitlement, due).entitlement, now);
}
