import { type CivilDate, coveredInstants, type EpochMs } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft, STATUSES, type Status } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';
import { MAX_PAUSES } from '../terms/pauses.ts';
import { type AmendCommand, decideAmend, decideTakeBack } from './amending.ts';
import { decideEdit } from './editing.ts';
import type { Entitlement } from './entitlement.ts';
import { decideSuccessorStarts } from './grace.ts';
import { decidePause, decideResume, type PauseCommand, problemWithPauses } from './pausing.ts';
import { periodOnActivation } from './period-turn.ts';
import { decideAcceptedRenewal, decideRenew, decideSuccessorEnded } from './succession.ts';
import { decideTopUp, type TopUpCommand } from './topping-up.ts';
import { decideVoid } from './voiding.ts';

/** The commands of an entitlement's life. `edit` changes the fields that it names and keeps the others. */
export type LifeCommand =
  | { readonly kind: 'edit'; readonly changes: Partial<EntitlementDetails> }
  | { readonly kind: 'activate' }
  | { readonly kind: 'deactivate' }
  | { readonly kind: 'cancel' }
  /** `startDate`: the day after the end, in the grace; absent: today. */
  | { readonly kind: 'renew'; readonly successorId: EntitlementId; readonly startDate?: CivilDate }
  | { readonly kind: 'accept-renewal'; readonly successorId: EntitlementId; readonly details: EntitlementDetails }
  | { readonly kind: 'successor-ended'; readonly successorId: EntitlementId }
  | { readonly kind: 'successor-starts'; readonly successorId: EntitlementId; readonly startsAt: EpochMs | null }
  | { readonly kind: 'delete' }
  | ({ readonly kind: 'top-up' } & TopUpCommand)
  | ({ readonly kind: 'pause' } & PauseCommand)
  /** `n`: the number of a pause; null: the one that runs. */
  | { readonly kind: 'resume'; readonly n: number | null }
  | ({ readonly kind: 'amend' } & AmendCommand)
  /** `n`: the number of an amendment. */
  | { readonly kind: 'take-back-amendment'; readonly n: number }
  | { readonly kind: 'void-amendment'; readonly n: number };

export type LifeCommandKind = LifeCommand['kind'];

/** The states in which each command is allowed. */
const ALLOWED_IN: Readonly<Record<LifeCommandKind, readonly Status[]>> = {
  edit: ['draft'],
  activate: ['draft'],
  deactivate: ['waiting', 'active'],
  cancel: ['waiting', 'active'],
  renew: ['expired', 'canceled'],
  'accept-renewal': ['active', 'expired'],
  'successor-ended': STATUSES,
  'successor-starts': STATUSES,
  delete: ['draft'],
  'top-up': ['waiting', 'active'],
  pause: ['waiting', 'active'],
  resume: ['waiting', 'active'],
  amend: ['waiting', 'active'],
  'take-back-amendment': ['waiting', 'active'],
  'void-amendment': ['waiting', 'active'],
};

/** The commands that are allowed in this state. */
export const allowedIn = (status: Status): readonly LifeCommandKind[] =>
  (Object.keys(ALLOWED_IN) as LifeCommandKind[]).filter((kind) => ALLOWED_IN[kind].includes(status));

/** The first row of a new draft, which grants the total term. Refuses `validation_failed`. */
export function decideCreate(
  details: EntitlementDetails,
  origin: Origin,
  renewsId: EntitlementId | null,
): Decided<RowDraft> {
  const refused = problemWithDetails(details);
  if (refused !== undefined) return { refused };
  return lifeRow(origin, 'created', renewsId === null ? { details } : { details, renewsId }, details.totalTerm ?? 0);
}

/**
 * What a command does to the entitlement. Refuses `not_found` for a deleted draft, `wrong_state` with the state and the
 * commands that it allows, and whatever the command's own rule refuses.
 */
