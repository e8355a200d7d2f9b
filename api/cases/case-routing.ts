import type { CaseContext, KeyRow } from '../../db/cases/case-contexts.ts';
import { type CaseEvent, isSameContent } from '../../domain/cases/case-event.ts';
import { customerId, type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { type Refusal, refuse } from '../../domain/refusals.ts';
import { changedMeanwhileDetail } from '../../workflows/entitlements/case-custody.ts';
import { toCaseEvent } from '../../workflows/entitlements/messages.ts';
import { type CaseOutcome, nothingDecided, outcomeOf, refusedOutcome } from './case-outcome.ts';
import type { CaseInput } from './case-path.ts';

/** Where a case of this list went already: to an entitlement, or on record without one. */
export type Placed = EntitlementId | 'alone';

export type Step =
  | { readonly outcome: CaseOutcome }
  /** It speaks of a case without an entitlement. */
  | { readonly alone: CaseEvent }
  | { readonly id: EntitlementId }
  /** It names no entitlement: one is to be picked. */
  | { readonly pick: true };

/** Where an event goes: it is answered already, it speaks of a case without an entitlement, or an entitlement decides. */
export function route(input: CaseInput, context: CaseContext, placed: Placed | undefined): Step {
  const event = toCaseEvent(input, customerId(''));
  const first = firstOutcome(input, context);
  if (first !== undefined) return { outcome: first };
  const refused =
    namesUnknown(input, context) ?? (input.kind === 'attach' ? inTheWay(event, input, context) : undefined);
  if (refused !== undefined) return { outcome: refusedOutcome(event, refused) };
  if (placed !== undefined) {
    const elsewhere = input.kind === 'attach' && (placed === 'alone' || (input.entitlementId ?? placed) !== placed);
    if (elsewhere) return { outcome: refusedOutcome(event, existsAlready(event)) };
    return placed === 'alone' ? { alone: event } : { id: placed };
  }
  if (context.entitlement !== null) return { id: entitlementId(context.entitlement.id) };
  if (input.kind === 'attach') return { pick: true };
  if (context.case === null)
    return { outcome: refusedOutcome(event, refuse('not_found', `There is no case ${input.caseId}.`).refused) };
  return { alone: event };
}

/** What the key was answered when it first came, on whichever entitlement or on none; undefined for a key that is new. */
export function firstOutcome(input: CaseInput, context: CaseContext): CaseOutcome | undefined {
  const event = toCaseEvent(input, customerId(''));
  const { rowOfKey, unattachedKey } = context;
  // An attach that was given up, as the key had put the case on record without an entitlement: that answer stands.
  if (unattachedKey !== null && (rowOfKey === null || rowOfKey.isGivenUp))
    return firstAnswerAlone(event, unattachedKey);
  return rowOfKey === null ? undefined : firstAnswer(event, input, context, rowOfKey);
}

/** The answer that the key got when it first came; with other content, or for another entitlement, it is a conflict. */
function firstAnswer(event: CaseEvent, input: CaseInput, context: CaseContext, row: KeyRow): CaseOutcome {
  // A change says by its mark what was asked for, whatever became of it.
  const otherEntitlement =
    event.mark === undefined && input.entitlementId != null && input.entitlementId !== row.entitlementId;
  if (!isSameContent(row.fingerprint, event) || otherEntitlement) return refusedOutcome(event, keyConflict(event));
  if (row.isGivenUp) return { ...refusedOutcome(event, changedMeanwhile(event)), repeated: true };
  return outcomeOf(
    input,
    entitlementId(row.entitlementId),
    {
      outcome: row.refusal === null ? 'accepted' : 'refused',
      repeated: true,
      seq: row.seq,
      ...(row.refusal === null ? {} : { code: row.refusal, detail: row.detail ?? '' }),
      row: { change: row.change, remainingAfter: row.remainingAfter, case: row.caseAfter, detail: row.detail },
      hasSla: false,
    },
    context.case,
  );
}

/** The same for a case without an entitlement, whose events are always accepted when they leave a key. */
const firstAnswerAlone = (
  event: CaseEvent,
  { fingerprint, after }: NonNullable<CaseContext['unattachedKey']>,
): CaseOutcome =>
  isSameContent(fingerprint, event)
    ? { ...nothingDecided(event), outcome: 'accepted', repeated: true, without: after }
    : refusedOutcome(event, keyConflict(event));

/** Another entitlement had the case first, or it changed while it was to be attached. */
const changedMeanwhile = ({ caseId }: Pick<CaseEvent, 'caseId'>): Refusal =>
  refuse('conflict', changedMeanwhileDetail(caseId)).refused;

const keyConflict = ({ key }: CaseEvent): Refusal =>
  refuse('idempotency_conflict', `The key ${key} came before with other content.`).refused;

const existsAlready = ({ caseId }: CaseEvent): Refusal =>
  refuse('conflict', `The case ${caseId} exists already, with other content.`, 'id').refused;

/** Records that the event names and that nobody has: `not_found` with the field, or what does not fit together. */
export function namesUnknown(
  input: CaseInput,
  context: Pick<
    CaseContext,
    'customerExists' | 'contactOf' | 'productExists' | 'channelListed' | 'entitlement' | 'case'
  >,
): Refusal | undefined {
  const missing = (what: string, id: string, field: string) =>
    refuse('not_found', `There is no ${what} ${id}.`, field).refused;
  const { entitlementId: named } = input;
  if (named != null && context.entitlement === null) return missing('entitlement', named, 'entitlementId');
  if ('customerId' in input && input.customerId !== undefined && !context.customerExists)
    return missing('customer', input.customerId, 'customerId');
  if ('contactId' in input && input.contactId != null) {
    const customer = ('customerId' in input ? input.customerId : undefined) ?? context.case?.customerId;
    if (context.contactOf === null) return missing('contact', input.contactId, 'contactId');
    // A contact that moved stays with the cases that it had.
    const has = context.case?.customerId === customer && context.case?.contactId === input.contactId;
    if (customer !== undefined && context.contactOf !== customer && !has)
      return refuse(
        'contact_of_other_customer',
        `The contact ${input.contactId} is of customer ${context.contactOf}.`,
        'contactId',
      ).refused;
  }
  if ('productId' in input && input.productId != null && !context.productExists)
    return missing('product', input.productId, 'productId');
  if ('channel' in input && input.channel != null && !context.channelListed)
    return refuse(
      'validation_failed',
      `The channel ${input.channel} is not in the organisation's list: see /v1/settings.`,
      'channel',
    ).refused;
  return undefined;
}

/** Why a case of that id cannot be created: it exists, with other content or elsewhere. The same again is no problem. */
function inTheWay(event: CaseEvent, input: CaseInput, { case: supportCase }: CaseContext): Refusal | undefined {
  if (event.kind !== 'attach' || supportCase === null) return undefined;
  const movedFrom = input.kind === 'attach' ? (input.movedFrom?.entitlementId ?? null) : null;
  if (input.onExisting === true) {
    // Who is too late is told so by the entitlement, which keeps the answer under the key.
    if (supportCase.status === 'active' || supportCase.entitlementId !== movedFrom) return undefined;
    return refuse('wrong_state', `The case ${event.caseId} is ${supportCase.status}: reactivate it first.`).refused;
  }
  // A case that names no entitlement has the one that was picked for it.
  const same =
    (input.entitlementId == null || supportCase.entitlementId === input.entitlementId) &&
    supportCase.customerId === event.customerId &&
    supportCase.contactId === event.contactId &&
    supportCase.productId === event.productId &&
    supportCase.channel === event.channel &&
    supportCase.title === event.title;
  if (same && supportCase.entitlementId !== null) return undefined;
  return refuse('conflict', `The case ${event.caseId} exists already${same ? '' : ', with other content'}.`, 'id')
    .refused;
}
