import { dayFromNow } from './days.ts';

/**
 * The input of an entitlement as most tests need it: 3 cases, taken on creation, restricted, covering today. `more`
 * replaces any part of it. It has no renewal, because a renewal workflow would hold its entitlement's clock back.
 */
export const termInput = (customerId: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'Test entitlement',
  customerId,
  startDate: dayFromNow(-1),
  endDate: dayFromNow(364),
  allocationType: 'cases',
  totalTerm: 3,
  decreaseRemainingOn: 'creation',
  restrict: true,
  renewalPolicy: null,
  ...more,
});
