import type { Entitlement } from '../entitlements/entitlement.ts';
import { fingerprint } from '../fingerprint.ts';
import type { CaseId, ContactId, CustomerId, EntitlementId, ProductId } from '../ids.ts';
import type { CaseKind, Origin, RowDraft, RowFacts } from '../ledger/ledger-row.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../refusals.ts';
import { attachAnew, decideAttach, tooManyChannels } from './attaching.ts';
import { caseRows, moveRows } from './case-rows.ts';
import {
  type CoverQuestion,
  channelNotCovered,
  contactNotCovered,
  exhausted,
  otherCustomer,
  productNotCovered,
} from './cover.ts';
import { spilled, withSpillsNumbered } from './spill.ts';
import { decideSpill, decideSpilled } from './spill-parts.ts';
import {
  canceled,
  claims,
  decremented,
  detached,
  type MovedFrom,
  type PickedBy,
  reactivated,
  resolved,
  type SpillPart,
  type SupportCase,
  withDecrements,
} from './support-case.ts';

interface EventOf<Kind extends string> {
  readonly kind: Kind;
  /** Once only: the same key again changes nothing. */
  readonly key: string;
  readonly caseId: CaseId;
  /** Why it is asked for, for the ledger. */
  readonly reason?: string;
  /** Of the content that came with the key, where that is not the event itself: a change that became a move. */
  readonly mark?: string;
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
  /** Attach past exhaustion or outside the cover, never past the status; somebody allowed gave a reason. */
  readonly overrides: boolean;
  /**
   * Where the caller named no entitlement, the rule that picked this one, and why. A refusal of it leaves no row, so that
   * the next candidate can be asked under the same key.
   */
  readonly pickedBy: PickedBy;
  readonly why: string | null;
  readonly movedFrom: MovedFrom | null;
}

/** What changed about a case; what is absent stays. */
export interface UpdateEvent extends EventOf<'update'> {
  /** Only a case without an entitlement can change it; any other moves to an entitlement of that customer. */
  readonly customerId?: CustomerId;
  readonly contactId?: ContactId | null;
  readonly productId?: ProductId | null;
  readonly channel?: string | null;
  readonly minutes?: number;
  readonly decrements?: boolean;
  /** Past the cover and exhaustion, as at an attach. */
  readonly overrides?: boolean;
}

/** Takes a case off; with `through` only while it is attached by that row or an older one, not when it came back since. */
export interface DetachEvent extends EventOf<'detach'> {
  readonly through?: number;
}

export interface ResolveEvent extends EventOf<'resolve'> {
  /** Minutes spent; absent: as last told. */
  readonly minutes?: number;
  /** Entitlements to ask, in order, for the minutes that do not fit into what is left. */
  readonly spillTo?: readonly EntitlementId[];
}

/** Asks an entitlement to take `minutes` of a case of the entitlement `of` in all, as its row `through` says. */
export interface SpillEvent extends EventOf<'spill'>, CoverQuestion {
  readonly of: EntitlementId;
  readonly through: number;
  readonly minutes: number;
}

/** Tells the case's own entitlement what the others took for its row `through`. */
export interface SpilledEvent extends EventOf<'spilled'> {
  readonly through: number;
  readonly parts: readonly SpillPart[];
}

export type CaseEvent =
  | AttachEvent
  | UpdateEvent
  | ResolveEvent
  | EventOf<'cancel'>
  | EventOf<'reactivate'>
  | EventOf<'decrement'>
  | DetachEvent
  | SpillEvent
  | SpilledEvent;

/** Marks the content that came with the event's key. */
export function fingerprintOf(event: CaseEvent): string {
  if (event.mark !== undefined) return event.mark;
  const common = [event.kind, event.caseId];
  switch (event.kind) {
    case 'attach': {
      const { customerId, contactId, productId, channel, title, minutes, decrements } = event;
      const content = [...common, customerId, contactId, productId, channel, title, minutes, decrements];
      if (event.overrides) content.push('override');
      return fingerprint(content);
    }
    case 'update': {
      const { contactId, productId, channel, minutes, decrements } = event;
      const given = [contactId, productId, channel, minutes, decrements].map((value) =>
        value === undefined ? [] : [value],
      );
      return fingerprint([...common, ...given, ...(event.customerId === undefined ? [] : [event.customerId])]);
    }
    case 'resolve':
      return fingerprint([...common, event.minutes ?? null]);
    default:
      return fingerprint(common);
  }
}

