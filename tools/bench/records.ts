import { customerId } from '../../domain/ids.ts';
import type { Origin } from '../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';

/** Ten cases on creation, restricted, for ten years: what is put into the database without a workflow. */
export const benchDetails = (name: string, customer: string): EntitlementDetails => ({
  name,
  description: null,
  owner: null,
  customerId: customerId(customer),
  startDate: '2026-01-01',
  endDate: '2036-01-01',
  timeZone: 'UTC',
  allocationType: 'cases',
  totalTerm: 10,
  decreaseRemainingOn: 'creation',
  restrict: true,
  hold: false,
  channels: [],
  productIds: [],
  contactIds: [],
  slaId: null,
  period: null,
  rolloverCap: 0,
  overagePrice: null,
  tier: null,
  templateId: null,
  renewalPolicy: null,
  priority: 100,
});

export const benchOrigin = (): Origin => ({ at: Date.now(), by: 'bench', key: null, fingerprint: null, reason: null });
