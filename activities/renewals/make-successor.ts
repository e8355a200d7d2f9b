import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { findRenewal } from '../../db/renewals/renewals.ts';
import { successorRecords } from '../../db/renewals/successor-records.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { RefusalError } from '../../domain/refusals.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import type { Logger } from '../../runtime/logger.ts';
import type { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import { isFinal, SuccessorMaker } from '../../temporal/successor-maker.ts';
import type { AcceptMessage, StepDecided } from '../../workflows/renewals/renewal-messages.ts';

/** What the successor is made with. */
export interface SuccessorParts {
  readonly sql: Sql;
  readonly gateway: EntitlementsGateway;
  readonly log: Logger;
}

/**
 * Makes the successor of an accepted renewal, as proposed and with the changes of the acceptance. What will fail in the
 * same way again fails for good, as an ApplicationFailure with the code of the refusal.
 */
export async function makeSuccessor(
  { sql, gateway, log }: SuccessorParts,
  { renewal, at }: StepDecided,
  { by, reason, changes }: AcceptMessage,
): Promise<EntitlementId> {
  const renewalId = renewalIdOf(renewal);
  const [record, predecessor] = await Promise.all([
    findRenewal(sql, renewalId),
    findEntitlement(sql, renewal.entitlementId),
  ]);
  if (record === undefined || predecessor === undefined)
    throw new TypeError(`The renewal ${renewalId} is not written yet.`);
  const successors = new SuccessorMaker(gateway, successorRecords(sql));
  const wanted = { ...record.proposal.changes, ...changes };
  try {
    return await successors.accept({ renewalId, predecessor, changes: wanted, at, by, reason });
  } catch (error) {
    throw isFinal(error) ? finalFailure(error, log, renewalId) : error;
  }
}

function finalFailure(error: Error, log: Logger, renewalId: string): ApplicationFailure {
  if (!(error instanceof RefusalError)) {
    log.error({ err: error, renewalId }, 'Temporal refuses the successor of a renewal');
    return ApplicationFailure.nonRetryable('The successor cannot be made: see the log.', 'wrong_state');
  }
  return ApplicationFailure.create({
    message: error.refusal.detail,
    type: error.refusal.code,
    nonRetryable: true,
    details: error.refusal.field === undefined ? [] : [{ field: error.refusal.field }],
    // A refusal is an answer, not a fault: it needs no line in the worker's log.
    category: ApplicationFailureCategory.BENIGN,
    cause: error,
  });
}
