import type { Template } from '../../../domain/entitlements/template.ts';
import { slaId, templateId } from '../../../domain/ids.ts';

const YEARLY: Template = {
  id: templateId('bronze'),
  name: 'Bronze',
  description: null,
  owner: null,
  duration: { unit: 'years', count: 1 },
  timeZone: null,
  allocationType: 'cases',
  totalTerm: 30,
  period: 'year',
  rolloverCap: 0,
  decreaseRemainingOn: 'creation',
  restrict: true,
  overagePrice: null,
  hold: false,
  channels: [{ channel: 'email', totalTerm: null }],
  productIds: [],
  slaId: null,
  priority: 30,
  tier: 'Bronze',
  renewalPolicy: null,
};

/** The templates that come ready, as far as proposals read them. */
export const BRONZE = YEARLY;
export const SILVER: Template = {
  ...YEARLY,
  id: templateId('silver'),
  name: 'Silver',
  totalTerm: 100,
  channels: ['phone', 'email'].map((channel) => ({ channel, totalTerm: null })),
  slaId: slaId('silver-4h'),
  priority: 20,
  tier: 'Silver',
};
const UNCOUNTED = { allocationType: 'unlimited', totalTerm: null, period: null, restrict: false } as const;
export const GOLD: Template = {
  ...YEARLY,
  ...UNCOUNTED,
  id: templateId('gold'),
  name: 'Gold',
  channels: [],
  slaId: slaId('gold-1h'),
  priority: 10,
  tier: 'Gold',
};
const WARRANTY: Template = {
  ...GOLD,
  id: templateId('hardware-warranty'),
  name: 'Hardware warranty',
  duration: { unit: 'years', count: 3 },
  slaId: slaId('hardware-next-business-day'),
  channels: ['phone', 'email', 'web'].map((channel) => ({ channel, totalTerm: null })),
  priority: 100,
  tier: 'Warranty',
};
export const READY: readonly Template[] = [GOLD, WARRANTY, BRONZE, SILVER];
