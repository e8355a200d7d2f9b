import { defineSearchAttributeKey, type SearchAttributePair, SearchAttributeType } from '@temporalio/common';
import type { EntitlementDetails } from '../domain/details.ts';

/** By these an operator lists entitlements in the Temporal UI. They are never encrypted: no names, no e-mail. */
export const searchAttributes = {
  status: defineSearchAttributeKey('AllotStatus', SearchAttributeType.KEYWORD),
  customer: defineSearchAttributeKey('AllotCustomer', SearchAttributeType.KEYWORD),
  renewalStage: defineSearchAttributeKey('AllotRenewalStage', SearchAttributeType.KEYWORD),
  endsAt: defineSearchAttributeKey('AllotEndsAt', SearchAttributeType.DATETIME),
} as const;

/** What a draft's workflow is started with. */
export const initialSearchAttributes = (details: EntitlementDetails): SearchAttributePair[] => [
  { key: searchAttributes.status, value: 'draft' },
  { key: searchAttributes.customer, value: details.customerId },
];

/** The stage that a renewal is started with. */
export const FIRST_STAGE = 'open';

/** What a renewal is started with. */
export const renewalSearchAttributes = (details: EntitlementDetails, endsAt: number): SearchAttributePair[] => [
  { key: searchAttributes.renewalStage, value: FIRST_STAGE },
  { key: searchAttributes.customer, value: details.customerId },
  { key: searchAttributes.endsAt, value: new Date(endsAt) },
];
