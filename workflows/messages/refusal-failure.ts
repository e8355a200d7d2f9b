import { ApplicationFailure } from '@temporalio/common';
import { type Decided, isRefused, type Refusal } from '../../domain/refusals.ts';

/**
 * The failure that refuses an update, and fails that update alone: its type is the refusal's code, and its details name
 * the field. It is not retryable, so nothing sends the update again.
 */
export const failureOf = ({ code, detail, field }: Refusal): ApplicationFailure =>
  ApplicationFailure.create({
    message: detail,
    type: code,
    nonRetryable: true,
    details: field === undefined ? [] : [{ field }],
  });

/** Throws the failure of a refusal, where there is one. */
export function throwIfRefused(refused: Refusal | undefined): void {
  if (refused !== undefined) throw failureOf(refused);
}

/** What was decided. Throws the failure of a refusal. */
export function acceptedOf<T extends object>(decided: Decided<T>): T {
  if (isRefused(decided)) throw failureOf(decided.refused);
  return decided;
}
