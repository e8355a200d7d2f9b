import { coveredInstants } from '../calendar.ts';
import type { EntitlementId } from '../ids.ts';
import { lifeRow, type Origin, type RowDraft, STATUSES, type Status } from '../ledger/ledger-row.ts';
import { type Decided, refuse } from '../refusals.ts';
import { type EntitlementDetails, problemWithDetails } from '../terms/details.ts';
import { decideEdit } from './editing.ts';
import type { Entitlement } from './entitlement.ts';
import { periodOnActivation } from './period-turn.ts';
import { decideAcceptedRenewal, decideRenew, decideSuccessorEnded } from './succession.ts';
import { decideTopUp, type TopUpCommand } from './topping-up.ts';

/** The commands of an entitlement's life. `edit` changes the fields that it names and keeps the others. */
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

/** The states in which each command is allowed. */
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
      return decideRenew(entitlement, command.successorId, origin);
    case 'accept-renewal':
      return decideAcceptedRenewal(entitlement, command, origin);
    case 'successor-ended':
      return decideSuccessorEnded(entitlement, command.successorId, origin);
    case 'delete':
      return decideDelete(entitlement, origin);
    case 'top-up':
      return decideTopUp(entitlement, command, origin);
  }
}

/** Callers do not send these two: the renewal's own workflow accepts, and a successor itself reports that it ended. */
const NOT_FOR_CALLERS: readonly LifeCommandKind[] = ['accept-renewal', 'successor-ended'];

const possible = (status: Status): string =>
  `Possible is: ${allowedIn(status)
    .filter((kind) => !NOT_FOR_CALLERS.includes(kind))
    .join(', ')}.`;

/** By the dates: waiting before the start, active between start and end, expired after the end. */
function decideActivate(entitlement: Entitlement, origin: Origin): RowDraft {
  const { startDate, endDate, timeZone } = entitlement.details;
  const { startsAt, endsAt } = coveredInstants(startDate, endDate, timeZone);
  const started: Status = origin.at < startsAt ? 'waiting' : 'active';
  const status: Status = origin.at < endsAt ? started : 'expired';
  const period = periodOnActivation(entitlement, startsAt, status === 'active' ? origin.at : startsAt);
  return lifeRow(origin, 'activated', { status, startsAt, endsAt, period });
}

/** Only a draft that never served a case can be deleted: the ledger of any other must stay. */
const decideDelete = ({ casesEver }: Entitlement, origin: Origin): Decided<RowDraft> =>
  casesEver > 0
    ? refuse('wrong_state', 'Cases have attached to this entitlement: its ledger stays. Activate it and cancel it.')
    : lifeRow(origin, 'deleted', null);
