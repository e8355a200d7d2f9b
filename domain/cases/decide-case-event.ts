import type { Entitlement } from '../entitlements/entitlement.ts';
import type { CaseKind, Origin, RowDraft, RowFacts } from '../ledger/ledger-row.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { type Decided, isRefused, type Refusal, refuse } from '../refusals.ts';
import { attachAnew, decideAttach, tooManyChannels } from './attaching.ts';
import type { CaseEvent, DetachEvent, HoldEvent, ResolveEvent, UpdateEvent } from './case-event.ts';
import { holdRefusal, withHold, withoutHold } from './case-holds.ts';
import { caseRows, channelChangeRows } from './case-rows.ts';
import { canceled, decremented, detached, reactivated, resolved, takesOrHolds, withDecrements } from './case-terms.ts';
import { channelNotCovered, contactNotCovered, customerMismatch, productNotCovered } from './cover.ts';
import { exhausted } from './exhaustion.ts';
import { withSpillMarked, withSpillsNumbered } from './spill.ts';
import { decideSpill, decideSpilled } from './spill-shares.ts';

/**
 * What a case event does to an entitlement: the rows to record, or why nothing happens. `known` is the case as the
 * entitlement knows it, undefined if it never attached.
 *
 * An attach is refused by status, dates, cover and exhaustion. Events of an attached case go on after the end of the
 * entitlement, and are refused as exhausted only where they would take or hold anew. Refuses `not_found` for a case
 * that is not attached here, `wrong_state` for a case whose status does not allow the event, and `too_many_holds` for a
 * hold past the most that a case can have.
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
  const isAttached = known !== undefined && !known.detached && known.part === undefined;
  const supportCase = isAttached ? known : undefined;
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
      if (cameBackSince(supportCase, event))
        return refuse('not_found', `The case ${event.caseId} has attached anew since.`);
      return becomes('detached', detached(supportCase));
    case 'decrement':
      return decideDecrement(entitlement, supportCase, origin);
    // Only its clocks are concerned by these: what it takes stays.
    case 'respond':
    case 'hold':
    case 'release':
      if (supportCase.status !== 'active') return wrongState(supportCase, ROW_OF_CLOCK[event.kind]);
      if (event.kind === 'release') return becomes('released', withoutHold(supportCase, event.reason));
      if (event.kind === 'respond' || entitlement.countsNoHolds) return becomes(ROW_OF_CLOCK[event.kind], supportCase);
      return decideHold(entitlement, supportCase, event, origin);
  }
}

/** Refuses a reason past the most that can hold a case. */
function decideHold(
  entitlement: Entitlement,
  supportCase: SupportCase,
  { reason }: HoldEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const refused = holdRefusal(supportCase.caseId, supportCase.heldFor ?? [], reason);
  if (refused !== undefined) return { refused };
  return caseRows(entitlement, origin, { kind: 'held', before: supportCase, after: withHold(supportCase, reason) });
}

/** The row of each event that concerns the clocks of a case alone. */
const ROW_OF_CLOCK = { respond: 'responded', hold: 'held', release: 'released' } as const;

const cameBackSince = ({ attachedSeq }: SupportCase, { through }: DetachEvent): boolean =>
  through !== undefined && attachedSeq > through;

function resolvedTo(entitlement: Entitlement, supportCase: SupportCase, event: ResolveEvent): SupportCase {
  const done = resolved(supportCase, event.minutes ?? supportCase.minutes);
  return event.spillTo === undefined ? done : withSpillMarked(entitlement, supportCase, done, event.spillTo);
}

/**
 * Changes the fields that the event names. A change of contact, product or channel is checked anew, unless overridden.
 */
function decideUpdate(
  entitlement: Entitlement,
  supportCase: SupportCase,
  event: UpdateEvent,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  const { contactId = supportCase.contactId, productId = supportCase.productId, channel = supportCase.channel } = event;
  const { minutes = supportCase.minutes, decrements = supportCase.decrements, overrides = false } = event;
  const changed = { ...supportCase, contactId, productId, channel };
  const notTaken = changeRefusal(entitlement, supportCase, changed);
  const refused =
    customerMismatch(entitlement, event.customerId ?? supportCase.customerId) ??
    (overrides ? tooManyChannels(entitlement, channel) : notTaken);
  if (refused !== undefined) return { refused };
  const next = withDecrements({ ...changed, minutes }, decrements);
  const facts = {
    ...(decrements === supportCase.decrements ? {} : { decrements }),
    ...(notTaken === undefined ? {} : { overrode: [notTaken.code] }),
  };
  const said = Object.keys(facts).length === 0 ? null : facts;
  if (channel === supportCase.channel) return unlessExhausted(entitlement, supportCase, next, origin, 'updated', said);
  return channelChangeRows(entitlement, origin, supportCase, next, said);
}

/**
 * Checks the channel, product and contact that change, as at an attach. What stays is not checked, as an override may
 * have let it pass. A new channel needs something left in its own row, but not in the total: the case has its term
 * already.
 */
function changeRefusal(entitlement: Entitlement, before: SupportCase, after: SupportCase): Refusal | undefined {
  const refused =
    (after.contactId === before.contactId ? undefined : contactNotCovered(entitlement, after.contactId)) ??
    (after.productId === before.productId ? undefined : productNotCovered(entitlement, after.productId));
  if (refused !== undefined || after.channel === before.channel) return refused;
  const closed = channelNotCovered(entitlement, after.channel) ?? tooManyChannels(entitlement, after.channel);
  if (closed !== undefined) return closed;
  const short = exhausted(entitlement, after.channel);
  return short?.code === 'channel_exhausted' ? short : undefined;
}

/** Refuses if the case newly takes or holds term and nothing is left, as at an attach. */
function unlessExhausted(
  entitlement: Entitlement,
  before: SupportCase,
  after: SupportCase,
  origin: Origin,
  kind: CaseKind,
  facts: RowFacts | null = null,
): Decided<readonly RowDraft[]> {
  const refused = takesOrHolds(after) && !takesOrHolds(before) ? exhausted(entitlement, after.channel) : undefined;
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

/** An explicit decrement: for a case whose decrementEntitlementTerm was set back to true after it had counted. */
function decideDecrement(
  entitlement: Entitlement,
  supportCase: SupportCase,
  origin: Origin,
): Decided<readonly RowDraft[]> {
  if (!supportCase.decrements)
    return refuse(
      'wrong_state',
      `The case ${supportCase.caseId} is set not to decrement: set decrementEntitlementTerm to true first.`,
    );
  if (supportCase.status === 'canceled') return wrongState(supportCase, 'decremented');
  if (supportCase.rule.decreaseOn === 'resolution' && supportCase.status === 'active')
    return refuse(
      'wrong_state',
      `The case ${supportCase.caseId} counts when it resolves: it cannot be decremented before.`,
    );
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
