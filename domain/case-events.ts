import {
  attached,
  type CaseOnEntitlement,
  canceled,
  claims,
  decremented,
  detached,
  reactivated,
  resolved,
  withDecrements,
} from './case.ts';
import { exhausted, notCovered, notOpen } from './cover.ts';
import { MAX_CHANNELS } from './details.ts';
import type { Entitlement } from './entitlement.ts';
import { fingerprint } from './fingerprint.ts';
import type { CaseId, ContactId, CustomerId, ProductId } from './ids.ts';
import type { CaseKind, Origin, RowDraft } from './ledger.ts';
import { type Decided, type Refusal, refuse } from './refusals.ts';

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  /** Once only: the same key again changes nothing. */
  readonly key: string;
  readonly caseId: CaseId;
}

export interface AttachEvent extends EventOf<'attach'> {
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
  readonly title: string | null;
  /** Minutes named for the case: taken by hours on creation, reserved by a hold. */
  readonly minutes: number;
  /** `decrementEntitlementTerm`. */
  readonly decrements: boolean;
}

/** What changed about a case; what is absent stays. */
export interface UpdateEvent extends EventOf<'update'> {
  readonly contactId?: ContactId | null;
  readonly productId?: ProductId | null;
  readonly channel?: string | null;
  readonly minutes?: number;
  readonly decrements?: boolean;
}

export interface ResolveEvent extends EventOf<'resolve'> {
  /** Minutes spent; absent: as last told. */
  readonly minutes?: number;
}

export type CaseEvent =
  | AttachEvent
  | UpdateEvent
  | ResolveEvent
  | EventOf<'cancel'>
  | EventOf<'reactivate'>
  | EventOf<'decrement'>
  | EventOf<'detach'>;

/** Marks the content that came with the event's key. */
export function fingerprintOf(event: CaseEvent): string {
  const common = [event.kind, event.caseId];
  switch (event.kind) {
    case 'attach': {
      const { customerId, contactId, productId, channel, title, minutes, decrements } = event;
      return fingerprint([...common, customerId, contactId, productId, channel, title, minutes, decrements]);
    }
    case 'update': {
      const { contactId, productId, channel, minutes, decrements } = event;
      const given = [contactId, productId, channel, minutes, decrements].map((value) =>
        value === undefined ? [] : [value],
      );
      return fingerprint([...common, ...given]);
    }
    case 'resolve':
      return fingerprint([...common, event.minutes ?? null]);
    default:
      return fingerprint(common);
  }
}

/**
 * What a case event does to an entitlement at `now`: the rows to record, or why nothing happens. `known` is the case as
 * the entitlement knows it, undefined when it never attached. Attaching is refused by status, dates, cover and
 * exhaustion; what happens to an attached case goes on after the end and is refused for lack of term only
 * where it would take or reserve anew. `not_found`: no such case here. `wrong_state`: the case is not in a state for it.
 */
export function decideCaseEvent(
  entitlement: Entitlement,
  known: CaseOnEntitlement | undefined,
  event: CaseEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const kase = known?.detached ? undefined : known;
  if (event.kind === 'attach') return decideAttach(entitlement, kase, event, origin);
  if (kase === undefined) return refuse('not_found', `The case ${event.caseId} is not attached to this entitlement.`);
  switch (event.kind) {
    case 'update':
      return decideUpdate(entitlement, kase, event, origin);
    case 'resolve':
      if (kase.status !== 'active') return wrongState(kase, 'resolved');
      return [caseRow(origin, 'resolved', kase, resolved(kase, event.minutes ?? kase.minutes))];
    case 'cancel':
      if (kase.status === 'canceled') return wrongState(kase, 'canceled');
      return [caseRow(origin, 'case_canceled', kase, canceled(kase))];
    case 'reactivate':
      return decideReactivate(entitlement, kase, origin);
    case 'detach':
      return [caseRow(origin, 'detached', kase, detached(kase))];
    case 'decrement':
      return decideDecrement(entitlement, kase, origin);
  }
}

function decideAttach(
  entitlement: Entitlement,
  kase: CaseOnEntitlement | undefined,
  event: AttachEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (kase !== undefined) return [caseRow(origin, 'repeated_attach', kase, kase)];
  const refused =
    notOpen(entitlement, origin.at) ??
    notCovered(entitlement, event) ??
    tooManyChannels(entitlement, event.channel) ??
    exhausted(entitlement, event.channel);
  if (refused !== undefined) return { refused };
  const { caseId, customerId, contactId, productId, channel, title, minutes, decrements } = event;
  const { allocationType: unit, decreaseRemainingOn: decreaseOn, hold } = entitlement.details;
  const facts = { caseId, customerId, contactId, productId, channel, title, minutes, decrements };
  return [caseRow(origin, 'attached', undefined, attached({ rule: { unit, decreaseOn, hold }, ...facts }))];
}

