import { STATUSES } from '../../domain/ledger/ledger-row.ts';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';
import { isRenewalPolicy } from '../messages/details-shape.ts';
import { isFlag, isId, isOneOf, isRecord, isWhole, orAbsent, orNull } from '../messages/shapes.ts';

/** Deeper, and with more values, than an entitlement's details ever are. */
const MAX_DEPTH = 8;
const MAX_VALUES = 5_000;

/** Whether details are small enough to keep and pass on. The renewal does not check their fields. */
function isPlain(details: unknown): boolean {
  let values = 0;
  const isWithin = (value: unknown, depth: number): boolean => {
    values += 1;
    if (depth > MAX_DEPTH || values > MAX_VALUES) return false;
    if (typeof value === 'number') return Number.isFinite(value);
    return typeof value !== 'object' || value === null || Object.values(value).every((one) => isWithin(one, depth + 1));
  };
  return isWithin(details, 0);
}

const isReadable = isRecord({
  status: isOneOf(...STATUSES),
  endsAt: orNull(isWhole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  renewedById: orNull(isId),
  deleted: isFlag,
  paused: orAbsent(isFlag),
  n: isWhole(0, Number.MAX_SAFE_INTEGER),
  details: isRecord({ renewalPolicy: orNull(isRenewalPolicy) }),
});

/**
 * Whether this is what an entitlement tells its renewal. Any Temporal client can send something else under that name.
 */
export const isRenewalNews = (content: unknown): content is RenewalNews =>
  isReadable(content) && isPlain((content as { readonly details: unknown }).details);
