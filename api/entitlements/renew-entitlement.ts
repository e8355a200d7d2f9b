import type { Request } from 'express';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { creationOf, type LifeAnswer } from '../../workflows/entitlements/messages.ts';
import { bodyOf } from '../http/request.ts';
import { reasonBody } from '../http/schemas.ts';
import { draftId, wasMade } from './create-draft.ts';
import { existing, messageOf } from './requests.ts';
import type { EntitlementServices } from './services.ts';

/**
 * Renews an ended entitlement, and returns the draft that succeeds it. The old entitlement decides and records its
 * successor; both it and this request then start the same draft, so that it starts even if one of them fails. Refuses
 * `wrong_state`, and `idempotency_conflict` for a key that came with other content.
 */
export async function renewEntitlement(services: EntitlementServices, request: Request): Promise<Entitlement> {
  const old = await existing(services, request);
  const { reason = null } = bodyOf(request, reasonBody);
  const message = messageOf(request, reason);
  const successorId = draftId(`renew ${old.id} ${message.key}`);
  const { row }: LifeAnswer = await services.gateway.command(old.id, 'renew', { ...message, successorId });
  const details = row.facts?.details;
  if (details === undefined) throw new TypeError('The row of a renewal holds the details of the successor.');
  const creation = creationOf({ id: successorId, details, by: row.by }, old.id);
  const { snapshot } = await services.gateway.create(successorId, creation, await wasMade(services, successorId));
  return snapshot.entitlement;
}
