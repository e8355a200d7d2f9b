import {
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { isRefusalCode, RefusalError, refusalError } from '../domain/refusals.ts';
import { HANDING_OVER } from '../workflows/entitlements/messages.ts';
import { MissingPayloadKey } from './encryption/payload-codec.ts';

/**
 * A refusal that a workflow gave to an update, as the same refusal over HTTP; a server that does not answer as
 * `unavailable`. What Temporal's server refuses for good stays the error that it is: the API logs it and answers 500,
 * and an activity gives up.
 */
export function refusalFrom(error: unknown): unknown {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    const { type, message, details } = error.cause;
    if (type === HANDING_OVER)
      return refusalError('unavailable', 'The entitlement is busy. Ask again with the same key.');
    if (typeof type === 'string' && isRefusalCode(type))
      return new RefusalError({ code: type, detail: message, ...fieldIn(details) });
    if (message.startsWith(UNKNOWN_UPDATE))
      return refusalError('unavailable', 'A worker of an older version does not know this yet. Ask again later.');
  }
  if (error instanceof MissingPayloadKey)
    return refusalError('unavailable', 'This process cannot read the answer, because a key for it is missing.');
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
    return refusalError('unavailable', 'The entitlement did not answer in time. Ask again with the same key.');
  if (hasCode(error, FAILED_PRECONDITION))
    return refusalError('unavailable', 'Its workflow cannot decide at this moment. Ask again with the same key.');
  if (error instanceof ServiceError && !(error instanceof WorkflowNotFoundError) && !isRefusedForGood(error))
    return refusalError('unavailable', 'Temporal does not answer. Ask again with the same key.');
  return error;
}

/** How Temporal's library begins the failure of an update that a workflow does not know: an upgrade is under way. */
const UNKNOWN_UPDATE = 'No registered handler for update';

/**
 * gRPC's FAILED_PRECONDITION. Temporal's server answers so at once where several tries of a workflow's task have failed,
 * because workers were lost or the workflow's code fails, and until a later try succeeds.
 */
const FAILED_PRECONDITION = 9;

const hasCode = (error: unknown, code: number): boolean =>
  error instanceof ServiceError && isGrpcServiceError(error.cause) && error.cause.code === code;

/** Temporal's server answers at once that the workflow can do nothing now: its task fails, or it was never woken. */
export const isNotReady = (error: unknown): boolean => hasCode(error, FAILED_PRECONDITION);

/**
 * Whether Temporal's server refuses the request itself, so that the same request would be refused each time: our
 * mistake, and not a server that is away. Anything that an operator or time may mend is not among them.
 */
export const isRefusedForGood = (error: unknown): boolean =>
  error instanceof ServiceError &&
  isGrpcServiceError(error.cause) &&
  REFUSED_FOR_GOOD.has(error.cause.code) &&
  !TAKEN_BY_THE_NEXT_RUN.test(error.cause.details);

/** A run accepts a limited number of signals and updates. The next run, which begins soon, accepts more. */
const TAKEN_BY_THE_NEXT_RUN = /exceeded workflow execution limit/;

/** gRPC's INVALID_ARGUMENT and OUT_OF_RANGE. */
const REFUSED_FOR_GOOD: ReadonlySet<number> = new Set([3, 11]);

function fieldIn(details: unknown[] | undefined | null): { field?: string } {
  const [first] = details ?? [];
  if (typeof first === 'object' && first !== null && 'field' in first && typeof first.field === 'string')
    return { field: first.field };
  return {};
}
