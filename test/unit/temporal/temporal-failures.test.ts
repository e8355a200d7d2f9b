import { ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { RefusalError } from '../../../domain/refusals.ts';
import { isRefusedForGood, refusalFrom } from '../../../temporal/temporal-failures.ts';

/** What the client throws for an answer of Temporal's server with a code of gRPC. */
const answered = (code: number) =>
  new ServiceError('Failed to update workflow', {
    cause: Object.assign(new Error(`code ${code}`), { code, details: '', metadata: {} }),
  });

describe('an answer of Temporal', () => {
  test.each([
    ['INVALID_ARGUMENT', 3],
    ['OUT_OF_RANGE', 11],
  ])('%s is refused for good: it stays an error, which is logged and answered as 500', (_name, code) => {
    const error = answered(code);
    expect(isRefusedForGood(error)).toBe(true);
    expect(refusalFrom(error)).toBe(error);
  });

  test.each([
    ['DEADLINE_EXCEEDED', 4],
    ['PERMISSION_DENIED', 7],
    ['RESOURCE_EXHAUSTED', 8],
    ['FAILED_PRECONDITION', 9],
    ['UNAVAILABLE', 14],
  ])('%s can pass or be repaired by an operator: it becomes unavailable', (_name, code) => {
    const refused = refusalFrom(answered(code));
    expect(refused).toBeInstanceOf(RefusalError);
    expect(refused).toMatchObject({ refusal: { code: 'unavailable' } });
  });

  test('a workflow whose task fails again and again is not said to be a server that does not answer', () => {
    expect(refusalFrom(answered(9))).toMatchObject({
      refusal: { detail: 'Its workflow cannot decide at this moment. Ask again with the same key.' },
    });
    expect(refusalFrom(answered(14))).toMatchObject({
      refusal: { detail: 'Temporal does not answer. Ask again with the same key.' },
    });
  });

  test('an update that an older worker does not know is unavailable, and any other failure stays an error', () => {
    const failed = (message: string) =>
      new WorkflowUpdateFailedError(message, ApplicationFailure.nonRetryable(message));
    expect(refusalFrom(failed('No registered handler for update: pause'))).toMatchObject({
      refusal: { code: 'unavailable', detail: expect.stringContaining('older version') },
    });
    const fault = failed('Something else');
    expect(refusalFrom(fault)).toBe(fault);
  });

  test('a server that does not answer is unavailable; a workflow that is gone stays that error', () => {
    expect(refusalFrom(new ServiceError('no connection'))).toMatchObject({
      refusal: { code: 'unavailable' },
    });
    const gone = new WorkflowNotFoundError('gone', 'entitlement/x', undefined);
    expect([refusalFrom(gone), isRefusedForGood(gone)]).toEqual([gone, false]);
  });
});
