import { ApplicationFailure } from '@temporalio/common';
import { problemWithCreation } from './message-input.ts';
import { isFlag, isId, isRecord, isWhole, orAbsent, type Shape } from './shapes.ts';

/**
 * What the workflows are started with. A Temporal client can start one with anything; that one ends at once, as nothing
 * began to live. What a run hands to the next one is this product's own, and only looked at from outside.
 */

const isCreation: Shape = (value) => problemWithCreation(value) === undefined;
const isCarried = isRecord({ version: isWhole(1, 1), entitlement: isRecord({ id: isId }) });

export const isEntitlementStart = isRecord({
  id: isId,
  revive: orAbsent(isFlag),
  created: orAbsent(isCreation),
  carried: orAbsent(isCarried),
});

/** One that is brought back reads its record. */
const isRevival = isRecord({
  entitlementId: isId,
  n: isWhole(1, Number.MAX_SAFE_INTEGER),
  revive: (value) => value === true,
});

const isFirstStart = isRecord({
  entitlementId: isId,
  n: isWhole(1, Number.MAX_SAFE_INTEGER),
  endsAt: isWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  at: isWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  details: isRecord({ renewalPolicy: (policy) => typeof policy === 'object' && policy !== null }),
});

export const isRenewalStart: Shape = (input) => isFirstStart(input) || isRevival(input);

export const isDeliveryStart = isRecord({ id: isId, redelivery: isWhole(0, Number.MAX_SAFE_INTEGER) });

/** Ends the workflow that was started with something else. */
export const unreadableStart = (what: string): ApplicationFailure =>
  ApplicationFailure.create({
    message: `This is not how ${what} is started.`,
    type: 'validation_failed',
    nonRetryable: true,
  });