function decideUpdate(
  entitlement: Entitlement,
  kase: CaseOnEntitlement,
  event: UpdateEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const { contactId = kase.contactId, productId = kase.productId, channel = kase.channel } = event;
  const { minutes = kase.minutes, decrements = kase.decrements } = event;
  const changed = { ...kase, contactId, productId, channel };
  const coverChanged = contactId !== kase.contactId || productId !== kase.productId || channel !== kase.channel;
  const refused = coverChanged ? coverRefusal(entitlement, kase, changed) : undefined;
  if (refused !== undefined) return { refused };
  const next = withDecrements({ ...changed, minutes }, decrements);
  if (channel === kase.channel) return unlessExhausted(entitlement, kase, next, origin, 'updated');
  return moveBetweenChannels(origin, kase, next);
}

/** A change of channel, product or contact is checked anew, as at an attach; the total it has already. */
function coverRefusal(
  entitlement: Entitlement,
  before: CaseOnEntitlement,
  after: CaseOnEntitlement,
): Refusal | undefined {
  const refused = notCovered(entitlement, after) ?? tooManyChannels(entitlement, after.channel);
  if (refused !== undefined || after.channel === before.channel) return refused;
  const short = exhausted(entitlement, after.channel);
  return short?.code === 'channel_exhausted' ? short : undefined;
}

/** A case that takes or reserves anew needs something left, as at its attach; one that goes on with its part does not. */
function unlessExhausted(
  entitlement: Entitlement,
  before: CaseOnEntitlement,
  after: CaseOnEntitlement,
  origin: Origin,
  kind: CaseKind,
): Decided<readonly RowDraft[]> {
  const refused = claims(after) && !claims(before) ? exhausted(entitlement, after.channel) : undefined;
  return refused === undefined ? [caseRow(origin, kind, before, after)] : { refused };
}

/** Two rows, as a row speaks of one channel: the old one gets back what was taken, the new one gives. */
function moveBetweenChannels(origin: Origin, before: CaseOnEntitlement, after: CaseOnEntitlement): readonly RowDraft[] {
  const nothing = { ...after, channel: before.channel, taken: 0, held: 0 };
  const back = caseRow({ ...origin, key: null, fingerprint: null }, 'updated', before, nothing);
  return [back, caseRow(origin, 'updated', { ...after, taken: 0, held: 0 }, after)];
}

function decideReactivate(
  entitlement: Entitlement,
  kase: CaseOnEntitlement,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (kase.status === 'active') return wrongState(kase, 'reactivated');
  return unlessExhausted(entitlement, kase, reactivated(kase), origin, 'reactivated');
}

function decideDecrement(
  entitlement: Entitlement,
  kase: CaseOnEntitlement,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (!kase.decrements)
    return refuse(
      'wrong_state',
      `The case ${kase.caseId} is set not to decrement: set decrementEntitlementTerm first.`,
    );
  if (kase.status === 'canceled') return wrongState(kase, 'decremented');
  if (kase.rule.decreaseOn === 'resolution' && kase.status === 'active')
    return refuse('wrong_state', `The case ${kase.caseId} counts when it resolves.`);
  return unlessExhausted(entitlement, kase, decremented(kase), origin, 'decremented');
}

const POSSIBLE: Readonly<Record<CaseOnEntitlement['status'], string>> = {
  active: 'resolve and cancel are possible',
  resolved: 'reactivate and cancel are possible',
  canceled: 'reactivate is possible',
};

const wrongState = (kase: CaseOnEntitlement, what: string) =>
  refuse('wrong_state', `The case ${kase.caseId} is ${kase.status} and cannot be ${what}: ${POSSIBLE[kase.status]}.`);

/** Usage is remembered by channel even without channel rows; this bounds how many names a case system can bring. */
function tooManyChannels(entitlement: Entitlement, channel: string | null): Refusal | undefined {
  if (channel === null || Object.hasOwn(entitlement.usedByChannel, channel)) return undefined;
  if (Object.keys(entitlement.usedByChannel).length < MAX_CHANNELS) return undefined;
  return refuse('channel_not_covered', `The entitlement saw ${MAX_CHANNELS} channels already.`).refused;
}

const openness = (kase: CaseOnEntitlement | undefined): number => (kase?.status === 'active' && !kase.detached ? 1 : 0);

function caseRow(
  origin: Origin,
  kind: CaseKind,
  before: CaseOnEntitlement | undefined,
  after: CaseOnEntitlement,
): RowDraft {
  return {
    kind,
    caseId: after.caseId,
    channel: after.channel,
    change: (before?.taken ?? 0) - after.taken || 0,
    heldChange: after.held - (before?.held ?? 0),
    openChange: openness(after) - openness(before),
    case: after,
    refusal: null,
    detail: null,
    facts: null,
    ...origin,
  };
}

/** The row that keeps a refusal, so that the same key gets the same answer and the decision can be explained later. */
export const refusedRow = (event: CaseEvent, refused: Refusal, origin: Origin): RowDraft => ({
  kind: 'refused',
  caseId: event.caseId,
  channel: event.kind === 'attach' ? event.channel : null,
  change: 0,
  heldChange: 0,
  openChange: 0,
  case: null,
  refusal: refused.code,
  detail: refused.detail,
  facts: null,
  ...origin,
});
