import type { z } from 'zod';
import type { ChangeOrigin } from '../db/audit.ts';
import type { Sql } from '../db/connect.ts';
import { findEntitlement } from '../db/entitlements.ts';
import {
  findOpportunity,
  finishOpportunity,
  type OpportunityRecord,
  recordOpportunity,
  stateOfMade,
} from '../db/opportunities.ts';
import { type EntitlementDetails, problemWith } from '../domain/details.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { type EntitlementId, entitlementId } from '../domain/ids.ts';
import type { EntitlementsGateway } from '../gateway/entitlements-gateway.ts';
import { Problem, problem } from '../gateway/problem.ts';
import type { DecideRenewal } from './decide-renewal.ts';
import { checkNamed, detailsFrom } from './entitlement-input.ts';
import type { opportunityBody } from './opportunity-schemas.ts';
import { idFrom } from './request.ts';
import { entitlementBody } from './schemas.ts';
import { detailsOfTemplateBody } from './template-input.ts';

type Body = z.infer<typeof opportunityBody>;

/** What closing works with. */
export interface ClosingParts {
  readonly sql: Sql;
  readonly gateway: Pick<EntitlementsGateway, 'create' | 'command'>;
  readonly decideRenewal: DecideRenewal;
}

/** A closed opportunity, and the entitlement that came of it; null where none did. */
export interface Closed {
  readonly opportunity: OpportunityRecord;
  readonly entitlement: Entitlement | null;
}

/**
 * Closes an opportunity once by its id. Whoever dies on the way, the next with the same content goes on where that one was:
 * the record says what to make, and each step has a key of its own. Refuses `idempotency_conflict` for other content.
 */
export async function closeOpportunity(parts: ClosingParts, body: Body, origin: ChangeOrigin): Promise<Closed> {
  const mark = fingerprint(['opportunity', body]);
  const known = await findOpportunity(parts.sql, body.id);
  if (known !== undefined) refuseOther(known, mark);
  if (known?.finished) return await closedBefore(parts.sql, known);
  if (body.renewalId !== undefined)
    return await closeRenewal(parts, { ...body, renewalId: body.renewalId }, mark, origin);
  const record = known ?? (await recorded(parts.sql, body, mark, origin));
  if (record.entitlementId === null || record.details === null) return { opportunity: record, entitlement: null };
  const entitlement = await activated(parts, record.entitlementId, record, origin);
  await finishOpportunity(parts.sql, record.id);
  return { opportunity: { ...record, finished: true }, entitlement };
}

function refuseOther({ id, fingerprint: first }: OpportunityRecord, mark: string): void {
  if (first !== mark)
    throw problem('idempotency_conflict', `The opportunity ${id} came before with other content.`, 'id');
}

async function closedBefore(sql: Sql, opportunity: OpportunityRecord): Promise<Closed> {
  if (opportunity.entitlementId === null) return { opportunity, entitlement: null };
  const entitlement = await findEntitlement(sql, opportunity.entitlementId);
  if (entitlement === undefined) throw wasDeleted(opportunity.entitlementId);
  return { opportunity, entitlement };
}

const wasDeleted = (id: EntitlementId): Problem =>
  problem('conflict', `The entitlement that this opportunity made, ${id}, was deleted.`, 'id');

/** The renewal decides first, once by the opportunity's id; then it is recorded. */
async function closeRenewal(
  { sql, decideRenewal }: ClosingParts,
  { id, status, customerId, renewalId, templateId, entitlement: changes = {} }: Body & { renewalId: string },
  mark: string,
  origin: ChangeOrigin,
): Promise<Closed> {
  const decision = {
    renewalId,
    opportunityId: id,
    status,
    customerId,
    templateId: templateId ?? null,
    changes,
    origin,
  };
  const entitlement = await decideRenewal(decision);
  const input = { id, status, customerId, renewalId, fingerprint: mark, details: null, finished: true };
  const opportunity = await recordOpportunity(sql, { ...input, entitlementId: entitlement?.id ?? null }, origin);
  refuseOther(opportunity, mark);
  return { opportunity, entitlement };
}

/** Settles what the opportunity makes, before anything is made. Of many at once the first one settles it. */
async function recorded(sql: Sql, body: Body, mark: string, origin: ChangeOrigin): Promise<OpportunityRecord> {
  const { id, status, customerId } = body;
  const base = { id, status, customerId, renewalId: null, fingerprint: mark };
  const wins = status === 'closed_won';
  if (!wins) await checkNamed(sql, { customerId });
  const details = wins ? await detailsOf(sql, body) : null;
  const made = wins ? entitlementId(idFrom('ent', `opportunity ${id}`)) : null;
  const record = await recordOpportunity(sql, { ...base, details, entitlementId: made, finished: !wins }, origin);
  refuseOther(record, mark);
  return record;
}

/** What the entitlement is to say. What is refused of it names its field within `entitlement`. */
async function detailsOf(sql: Sql, { customerId, templateId, entitlement = {} }: Body): Promise<EntitlementDetails> {
  try {
    const details =
      templateId === undefined
        ? await detailsWithoutTemplate(sql, entitlementBody.parse({ ...entitlement, customerId }))
        : await detailsOfTemplateBody(sql, { ...entitlement, customerId, templateId }, null);
    const refused = problemWith(details);
    if (refused !== undefined) throw new Problem(refused);
    return details;
  } catch (error) {
    throw error instanceof Problem ? withinEntitlement(error) : error;
  }
}

const detailsWithoutTemplate = async (sql: Sql, body: z.infer<typeof entitlementBody>) =>
  detailsFrom(body, await checkNamed(sql, body));

/** Those that stand in the opportunity itself. */
const OWN_FIELDS = ['customerId', 'templateId'];

function withinEntitlement({ refusal }: Problem): Problem {
  const { code, detail, field } = refusal;
  if (field === undefined) return problem(code, detail);
  return problem(code, detail, OWN_FIELDS.includes(field) ? field : `entitlement.${field}`);
}

/** Makes the entitlement and activates it; what was done before is not done again. */
async function activated(
  { sql, gateway }: ClosingParts,
  made: EntitlementId,
  { id, details }: OpportunityRecord,
  { by, reason }: ChangeOrigin,
): Promise<Entitlement> {
  if (details === null) throw new TypeError(`The opportunity ${id} says nothing of its entitlement.`);
  const state = await stateOfMade(sql, made);
  if (state === 'deleted') throw wasDeleted(made);
  const key = `opportunity:${id}`;
  await gateway.create(made, { by, key, details, renewsId: null }, state === 'there');
  try {
    const message = { by, key: `${key}:activate`, reason: reason ?? `The opportunity ${id} was won.` };
    const { snapshot } = await gateway.command(made, 'activate', message);
    return snapshot.entitlement;
  } catch (error) {
    // Somebody activated the draft by hand, and perhaps did more with it: what was sold is there.
    const now = isWrongState(error) ? await findEntitlement(sql, made) : undefined;
    if (now === undefined || now.status === 'draft') throw error;
    return now;
  }
}

const isWrongState = (error: unknown): boolean => error instanceof Problem && error.refusal.code === 'wrong_state';
