import type { RefusalCode } from '../../domain/refusals.ts';

/** The title of each code, the same in every answer; the detail says what happened this time. */
export const PROBLEM_TITLES: Readonly<Record<RefusalCode, string>> = {
  validation_failed: 'The input is not valid',
  unauthenticated: 'An API key or a token is needed',
  key_expired: 'The API key has expired',
  forbidden: 'The role does not permit this',
  not_found: 'There is no such record',
  conflict: 'The request conflicts with an existing record',
  wrong_state: 'The state does not allow this',
  too_many_holds: 'Too many reasons hold the case',
  idempotency_conflict: 'The key came before with other content',
  not_active: 'The entitlement is not active',
  not_started: 'The entitlement has not started',
  expired: 'The entitlement has expired',
  canceled: 'The entitlement was canceled',
  paused: 'The entitlement is paused',
  exhausted: 'The entitlement is exhausted',
  channel_exhausted: 'The channel is exhausted',
  channel_not_covered: 'The channel is not covered',
  product_not_covered: 'The product is not covered',
  contact_not_covered: 'The contact is not covered',
  contact_of_other_customer: 'The contact belongs to another customer',
  customer_mismatch: 'The entitlement belongs to another customer',
  no_entitlement: 'No entitlement covers the case',
  rate_limited: 'Too many requests',
  unavailable: 'A required part of the service does not answer',
};
