import type { z } from 'zod';
import type { ChangeOrigin } from '../../db/access/audit.ts';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { existenceOf } from '../../db/entitlements/existence.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import {
  findOpportunity,
  finishOpportunity,
  forgetOpportunity,
  type OpportunityRecord,
  recordOpportunity,
} from '../../db/renewals/opportunities.ts';
import { findRenewal, renewalOfOpportunityId } from '../../db/renewals/renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { RefusalError } from '../../domain/refusals.ts';
import { type EntitlementDetails, problemWithDetails } from '../../domain/terms/details.ts';
import { idFrom } from '../../runtime/id-from.ts';
import { EntitlementMaker } from '../../temporal/entitlement-maker.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { detailsFrom, withRenewalPolicy } from '../entitlements/entitlement-input.ts';
import { checkNamed } from '../entitlements/named-records.ts';
import { entitlementBody } from '../entitlements/schemas.ts';
import { detailsOfTemplateBody } from '../entitlements/template-input.ts';
import { Problem, problem, within } from '../http/problem.ts';
import type { DecidesRenewals } from './decide-renewal.ts';
import type { opportunityBody } from './opportunity-schemas.ts';

type Body = z.infer<typeof opportunityBody>;

/** What the closing of opportunities works with. */
export interface ClosingParts {
  readonly sql: Sql;
  readonly gateway: Pick<EntitlementsGateway, 'create' | 'command'>;
  readonly decider: DecidesRenewals;
}

/** A closed opportunity, and the entitlement that came of it; null if none did. */
export interface Closed {
  readonly opportunity: OpportunityRecord;
  readonly entitlement: Entitlement | null;
}

/**
 * Closes an opportunity once by its id. If a request dies on the way, the next one with the same content continues: the
 * record says what to make, and each step has a once-only key. Refuses `idempotency_conflict` for other content.
 */
export async function closeOpportunity(parts: ClosingParts, body: Body, origin: ChangeOrigin): Promise<Closed> {
  const mark = fingerprint(['opportunity', body]);
  const known = await findOpportunity(parts.sql, body.id);
  if (known !== undefined) refuseOther(known, mark);
  const renewalId = body.renewalId ?? (await renewalOfOpportunity(parts.sql, body.id));
  const record =
    known ??
    (renewalId === undefined
      ? await recorded(parts.sql, body, mark, origin)
      : await recordedRenewal(parts, { ...body, renewalId }, mark, origin));
  if (record.finished) return await closedBefore(parts.sql, record);
  return record.renewalId === null
    ? await made(parts, record, origin)
    : await decided(parts, { ...record, renewalId: record.renewalId }, origin);
}

