import { isId, isRecord, isWhole, type Shape } from '../messages/shapes.ts';

/** A renewal that is revived reads the rest from its record. */
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
