import { describe, expect, test } from 'vitest';
import type { Template } from '../../../domain/entitlements/template.ts';
import { templateId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import {
  type Example,
  expectProposal,
  rows,
  SAME_TERMS_POLICY,
  TO_BRONZE,
  TO_GOLD,
  TO_SILVER,
  UNRESTRICTED,
} from './proposal-examples.ts';
import { BRONZE, GOLD, READY, SILVER } from './ready-templates.ts';
import { from, proposed, type Use } from './renewal-cases.ts';

const UP: readonly Example[] = [
  [
    'Bronze that needs 100',
    from(BRONZE, UNRESTRICTED),
    { used: 89 },
    'tier_up',
    { ...TO_SILVER, totalTerm: 100 },
    'reaches_tier',
  ],
  [
    'Bronze that needs 90 stays Bronze',
    from(BRONZE, UNRESTRICTED),
    { used: 80 },
    'larger',
    { totalTerm: 90 },
    'needs_more',
  ],
  [
    'Bronze that needs 150 is Silver with as many',
    from(BRONZE, UNRESTRICTED),
    { used: 132 },
    'tier_up',
    { ...TO_SILVER, totalTerm: 150 },
    'reaches_tier',
  ],
  ['Silver that needs 200 is Gold', from(SILVER, UNRESTRICTED), { used: 178 }, 'tier_up', TO_GOLD, 'reaches_tier'],
  [
    'Silver that needs 190 is not Gold',
    from(SILVER, UNRESTRICTED),
    { used: 165 },
    'larger',
    { totalTerm: 190 },
    'needs_more',
  ],
  ['Bronze that needs 200 is Gold', from(BRONZE, UNRESTRICTED), { used: 180 }, 'tier_up', TO_GOLD, 'reaches_tier'],
  [
    'Bronze refused by phone',
    from(BRONZE),
    { used: 20, refused: [['channel_not_covered', 'phone', 4]] },
    'tier_up',
    { ...TO_SILVER, totalTerm: 100 },
    'channels_covered',
  ],
  [
    'Bronze refused on the web',
    from(BRONZE),
    { used: 20, refused: [['channel_not_covered', 'web', 4]] },
    'tier_up',
    TO_GOLD,
    'channels_covered',
  ],
  [
    'Silver refused without a channel',
    from(SILVER),
    { used: 70, refused: [['channel_not_covered', null, 1]] },
    'tier_up',
    TO_GOLD,
    'channels_covered',
  ],
  [
    'Silver refused by fax: Gold covers whatever there is',
    from(SILVER),
    { used: 70, refused: [['channel_not_covered', 'fax', 1]] },
    'tier_up',
    TO_GOLD,
    'channels_covered',
  ],
  [
    'a tier that covers fewer channels than now is not proposed',
    from(BRONZE, { ...UNRESTRICTED, channels: [] }),
    { used: 89 },
    'larger',
    { totalTerm: 100 },
    'needs_more',
  ],
];

const DOWN: readonly Example[] = [
  ['Silver that needs 25, all by email', from(SILVER), { used: 22 }, 'tier_down', TO_BRONZE, 'enough_tier'],
  [
    'Silver that needs 25, some by phone',
    from(SILVER),
    { used: 22, by: { email: 20, phone: 2 } },
    'smaller',
    { totalTerm: 25 },
    'needs_less',
  ],
  ['Silver that needs 40', from(SILVER), { used: 33 }, 'smaller', { totalTerm: 40 }, 'needs_less'],
  ['Bronze is the lowest', from(BRONZE), { used: 9 }, 'smaller', { totalTerm: 15 }, 'needs_less'],
  [
    '5 of 10 cases are enough',
    from(BRONZE, { totalTerm: 10, ...rows({ email: 10 }) }),
    { used: 4 },
    'smaller',
    { totalTerm: 5, ...rows({ email: 5 }) },
    'needs_less',
  ],
  [
    '5 cases have no smaller size',
    from(BRONZE, { totalTerm: 5, ...rows({ email: 5 }) }),
    { used: 1, cases: 3 },
    'same_terms',
    {},
    'no_smaller_step',
  ],
  [
    'a row never gets less than its channel is projected to need',
    from(SILVER, rows({ phone: 50, email: 100 })),
    { used: 44, by: { phone: 40, email: 4 } },
    'smaller',
    { totalTerm: 50, ...rows({ phone: 45, email: 50 }) },
    'needs_less',
  ],
];

describe('a higher tier', () => {
  test.each(UP)('%s', expectProposal);
});

describe('less, or a lower tier', () => {
  test.each(DOWN)('%s', expectProposal);
});

describe('which tier', () => {
  const kindOf = (details: EntitlementDetails, templates: readonly Template[], use: Use = { used: 180 }) =>
    proposed(details, use, templates).kind;

  test('no tier is proposed if none covers the refused channel, or if there is no other tier', () => {
    const faxes: Use = { used: 70, refused: [['channel_not_covered', 'fax', 1]] };
    expect(kindOf(from(SILVER), [BRONZE, SILVER], faxes)).toBe('same_terms');
    expect(kindOf(from(SILVER, UNRESTRICTED), [])).toBe('larger');
    expect(kindOf(from(SILVER, UNRESTRICTED), [SILVER])).toBe('larger');
  });

  test('the own tier is that of the template, or else of the tier name, in whatever order the templates come', () => {
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, templateId: null }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, templateId: templateId('gone') }), READY.toReversed())).toBe(
      'tier_up',
    );
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, tier: 'Mine' }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, templateId: null, tier: 'Mine' }), READY)).toBe('larger');
  });

  test.each<[string, Partial<Template>]>([
    ['for three years', { duration: { unit: 'years', count: 3 } }],
    ['without a tier', { tier: null }],
    ['with the same name', { tier: 'Silver' }],
    ['in hours', { allocationType: 'hours', totalTerm: 110 }],
    ['by the month', { allocationType: 'cases', totalTerm: 110, period: 'month' }],
  ])('a tier %s is not compared', (_what, other) => {
    expect(kindOf(from(SILVER, UNRESTRICTED), [SILVER, { ...GOLD, ...other }])).toBe('larger');
  });

  test('a term whose length differs from its tier by more than a leap day is compared with no tier', () => {
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, endDate: '2027-01-01' }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...UNRESTRICTED, period: null, endDate: '2027-06-30' }), READY)).toBe('larger');
  });

  test('an entitlement in hours of an unlimited tier is not compared with tiers in cases', () => {
    const details = from(GOLD, { allocationType: 'hours', totalTerm: 600 });
    expect(proposed(details, { used: 40, cases: 4 })).toMatchObject({ kind: 'smaller', changes: { totalTerm: 60 } });
    const hours: Template = { ...BRONZE, allocationType: 'hours', totalTerm: 120 };
    const { kind, changes } = proposed(details, { used: 40, cases: 4 }, [GOLD, hours, SILVER]);
    expect([kind, changes.tier, changes.totalTerm]).toEqual(['tier_down', 'Bronze', 120]);
  });

  test('a name that somebody chose stays, and so does the overage price if the new tier has a total', () => {
    const price = { unitPrice: '20.00', currency: 'EUR', billingIncrementMinutes: 1 };
    const own = {
      ...UNRESTRICTED,
      name: 'Contoso support',
      overagePrice: price,
      decreaseRemainingOn: 'resolution',
    } as const;
    const { changes } = proposed(from(BRONZE, own), { used: 100 });
    expect(Object.keys(changes).sort()).toEqual(['channels', 'priority', 'slaId', 'templateId', 'tier', 'totalTerm']);
    expect(changes.channels).toEqual(['phone', 'email'].map((channel) => ({ channel, totalTerm: 120 })));
    expect(proposed(from(SILVER, own), { used: 180 }).changes).toMatchObject({ overagePrice: null });
  });

  test('the reasons of an unlimited entitlement name the tier that would have been enough, if it covers the channels', () => {
    const hint = (use: Use, changes: Partial<EntitlementDetails> = {}) =>
      proposed(from(GOLD, changes), use).reasons.find(({ code }) => code === 'smaller_tier_would_do')?.text;
    const few = 'At this pace a whole term brings 26 cases: Bronze with 30 cases would have been enough.';
    expect(hint({ used: 23 })).toBe(few);
    expect(hint({ used: 23 }, { renewalPolicy: SAME_TERMS_POLICY })).toBe(few);
    expect(hint({ used: 23, by: { phone: 20, email: 3 } })).toContain('Silver with 100 cases');
    expect(hint({ used: 23, by: { web: 20, email: 3 } })).toBeUndefined();
    expect(hint({ used: 23, by: { email: 22, '': 1 } })).toBeUndefined();
    expect(hint({ used: 90 })).toBeUndefined();
    expect(hint({ used: 2 })).toBeUndefined();
  });
});