/** The mark of a change that says no more than the event: a change by its own route and an update in a list are the same. */
export function changeMarkOf(event: UpdateEvent): string {
  const { customerId, contactId, productId, channel, minutes, decrements, overrides, reason } = event;
  return changeMark(event.caseId, [customerId, contactId, productId, channel, minutes, decrements], {
    overrides,
    reason,
  });
}

/** Marks all that a change asks for; `entitlementId` where it asks for a move. */
export const changeMark = (
  caseId: string,
  facts: readonly unknown[],
  { entitlementId, overrides, reason }: { entitlementId?: unknown; overrides?: unknown; reason?: unknown },
): string =>
  `change:${fingerprint([caseId, ...[...facts, entitlementId, overrides, reason].map((value) => (value === undefined ? [] : [value]))])}`;

/** Whether the content that first came with a key is that of the event, by whichever way each of them came. */
export function isSameContent(first: string, event: CaseEvent): boolean {
  if (first === fingerprintOf(event)) return true;
  if (event.kind !== 'update') return false;
  const { mark, ...plain } = event;
  const asChange = changeMarkOf(event);
  return mark === undefined ? first === asChange : mark === asChange && first === fingerprintOf(plain);
}

/**
 * What a case event does to an entitlement at `now`: the rows to record, or why nothing happens. `known` is the case as
 * the entitlement knows it, undefined when it never attached. Attaching is refused by status, dates, cover and
 * exhaustion; what happens to an attached case goes on after the end and is refused for lack of term only
 * where it would take or reserve anew. `not_found`: no such case here. `wrong_state`: the case is not in a state for it.
 */
export function decideCaseEvent(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  event: CaseEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const decided = decide(entitlement, known, event, origin);
  return isRefused(decided) ? decided : withSpillsNumbered(decided, entitlement.seq);
}

function decide(
  entitlement: Entitlement,
  known: SupportCase | undefined,
  event: CaseEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (event.kind === 'spill') return decideSpill(entitlement, known, event, origin);
  if (event.kind === 'spilled') return decideSpilled(entitlement, known, event, origin);
  const isHere = known !== undefined && !known.detached && known.part === undefined;
  const supportCase = isHere ? known : undefined;
  if (event.kind === 'attach' && known?.part !== undefined && !known.detached)
    return attachAnew(entitlement, known, event, origin);
  if (event.kind === 'attach') return decideAttach(entitlement, supportCase, event, origin);
  if (supportCase === undefined)
    return refuse('not_found', `The case ${event.caseId} is not attached to this entitlement.`);
  const becomes = (kind: CaseKind, after: SupportCase) =>
    caseRows(entitlement, origin, { kind, before: supportCase, after });
  switch (event.kind) {
    case 'update':
      return decideUpdate(entitlement, supportCase, event, origin);
    case 'resolve':
      if (supportCase.status !== 'active') return wrongState(supportCase, 'resolved');
      return becomes('resolved', resolvedTo(entitlement, supportCase, event));
    case 'cancel':
      if (supportCase.status === 'canceled') return wrongState(supportCase, 'canceled');
      return becomes('case_canceled', canceled(supportCase));
    case 'reactivate':
      return decideReactivate(entitlement, supportCase, origin);
    case 'detach':
      if (event.through !== undefined && supportCase.attachedSeq > event.through)
        return refuse('not_found', `The case ${event.caseId} has attached anew since.`);
      return becomes('detached', detached(supportCase));
    case 'decrement':
      return decideDecrement(entitlement, supportCase, origin);
  }
}

