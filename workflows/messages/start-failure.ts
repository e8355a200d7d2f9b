import { ApplicationFailure } from '@temporalio/common';

/**
 * Ends a workflow that was started with an input that cannot be read: nothing began to live. Temporal clients reach the
 * workflows directly and can start one with anything.
 */
export const unreadableStart = (what: string): ApplicationFailure =>
  ApplicationFailure.create({
    message: `This is not how ${what} is started.`,
    type: 'validation_failed',
    nonRetryable: true,
  });
