import type { Request } from 'express';
import { z } from 'zod';
import { readRenewalPolicy } from '../../db/access/settings.ts';
import { findFirstDetails } from '../../db/entitlements/entitlements.ts';
import { existenceOf } from '../../db/entitlements/existence.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { type EntitlementDetails, problemWithDetails } from '../../domain/terms/details.ts';
import { idFrom } from '../../runtime/id-from.ts';
import { holdingContacts } from '../directory/contact-moves.ts';
import { Problem, problem } from '../http/problem.ts';
import { readShape } from '../http/read-shape.ts';
import { bodyOf, callerOf, keyOf } from '../http/request.ts';
import { detailsFrom } from './entitlement-input.ts';
import { checkNamed } from './named-records.ts';
import { entitlementBody, entitlementFromTemplateBody } from './schemas.ts';
import type { EntitlementServices } from './services.ts';
import { detailsOfTemplateBody } from './template-input.ts';
import { entitlementFields } from './terms-schemas.ts';

const PREFIX = 'ent';

/** The id of the draft that a key makes: the same key makes the same draft. */
const draftId = (key: string) => entitlementId(idFrom(PREFIX, key));

/**
 * Creates the draft that a request describes, once by its key. Refuses `validation_failed`, `not_found` and
 * `contact_of_other_customer` for what the body names, `idempotency_conflict` for a key that came with other content,
 * and `conflict` for a key whose draft was deleted.
 */
export async function createDraft(services: EntitlementServices, request: Request): Promise<Entitlement> {
  const { sql, gateway } = services;
  const key = keyOf(request);
  const id = draftId(key);
  const known = await wasMade(services, id);
  const { snapshot } = await holdingContacts(sql, contactIdsOf(request), async () => {
    const details = await detailsOf(services, request, known ? id : null);
    const refused = problemWithDetails(details);
    if (refused !== undefined) throw new Problem(refused);
    return await gateway.create(id, { by: callerOf(request), key, details, renewsId: null }, known);
  });
  return snapshot.entitlement;
}

/** Whether a key has made the draft before. Refuses `conflict` for one that was deleted: its id is not used again. */
async function wasMade({ sql }: EntitlementServices, id: EntitlementId): Promise<boolean> {
  const existence = await existenceOf(sql, id);
  if (existence === 'deleted')
    throw problem(
      'conflict',
      `The draft ${id}, which this key made, was deleted. Use another key for a new draft.`,
      'Idempotency-Key',
    );
  return existence === 'there';
}

/** The details of a new draft; `made` is the id of the draft that the request's key made before. */
async function detailsOf(
  { sql }: EntitlementServices,
  request: Request,
  made: string | null,
): Promise<EntitlementDetails> {
  const named: unknown = request.body?.templateId;
  if (named != null) return await detailsOfTemplateBody(sql, bodyOf(request, entitlementFromTemplateBody), made);
  const body = bodyOf(request, entitlementBody);
  const customerTimeZone = await checkNamed(sql, body);
  // A repeated request gets the policy that the first one got, whatever the organisation's settings say by now.
  const first = made === null ? undefined : await findFirstDetails(sql, made);
  const policy = first === undefined ? await readRenewalPolicy(sql) : first.renewalPolicy;
  return detailsFrom(body.renewalPolicy === undefined ? { ...body, renewalPolicy: policy } : body, customerTimeZone);
}

/** The contacts that the draft names; a body with invalid contacts is refused later, when all of it is read. */
const contactIdsOf = (request: Request): readonly string[] =>
  readShape(WithContacts, request.body).data?.contactIds ?? [];

const WithContacts = z.object({ contactIds: entitlementFields.contactIds });
