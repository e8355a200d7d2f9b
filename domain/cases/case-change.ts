import { contactId, customerId, type EntitlementId, entitlementId, productId } from '../ids.ts';
import type { PickedBy } from '../ledger/support-case.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { type AttachEvent, changeMarkOf, type DetachEvent, type UpdateEvent } from './case-event.ts';
import { notCovered } from './cover.ts';
import type { Judgement } from './matching.ts';
import type { PickSettings } from './picking.ts';
import type { RecordedCase } from './recorded-case.ts';

/** What a caller changes about a case: facts of the case, its entitlement, or both. */
export interface CaseChange {
  /** What changes about the case itself. Its mark covers `to` as well; see `markedChange`. */
  readonly event: UpdateEvent;
  /** The entitlement that the case must go to; null takes it off; undefined: none is named. */
  readonly to: EntitlementId | null | undefined;
}

/**
 * The change with a mark of all that was asked for, so that the key with another change is known whatever became of
 * this one.
 */
export const markedChange = (event: UpdateEvent, to: CaseChange['to']): CaseChange => ({
  event: { ...event, mark: changeMarkOf(event, to) },
  to,
});

/**
 * What a change asks for: to take the case off, to move it to an entitlement, or to change it, in place where possible.
 */
export type ChangeStep =
  | { readonly step: 'take off' }
  | { readonly step: 'move'; readonly to: EntitlementId }
  /** It may move by itself, as no entitlement is named. */
  | { readonly step: 'pick' }
  | { readonly step: 'stay' };

/** What the change asks for. Where an entitlement is named there is no second choice. */
export function stepOf({ event, to }: CaseChange, recorded: RecordedCase): ChangeStep {
  if (to === null) return { step: recorded.entitlementId === null ? 'stay' : 'take off' };
  if (to !== undefined) return to === recorded.entitlementId ? { step: 'stay' } : { step: 'move', to };
  return { step: mayMove(event, recorded) ? 'pick' : 'stay' };
}

/**
 * A change can move a case by itself only where it changes what entitlements cover, and only an active case. A case
 * that was taken off on purpose gets an entitlement again only by name.
 */
const mayMove = (event: UpdateEvent, recorded: RecordedCase): boolean =>
  recorded.status === 'active' &&
  recorded.reason !== 'taken_off' &&
  (callsForDefault(event, recorded) || changes(event, recorded, 'channel'));

type Fact = 'customerId' | 'contactId' | 'productId' | 'channel';

const changes = (event: UpdateEvent, recorded: RecordedCase, fact: Fact): boolean =>
  event[fact] !== undefined && event[fact] !== recorded[fact];

/** Another customer, contact or product calls for the customer's default; another channel does not. */
const callsForDefault = (event: UpdateEvent, recorded: RecordedCase): boolean =>
  changes(event, recorded, 'customerId') ||
  changes(event, recorded, 'contactId') ||
  changes(event, recorded, 'productId');

/**
 * How an entitlement is picked for a case that a change may move: the default only where the change calls for it, by
 * matching only where the case's own entitlement no longer covers it. `attach` is the case as the change leaves it,
 * `judgements` are those of its customer's entitlements.
 */
export function settingsForChange<Settings extends PickSettings>(
  settings: Settings,
  { event }: CaseChange,
  recorded: RecordedCase,
  attach: AttachEvent,
  judgements: readonly Judgement[],
): Settings {
  const own = judgements.find(({ entitlement }) => entitlement.id === recorded.entitlementId);
  const isCovered =
    recorded.entitlementId !== null &&
    !changes(event, recorded, 'customerId') &&
    (own === undefined || notCovered(own.entitlement, attach) === undefined);
  return {
    ...settings,
    autoApplyDefaultOnCaseUpdate: settings.autoApplyDefaultOnCaseUpdate && callsForDefault(event, recorded),
    matching: settings.matching && !isCovered,
  };
}

/** Why the case cannot stay on its entitlement, or undefined: `customer_mismatch` for a change to another customer. */
export function stayRefusal({ customerId: customer }: UpdateEvent, recorded: RecordedCase): Refusal | undefined {
  if (recorded.entitlementId === null || customer === undefined || customer === recorded.customerId) return undefined;
  return refuse(
    'customer_mismatch',
    `The entitlement ${recorded.entitlementId} is of customer ${recorded.customerId}, and no entitlement of customer ${customer} takes the case: name one in entitlementId, or null for none.`,
  ).refused;
}

/** Why the case cannot be taken off its entitlement, or undefined: `no_entitlement` or `wrong_state`. */
export function takeOffRefusal(
  { caseId }: UpdateEvent,
  { status }: Pick<RecordedCase, 'status'>,
  { demandEntitlement }: { readonly demandEntitlement: boolean },
): Refusal | undefined {
  if (demandEntitlement)
    return refuse('no_entitlement', 'The organisation demands an entitlement for every case.').refused;
  if (status === 'active') return undefined;
  return refuse('wrong_state', `The case ${caseId} is ${status}: reactivate it first.`).refused;
}

/** The event that takes the case off its entitlement. */
export const takeOffEvent = ({ caseId, key, mark, reason }: UpdateEvent): DetachEvent => ({
  kind: 'detach',
  caseId,
  key,
  ...(mark === undefined ? {} : { mark }),
  ...(reason === undefined ? {} : { reason }),
});

/**
 * The attach that moves a case on record to another entitlement, as the change leaves the case. It says where the case
 * comes from, so that the new entitlement has the old one give back.
 */
export function moveEvent(
  event: UpdateEvent,
  recorded: RecordedCase,
  picked: { readonly pickedBy: PickedBy; readonly why: string | null } = { pickedBy: 'named', why: null },
): AttachEvent {
  const { caseId, key, mark, reason } = event;
  const from = recorded.entitlementId;
  const seq = from === null ? recorded.version : recorded.entitlementSeq;
  return {
    kind: 'attach',
    caseId,
    key,
    customerId: event.customerId ?? customerId(recorded.customerId),
    contactId: event.contactId === undefined ? idOrNull(recorded.contactId, contactId) : event.contactId,
    productId: event.productId === undefined ? idOrNull(recorded.productId, productId) : event.productId,
    channel: event.channel === undefined ? recorded.channel : event.channel,
    title: recorded.title,
    minutes: event.minutes ?? recorded.minutes,
    decrements: event.decrements ?? recorded.decrements,
    overrides: event.overrides ?? false,
    ...picked,
    movedFrom: seq === null ? null : { entitlementId: idOrNull(from, entitlementId), seq },
    ...(recorded.heldFor == null || recorded.heldFor.length === 0 ? {} : { heldFor: recorded.heldFor }),
    ...(mark === undefined ? {} : { mark }),
    ...(reason === undefined ? {} : { reason }),
  };
}

const idOrNull = <Id>(id: string | null, as: (id: string) => Id): Id | null => (id === null ? null : as(id));