function resolvedTo(entitlement: Entitlement, supportCase: SupportCase, event: ResolveEvent): SupportCase {
  const done = resolved(supportCase, event.minutes ?? supportCase.minutes);
  return event.spillTo === undefined ? done : spilled(entitlement, supportCase, done, event.spillTo);
}

function decideUpdate(
  entitlement: Entitlement,
  supportCase: SupportCase,
  event: UpdateEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const { contactId = supportCase.contactId, productId = supportCase.productId, channel = supportCase.channel } = event;
  const { minutes = supportCase.minutes, decrements = supportCase.decrements, overrides = false } = event;
  const changed = { ...supportCase, contactId, productId, channel };
  const closed = coverRefusal(entitlement, supportCase, changed);
  const refused =
    otherCustomer(entitlement, event.customerId ?? supportCase.customerId) ??
    (overrides ? tooManyChannels(entitlement, channel) : closed);
  if (refused !== undefined) return { refused };
  const next = withDecrements({ ...changed, minutes }, decrements);
  const facts = {
    ...(decrements === supportCase.decrements ? {} : { decrements }),
    ...(closed === undefined ? {} : { overrode: [closed.code] }),
  };
  const said = Object.keys(facts).length === 0 ? null : facts;
  if (channel === supportCase.channel) return unlessExhausted(entitlement, supportCase, next, origin, 'updated', said);
  return moveRows(entitlement, origin, supportCase, next, said);
}

/**
 * What changes of channel, product or contact is checked anew, as at an attach; the total it has already. What stays is
 * not: an override may have let it pass.
 */
function coverRefusal(entitlement: Entitlement, before: SupportCase, after: SupportCase): Refusal | undefined {
  const refused =
    (after.contactId === before.contactId ? undefined : contactNotCovered(entitlement, after.contactId)) ??
    (after.productId === before.productId ? undefined : productNotCovered(entitlement, after.productId));
  if (refused !== undefined || after.channel === before.channel) return refused;
  const closed = channelNotCovered(entitlement, after.channel) ?? tooManyChannels(entitlement, after.channel);
  if (closed !== undefined) return closed;
  const short = exhausted(entitlement, after.channel);
  return short?.code === 'channel_exhausted' ? short : undefined;
}

/** A case that takes or reserves anew needs something left, as at its attach; one that goes on with its part does not. */
function unlessExhausted(
  entitlement: Entitlement,
  before: SupportCase,
  after: SupportCase,
  origin: Origin,
  kind: CaseKind,
  facts: RowFacts | null = null,
): Decided<readonly RowDraft[]> {
  const refused = claims(after) && !claims(before) ? exhausted(entitlement, after.channel) : undefined;
  return refused === undefined ? caseRows(entitlement, origin, { kind, before, after, facts }) : { refused };
}

function decideReactivate(
  entitlement: Entitlement,
  supportCase: SupportCase,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (supportCase.status === 'active') return wrongState(supportCase, 'reactivated');
  return unlessExhausted(entitlement, supportCase, reactivated(supportCase), origin, 'reactivated');
}

function decideDecrement(
  entitlement: Entitlement,
  supportCase: SupportCase,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (!supportCase.decrements)
    return refuse(
      'wrong_state',
      `The case ${supportCase.caseId} is set not to decrement: set decrementEntitlementTerm first.`,
    );
  if (supportCase.status === 'canceled') return wrongState(supportCase, 'decremented');
  if (supportCase.rule.decreaseOn === 'resolution' && supportCase.status === 'active')
    return refuse('wrong_state', `The case ${supportCase.caseId} counts when it resolves.`);
  return unlessExhausted(entitlement, supportCase, decremented(supportCase), origin, 'decremented', {
    decrements: true,
  });
}

const POSSIBLE: Readonly<Record<SupportCase['status'], string>> = {
  active: 'resolve and cancel are possible',
  resolved: 'reactivate and cancel are possible',
  canceled: 'reactivate is possible',
};

const wrongState = (supportCase: SupportCase, what: string) =>
  refuse(
    'wrong_state',
    `The case ${supportCase.caseId} is ${supportCase.status} and cannot be ${what}: ${POSSIBLE[supportCase.status]}.`,
  );
