import type { EpochMs } from '../calendar.ts';
import { available, channelAvailable, hasWholeTotal } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { ContactId, CustomerId, ProductId } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { unitOf } from '../terms/details.ts';
import { version1ChannelExhausted } from './version-1.ts';

/** What decides whether an entitlement covers a case. */
export interface CoverQuestion {
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
}

/**
 * Why no case can attach to the entitlement now, or undefined. The dates are compared beside the status, so a late
 * timer never lets a case in. Refuses `not_active` (a draft), `not_started`, `expired`, `canceled`.
 */
export function notOpen(entitlement: Entitlement, now: EpochMs): Refusal | undefined {
  const { status, startsAt, endsAt } = entitlement;
  if (entitlement.deleted) return refuse('not_found', `The draft ${entitlement.id} was deleted.`).refused;
  if (status === 'draft') return refuse('not_active', 'The entitlement is a draft: activate it first.').refused;
  if (status === 'canceled') return refuse('canceled', 'The entitlement was canceled.').refused;
  if (status === 'expired' || (endsAt !== null && now >= endsAt))
    return refuse('expired', `The entitlement ended on ${entitlement.details.endDate}.`).refused;
  if (startsAt === null || now < startsAt)
    return refuse('not_started', `The entitlement starts on ${entitlement.details.startDate}.`).refused;
  return undefined;
}

/**
 * Why the entitlement does not cover the case, or undefined. Refuses `customer_mismatch`, `contact_not_covered`,
 * `product_not_covered`, `channel_not_covered`.
 */
export function notCovered(entitlement: Entitlement, supportCase: CoverQuestion): Refusal | undefined {
  return (
    customerMismatch(entitlement, supportCase.customerId) ??
    contactNotCovered(entitlement, supportCase.contactId) ??
    productNotCovered(entitlement, supportCase.productId) ??
    channelNotCovered(entitlement, supportCase.channel)
  );
}

export function customerMismatch({ details }: Entitlement, customerId: CustomerId): Refusal | undefined {
  if (customerId === details.customerId) return undefined;
  return refuse('customer_mismatch', `The entitlement is of customer ${details.customerId}.`).refused;
}

export function contactNotCovered({ details }: Entitlement, contactId: ContactId | null): Refusal | undefined {
  if (details.contactIds.length === 0 || (contactId !== null && details.contactIds.includes(contactId)))
    return undefined;
  return refuse('contact_not_covered', named('contact', contactId)).refused;
}

export function productNotCovered({ details }: Entitlement, productId: ProductId | null): Refusal | undefined {
  if (details.productIds.length === 0 || (productId !== null && details.productIds.includes(productId)))
    return undefined;
  return refuse('product_not_covered', named('product', productId)).refused;
}

export function channelNotCovered({ details }: Entitlement, channel: string | null): Refusal | undefined {
  if (details.channels.length === 0 || details.channels.some((row) => row.channel === channel)) return undefined;
  return refuse('channel_not_covered', named('channel', channel)).refused;
}

const named = (what: string, id: string | null): string =>
  id === null
    ? `The entitlement covers named ${what}s only, and the case has none.`
    : `The ${what} ${id} is not covered.`;

/**
 * Why an exhausted entitlement refuses the case under restrict, or undefined: less than 1 case, or 0 minutes and less,
 * is available of the channel's own total (`channel_exhausted`) or in all (`exhausted`). A channel's row that has the
 * whole total is no limit of its own.
 */
export function exhausted(entitlement: Entitlement, channel: string | null): Refusal | undefined {
  const { restrict, totalTerm } = entitlement.details;
  if (!restrict) return undefined;
  const hasOwnTotal = channel !== null && !hasWholeTotal(entitlement, channel);
  const ofChannel = hasOwnTotal ? channelAvailable(entitlement, channel) : null;
  if (ofChannel !== null && ofChannel < 1)
    return refuse(
      'channel_exhausted',
      `Nothing is left for the channel ${channel} (available: ${ofChannel} ${unitOf(entitlement.details)}).`,
    ).refused;
  const asBefore = entitlement.decidesAsVersion1 ? version1ChannelExhausted(entitlement, channel) : undefined;
  if (asBefore !== undefined) return asBefore;
  const ofAll = available(entitlement);
  if (ofAll !== null && ofAll < 1)
    return refuse(
      'exhausted',
      `Nothing is left of the total term of ${totalTerm} ${unitOf(entitlement.details)} (available: ${ofAll}).`,
    ).refused;
  return undefined;
}
