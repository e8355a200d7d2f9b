import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Sql } from '../db/connect.ts';
import { findEntitlement } from '../db/entitlements.ts';
import { findRenewal } from '../db/renewals.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { type EntitlementId, entitlementId } from '../domain/ids.ts';
import { acceptedDetails } from '../domain/life.ts';
import { renewalIdOf } from '../domain/renewal-course.ts';
import type { EntitlementsGateway } from '../gateway/entitlements-gateway.ts';
import { Problem } from '../gateway/problem.ts';
import { idFrom } from '../runtime/id-from.ts';
import { creationOf } from '../workflows/messages.ts';
import type { AcceptMessage, StepDecided } from '../workflows/renewal-messages.ts';

/** The same for the same renewal: however often it is asked for, there is one successor. */
const successorIdOf = (renewalId: string): EntitlementId => entitlementId(idFrom('ent', `successor of ${renewalId}`));

/**
 * Makes the successor of an accepted renewal: the old entitlement names it, it is written as a draft and activated. Each
 * step has a key of its own, so a try that died is finished by the next. A refusal is final.
 */
export async function makeSuccessor(
  sql: Sql,
  gateway: EntitlementsGateway,
  { renewal, at }: StepDecided,
  { by, reason, changes }: AcceptMessage,
): Promise<EntitlementId> {
  const id = renewalIdOf(renewal);
  const [record, old] = await Promise.all([findRenewal(sql, id), findEntitlement(sql, renewal.entitlementId)]);
  if (record === undefined || old === undefined) throw new TypeError(`The renewal ${id} is not written yet.`);
  const successorId = successorIdOf(id);
  const message = { by, reason };
  try {
    const details =
      old.renewedById === successorId
        ? await acceptedBefore(sql, old.id)
        : await accepted(gateway, old, { ...record.proposal.changes, ...changes }, { ...message, successorId, at, id });
    const known = (await findEntitlement(sql, successorId)) !== undefined;
    const { snapshot } = await gateway.create(successorId, creationOf({ id: successorId, details, by }, old.id), known);
    if (snapshot.entitlement.status === 'draft')
      await gateway.command(successorId, 'activate', { ...message, key: `${id}:activated` });
  } catch (error) {
    throw finalIfRefused(error);
  }
  return successorId;
}

/** The old entitlement names its successor, and says what that is. */
async function accepted(
  gateway: EntitlementsGateway,
  old: Entitlement,
  changes: Partial<EntitlementDetails>,
  said: { by: string; reason: string | null; successorId: EntitlementId; at: number; id: string },
): Promise<EntitlementDetails> {
  const { by, reason, successorId, at, id } = said;
  const details = acceptedDetails(old, changes, at);
  const key = `${id}:accepted`;
  const { row } = await gateway.command(old.id, 'accept-renewal', { by, reason, key, successorId, details });
  return row.facts?.details ?? details;
}

/** The same, as an earlier try had it written. */
async function acceptedBefore(sql: Sql, id: EntitlementId): Promise<EntitlementDetails> {
  const [row] = await sql<{ details: EntitlementDetails }[]>`
    select facts->'details' as details from ledger where entitlement_id = ${id} and kind = 'renewed' order by seq desc limit 1`;
  if (row === undefined) throw new TypeError(`The ledger of ${id} does not say what its successor is.`);
  return row.details;
}

/** What an entitlement refuses it refuses next time as well; what is away may be there then. */
function finalIfRefused(error: unknown): unknown {
  if (!(error instanceof Problem) || error.refusal.code === 'unavailable') return error;
  return ApplicationFailure.create({
    message: error.refusal.detail,
    type: error.refusal.code,
    nonRetryable: true,
    details: error.refusal.field === undefined ? [] : [{ field: error.refusal.field }],
    // Nobody's fault: not a line in the worker's log.
    category: ApplicationFailureCategory.BENIGN,
    cause: error,
  });
}
