import { type Refusal, refuse } from '../refusals.ts';
import type { AttachRequest } from './case-request.ts';
import type { RecordedCase } from './recorded-case.ts';

/**
 * Why a case on record stands in the way of an attach, or undefined.
 *
 * A new case: refuses `conflict` where the id is taken, unless the case was created with the same content and has an
 * entitlement (the entitlement then answers that nothing changes). A move: refuses `wrong_state` for a case that is
 * closed. A mover that is too late is not refused here: the entitlement refuses it and keeps that answer under the key.
 */
export function attachObstacle(request: AttachRequest, recorded: RecordedCase | null): Refusal | undefined {
  if (recorded === null) return undefined;
  const { event, isMove } = request;
  if (isMove) {
    const from = event.movedFrom?.entitlementId ?? null;
    if (recorded.status === 'active' || recorded.entitlementId !== from) return undefined;
    return refuse('wrong_state', `The case ${event.caseId} is ${recorded.status}: reactivate it first.`).refused;
  }
  const isSame = hasContentOf(recorded, request);
  if (isSame && recorded.entitlementId !== null) return undefined;
  return caseExists(event.caseId, isSame);
}

/** A case that names no entitlement has the one that was picked for it. */
const hasContentOf = (recorded: RecordedCase, { event, named }: AttachRequest): boolean =>
  (named === null || recorded.entitlementId === named) &&
  recorded.customerId === event.customerId &&
  recorded.contactId === event.contactId &&
  recorded.productId === event.productId &&
  recorded.channel === event.channel &&
  recorded.title === event.title;

/** Refuses the creation of a case whose id is taken. */
export const caseExists = (caseId: string, hasSameContent: boolean): Refusal =>
  refuse('conflict', `The case ${caseId} exists already${hasSameContent ? '' : ', with other content'}.`, 'id').refused;
