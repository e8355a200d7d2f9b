import type { EpochMs } from '../calendar.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { isInGrace } from '../entitlements/grace.ts';
import { pauseAt, standsStill } from '../entitlements/pause-time.ts';
import type { ContactId, CustomerId, ProductId } from '../ids.ts';
import { type Refusal, refuse } from '../refusals.ts';

/** What decides whether an entitlement covers a case. */
export interface CoverQuestion {
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
}

/**
 * Why no case at all can attach to the entitlement now, or undefined. Compares the dates as well as the status, so a
 * late timer never lets a case in. In its grace an entitlement that has ended takes cases. Refuses `not_found` (deleted),
 * `not_active` (a draft), `not_started`, `expired`, `canceled`, `paused`.
 */
export function notOpen(entitlement: Entitlement, now: EpochMs): Refusal | undefined {
  const { status, startsAt, endsAt } = entitlement;
  if (entitlement.deleted) return refuse('not_found', `The draft ${entitlement.id} was deleted.`).refused;
  if (status === 'draft') return refuse('not_active', 'The entitlement is a draft: activate it first.').refused;
  if (status === 'canceled') return refuse('canceled', 'The entitlement was canceled.').refused;
  if (isInGrace(entitlement, now)) return undefined;
  const isPast = endsAt !== null && now >= endsAt && !standsStill(entitlement);
  if (status === 'expired' || isPast)
    return refuse('expired', `The entitlement ended on ${entitlement.details.endDate}.`).refused;
  if (startsAt === null || now < startsAt)
    return refuse('not_started', `The entitlement starts on ${entitlement.details.startDate}.`).refused;
  const pause = pauseAt(entitlement, now);
  if (pause === undefined) return undefined;
  const until = pause.until === null ? '' : ` until ${pause.until}`;
  return refuse('paused', `The entitlement is paused${until}: it takes no new cases.`).refused;
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
  return refuse('customer_mismatch', `The entitlement belongs to customer ${details.customerId}.`).refused;
}

/** An entitlement that names contacts covers only those; the same for products and channels. */
export function contactNotCovered({ details }: Entitlement, contactId: ContactId | null): Refusal | undefined {
  if (details.contactIds.length === 0 || (contactId !== null && details.contactIds.includes(contactId)))
    return undefined;
  return refuse('contact_not_covered', notAmongNamed('contact', contactId)).refused;
}

export function productNotCovered({ details }: Entitlement, productId: ProductId | null): Refusal | undefined {
  if (details.productIds.length === 0 || (productId !== null && details.productIds.includes(productId)))
    return undefined;
  return refuse('product_not_covered', notAmongNamed('product', productId)).refused;
}

export function channelNotCovered({ details }: Entitlement, channel: string | null): Refusal | undefined {
  if (details.channels.length === 0 || details.channels.some((row) => row.channel === channel)) return undefined;
  return refuse('channel_not_covered', notAmongNamed('channel', channel)).refused;
}

const notAmongNamed = (what: string, id: string | null): string =>
  id === null
    ? `The entitlement covers only certain ${what}s, and the case names none.`
    : `The ${what} ${id} is not covered.`;
