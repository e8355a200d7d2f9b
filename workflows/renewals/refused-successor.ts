import { ActivityFailure, ApplicationFailure } from '@temporalio/workflow';
import { isRefusalCode, type Refusal } from '../../domain/refusals.ts';

/**
 * The refusal with which the entitlement refused its successor; undefined if the activity failed for another reason.
 */
export function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || !cause.nonRetryable) return undefined;
  const { type, message, details } = cause;
  const code = typeof type === 'string' && isRefusalCode(type) ? type : 'wrong_state';
  const [named] = (details ?? []) as readonly { readonly field?: string }[];
  return { code, detail: message, ...(named?.field === undefined ? {} : { field: named.field }) };
}