export function decideLife(entitlement: Entitlement, command: LifeCommand, origin: Origin): Decided<RowDraft> {
  const { status } = entitlement;
  if (entitlement.deleted) return refuse('not_found', `The draft ${entitlement.id} was deleted.`);
  if (!ALLOWED_IN[command.kind].includes(status))
    return refuse(
      'wrong_state',
      `The entitlement is ${status}: ${command.kind} is not possible. ${possible(entitlement)}`,
    );
  switch (command.kind) {
    case 'edit':
      return decideEdit(entitlement, command.changes, origin);
    case 'activate':
      return decideActivate(entitlement, origin);
    case 'deactivate':
      return decideDeactivate(entitlement, origin);
    case 'cancel':
      return lifeRow(origin, 'canceled', status === 'waiting' ? { beforeStart: true } : null);
    case 'renew':
      return decideRenew(entitlement, command, origin);
    case 'accept-renewal':
      return decideAcceptedRenewal(entitlement, command, origin);
    case 'successor-ended':
      return decideSuccessorEnded(entitlement, command.successorId, origin);
    case 'successor-starts':
      return decideSuccessorStarts(entitlement, command, origin);
    case 'delete':
      return decideDelete(entitlement, origin);
    case 'top-up':
      return decideTopUp(entitlement, command, origin);
    case 'pause':
      return decidePause(entitlement, command, origin);
    case 'resume':
      return decideResume(entitlement, command, origin);
    case 'amend':
      return decideAmend(entitlement, command, origin);
    case 'take-back-amendment':
      return decideTakeBack(entitlement, command, origin);
    case 'void-amendment':
      return decideVoid(entitlement, command, origin);
  }
}

/** Callers do not send these: the renewal's own workflow accepts, and a successor itself reports its start and end. */
const NOT_FOR_CALLERS: readonly LifeCommandKind[] = ['accept-renewal', 'successor-ended', 'successor-starts'];

/** What a command needs besides a status that allows it. A command that is not here needs no more. */
const NEEDS: Readonly<Partial<Record<LifeCommandKind, (entitlement: Entitlement) => boolean>>> = {
  deactivate: ({ pauses = [], amendmentsAhead = [] }) => pauses.length === 0 && amendmentsAhead.length === 0,
  renew: ({ renewedById }) => renewedById === null,
  delete: ({ casesEver }) => casesEver === 0,
  'top-up': ({ details }) => details.allocationType !== 'unlimited',
  pause: ({ pausedSince, pauses = [] }) =>
    (pausedSince === undefined || pauses[0]?.endsAt !== null) && pauses.length < MAX_PAUSES,
  // A pause that lies ahead is taken back by `resume` with its number.
  resume: ({ pauses = [] }) => pauses.length > 0,
  'take-back-amendment': ({ amendmentsAhead = [] }) => amendmentsAhead.length > 0,
  'void-amendment': ({ amendments = [] }) => amendments.length > 0,
};

/** The commands of callers that this entitlement would take now, in a sentence. */
function possible(entitlement: Entitlement): string {
  const kinds = allowedIn(entitlement.status).filter(
    (kind) => !NOT_FOR_CALLERS.includes(kind) && (NEEDS[kind]?.(entitlement) ?? true),
  );
  return kinds.length === 0 ? 'No command is possible.' : `Possible is: ${kinds.join(', ')}.`;
}

/** By the dates: waiting before the start, active between start and end, expired after the end. */
function decideActivate(entitlement: Entitlement, origin: Origin): RowDraft {
  const { startDate, endDate, timeZone } = entitlement.details;
  const { startsAt, endsAt } = coveredInstants(startDate, endDate, timeZone);
  const started: Status = origin.at < startsAt ? 'waiting' : 'active';
  const status: Status = origin.at < endsAt ? started : 'expired';
  const period = periodOnActivation(entitlement, startsAt, status === 'active' ? origin.at : startsAt);
  return lifeRow(origin, 'activated', { status, startsAt, endsAt, period });
}

/** Refuses `wrong_state` while a pause or an amendment lies ahead: an edit would change what it counts from. */
function decideDeactivate(entitlement: Entitlement, origin: Origin): Decided<RowDraft> {
  const [ahead] = entitlement.amendmentsAhead ?? [];
  if (ahead !== undefined)
    return refuse('wrong_state', `The amendment ${ahead.n} lies ahead: take it back before you edit.`);
  const refused = problemWithPauses(entitlement, 'deactivate');
  return refused === undefined ? lifeRow(origin, 'deactivated', null) : { refused };
}

/** Only a draft that never served a case can be deleted: the ledger of any other must stay. */
const decideDelete = ({ casesEver }: Entitlement, origin: Origin): Decided<RowDraft> =>
  casesEver > 0
    ? refuse('wrong_state', 'Cases have attached to this entitlement: its ledger stays. Activate it and cancel it.')
    : lifeRow(origin, 'deleted', null);
