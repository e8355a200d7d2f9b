const NAMES = ['general', 'term', 'allocation', 'channels', 'cover', 'renewal'] as const;
export type Section = (typeof NAMES)[number];

/** The sections of the form in their order. */
export const SECTION_ORDER: readonly Section[] = NAMES;

/** Which fields each section holds, as the API names them. */
export const SECTIONS: Readonly<Record<Section, readonly string[]>> = {
  general: ['name', 'customerId', 'description', 'owner', 'tier', 'priority'],
  term: ['startDate', 'endDate', 'timeZone', 'graceDays'],
  allocation: [
    'allocationType',
    'totalTerm',
    'decreaseRemainingOn',
    'hold',
    'period',
    'rolloverCap',
    'restrict',
    'overage',
    'overagePrice',
    'price',
  ],
  channels: ['channels'],
  cover: ['productIds', 'contactIds', 'slaId'],
  renewal: ['renewalPolicy', 'renewal'],
};