/** The renewal whose own opportunity it is: the event `opportunity.opened` named its id. */
async function renewalOfOpportunity(sql: Sql, id: string): Promise<string | undefined> {
  const renewalId = renewalOfOpportunityId(id);
  return renewalId === undefined ? undefined : (await findRenewal(sql, renewalId))?.id;
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

/** Settles what the renewal is accepted with, before it decides. Of many requests at once, the first one settles it. */
async function recordedRenewal(
  { sql, decider }: ClosingParts,
  { id, status, customerId, renewalId, templateId, entitlement = {} }: Body & { renewalId: string },
  mark: string,
  origin: ChangeOrigin,
): Promise<OpportunityRecord> {
  const closing = { renewalId, opportunityId: id, status, customerId };
  const changes = await decider.settle({ ...closing, templateId: templateId ?? null, changes: entitlement });
  const base = { id, status, customerId, renewalId, fingerprint: mark, details: null, entitlementId: null };
  const record = await recordOpportunity(sql, { ...base, changes, finished: false }, origin);
  refuseOther(record, mark);
  return record;
}

/** The renewal decides, once by the opportunity's id. If it refuses for good, the id can be used again. */
async function decided(
  { sql, decider }: ClosingParts,
  record: OpportunityRecord & { renewalId: string },
  origin: ChangeOrigin,
): Promise<Closed> {
  const { id, renewalId, status, changes, by, reason } = record;
  try {
    const entitlement = await decider.decide({ renewalId, opportunityId: id, status, changes, by, reason });
    const opportunity = { ...record, entitlementId: entitlement?.id ?? null, finished: true };
    // Another request with the same id, refused a moment before, may have deleted the record.
    if (!(await finishOpportunity(sql, opportunity, origin)))
      await recordOpportunity(sql, opportunity, { ...origin, reason });
    return { opportunity, entitlement };
  } catch (error) {
    if (error instanceof RefusalError && error.refusal.code !== 'unavailable')
      await forgetOpportunity(sql, id, { ...origin, reason: error.refusal.detail });
    throw error;
  }
}

/** Makes and activates what was sold. */
async function made(parts: ClosingParts, record: OpportunityRecord, origin: ChangeOrigin): Promise<Closed> {
  const { id, entitlementId } = record;
  if (entitlementId === null) throw new TypeError(`The opportunity ${id} was won, but makes nothing.`);
  const entitlement = await activated(parts, entitlementId, record, origin);
  await finishOpportunity(parts.sql, { id, entitlementId }, origin);
  return { opportunity: { ...record, finished: true }, entitlement };
}

/** Settles what the opportunity makes, before it is made. Of many requests at once, the first one settles it. */
async function recorded(sql: Sql, body: Body, mark: string, origin: ChangeOrigin): Promise<OpportunityRecord> {
  const { id, status, customerId } = body;
  const base = { id, status, customerId, renewalId: null, fingerprint: mark, changes: null };
  const wins = status === 'closed_won';
  if (!wins) await checkNamed(sql, { customerId });
  const details = wins ? await detailsOf(sql, body) : null;
  const toBe = wins ? entitlementId(idFrom('ent', `opportunity ${id}`)) : null;
  const record = await recordOpportunity(sql, { ...base, details, entitlementId: toBe, finished: !wins }, origin);
  refuseOther(record, mark);
  return record;
}

/** The fields that stand in the opportunity itself, not in its `entitlement`. */
const OWN_FIELDS = ['customerId', 'templateId'];

/** The details of the entitlement to make. Refusals name its fields within `entitlement`. */
const detailsOf = (sql: Sql, { customerId, templateId, entitlement = {} }: Body): Promise<EntitlementDetails> =>
  within(
    'entitlement',
    async () => {
      const details =
        templateId === undefined
          ? await detailsWithoutTemplate(sql, entitlementBody.parse({ ...entitlement, customerId }))
          : await detailsOfTemplateBody(sql, { ...entitlement, customerId, templateId }, null);
      const refused = problemWithDetails(details);
      if (refused !== undefined) throw new Problem(refused);
      return details;
    },
    OWN_FIELDS,
  );

const detailsWithoutTemplate = async (sql: Sql, body: z.infer<typeof entitlementBody>) =>
  detailsFrom(await withRenewalPolicy(sql, body), await checkNamed(sql, body));

/** Makes the entitlement and activates it. A step that an earlier request has done is not done again. */
async function activated(
  { sql, gateway }: ClosingParts,
  id: EntitlementId,
  { id: opportunityId, details }: OpportunityRecord,
  { by, reason }: ChangeOrigin,
): Promise<Entitlement> {
  if (details === null) throw new TypeError(`The opportunity ${opportunityId} says nothing of its entitlement.`);
  const key = `opportunity:${opportunityId}`;
  const maker = new EntitlementMaker({ gateway, existenceOf: (one) => existenceOf(sql, one) });
  return await maker.makeActive(
    { id, creation: { by, key, details, renewsId: null }, whenDeleted: () => wasDeleted(id) },
    { by, key: `${key}:activate`, reason: reason ?? `The opportunity ${opportunityId} was won.` },
  );
}
