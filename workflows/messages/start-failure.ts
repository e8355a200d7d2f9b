import { ApplicationFailure } from '@temporalio/common';

/**
 * The failure that ends a workflow whose input cannot be read. Temporal clients reach the workflows directly and can
 * start one with anything.
 */
export const unreadableStart = (what: string): ApplicationFailure =>
  ApplicationFailure.create({
    message: `The input cannot be read: ${what} is started by the API.`,
    type: 'validation_failed',
    nonRetryable: true,
  });
