import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { stateOfMade } from '../../db/renewals/opportunities.ts';
import { findRenewal } from '../../db/renewals/renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { acceptedDetails } from '../../domain/entitlements/life.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { OWN_NAME } from '../../domain/input-limits.ts';
import { RefusalError, refusalError } from '../../domain/refusals.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { idFrom } from '../../runtime/id-from.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { isRefusedForGood } from '../../temporal/temporal-failures.ts';
import type { CreateMessage, LifeMessage } from '../../workflows/entitlements/life-messages.ts';
import { creationOf } from '../../workflows/entitlements/run-input.ts';
import type { AcceptMessage, StepDecided } from '../../workflows/renewals/renewal-messages.ts';

/** The key under which the old entitlement takes the acceptance. */
export const acceptanceKeyOf = (renewalId: string): string => `${renewalId}:accepted`;

/** The same for the same renewal: however often it is asked for, there is one successor. */
export const successorIdOf = (renewalId: string): EntitlementId =>
  entitlementId(idFrom('ent', `successor of ${renewalId}`));

/** What the successor is made with. */
export interface SuccessorParts {
  readonly sql: Sql;
  readonly gateway: EntitlementsGateway;
  readonly log: Logger;
}

/**
 * Makes the successor of an accepted renewal: the old entitlement names it, it is written as a draft and activated.
 * Each step has a key of its own, so a try that died is finished by the next. A refusal is final, and then there is no
 * successor.
 */
export async function makeSuccessor(
  parts: SuccessorParts,
  { renewal, at }: StepDecided,
  { by, reason, changes }: AcceptMessage,
): Promise<EntitlementId> {
  const { sql, gateway } = parts;
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
    try {
      const creation = creationOf({ id: successorId, details, by }, old.id);
      await activated(parts, successorId, creation, { ...message, key: `${id}:activated` });
    } catch (error) {
      if (isFinal(error)) await takeBack(parts, old.id, successorId);
      throw error;
    }
  } catch (error) {
    throw finalIfRefused(error, parts.log, id);
  }
  return successorId;
}

/** Writes the successor and activates it. Somebody may see the draft before that and activate it, or delete it. */
async function activated(
  { sql, gateway }: SuccessorParts,
  successorId: EntitlementId,
  creation: CreateMessage,
  message: LifeMessage,
): Promise<void> {
  const state = await stateOfMade(sql, successorId);
  if (state === 'deleted') throw wasDeleted(successorId);
  const isDraft = async (known: boolean) =>
    (await gateway.create(successorId, creation, known)).snapshot.entitlement.status === 'draft';
  try {
    if (await isDraft(state === 'there')) await gateway.command(successorId, 'activate', message);
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    if (error.refusal.code === 'not_found') throw wasDeleted(successorId);
    if (error.refusal.code !== 'wrong_state' || (await isDraft(true))) throw error;
  }
}

const wasDeleted = (id: EntitlementId): RefusalError =>
  refusalError('wrong_state', `The successor ${id} was deleted before it was activated.`);

/** Nothing stays half done: no draft, and no name of it in the old entitlement. */
async function takeBack(
  { sql, gateway }: SuccessorParts,
  predecessorId: EntitlementId,
  id: EntitlementId,
): Promise<void> {
  const why = `Its successor ${id} could not be activated.`;
  if ((await stateOfMade(sql, id)) === 'there')
    await gateway.command(id, 'delete', {
      by: OWN_NAME,
      key: `taken-back:${id}`,
      reason: 'It could not be activated.',
    });
  await gateway.freePredecessor({ id, predecessorId, why });
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
  const key = acceptanceKeyOf(id);
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

/** What an entitlement or Temporal's server refuses it refuses next time as well; what is away may be there then. */
const isFinal = (error: unknown): error is Error =>
  error instanceof RefusalError ? error.refusal.code !== 'unavailable' : isRefusedForGood(error);

function finalIfRefused(error: unknown, log: Logger, renewalId: string): unknown {
  if (!isFinal(error)) return error;
  if (!(error instanceof RefusalError)) {
    log.error({ err: error, renewalId }, 'Temporal refuses the successor of a renewal');
    return ApplicationFailure.nonRetryable('The successor cannot be made: see the log.', 'wrong_state');
  }
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
