import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { EpochMs } from '../../domain/calendar.ts';

/** Operators list entitlements by these in Temporal's UI. Temporal never encrypts them: no names, no mail addresses. */
export const searchAttributes = {
  status: defineSearchAttributeKey('AllotStatus', SearchAttributeType.KEYWORD),
  customer: defineSearchAttributeKey('AllotCustomer', SearchAttributeType.KEYWORD),
  renewalStage: defineSearchAttributeKey('AllotRenewalStage', SearchAttributeType.KEYWORD),
  pausedSince: defineSearchAttributeKey('AllotPausedSince', SearchAttributeType.DATETIME),
  endsAt: defineSearchAttributeKey('AllotEndsAt', SearchAttributeType.DATETIME),
} as const;

/**
 * The instants that every store behind Temporal's lists can hold: Elasticsearch counts nanoseconds since 1970 in 64
 * bits. A later end, such as 9999-12-31, is shown as the last of them; the entitlement keeps its own.
 */
const FIRST_SHOWN = Date.UTC(1970, 0, 1);
const LAST_SHOWN = Date.UTC(2262, 0, 1);

/** The end of a term as an operator's search attribute. */
export const shownEnd = (endsAt: EpochMs): Date => new Date(Math.min(Math.max(endsAt, FIRST_SHOWN), LAST_SHOWN));

/** The search attributes that a draft's workflow is started with. `customer`: as it is shown, see `shownCustomer`. */
export const initialSearchAttributes = (customer: string): SearchAttributePair[] => [
  { key: searchAttributes.status, value: 'draft' },
  { key: searchAttributes.customer, value: customer },
];

/** The stage that a renewal is started with. */
export const FIRST_STAGE = 'open';

/** The search attributes that a renewal is started with. `customer`: as it is shown, see `shownCustomer`. */
export const renewalSearchAttributes = (customer: string, endsAt: number): SearchAttributePair[] => [
  { key: searchAttributes.renewalStage, value: FIRST_STAGE },
  { key: searchAttributes.customer, value: customer },
  { key: searchAttributes.endsAt, value: shownEnd(endsAt) },
];
