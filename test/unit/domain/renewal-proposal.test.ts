import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Template } from '../../../domain/entitlements/template.ts';
import { slaId, templateId } from '../../../domain/ids.ts';
import type { ReasonCode } from '../../../domain/renewals/proposal-reasons.ts';
import type { ProposalKind } from '../../../domain/renewals/renewal-proposal.ts';
import { MAX_TERM } from '../../../domain/terms/allocation.ts';
import { soldSizeFor } from '../../../domain/terms/allotment-size.ts';
import { type EntitlementDetails, problemWithDetails } from '../../../domain/terms/details.ts';
import { BRONZE, GOLD, READY, SILVER } from './ready-templates.ts';
import { from, proposed, type Use } from './renewal-cases.ts';
import { instant } from './samples.ts';

const HOURS = { allocationType: 'hours', totalTerm: 6_000, tier: null, templateId: null } as const;
const MONTHLY = { period: 'month', totalTerm: 10, channels: [], tier: null, templateId: null } as const;
const OPEN = { restrict: false } as const;
const POLICY = {
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  accountManager: null,
  escalateTo: null,
  propose: 'same_terms',
} as const;
const rows = (channels: Readonly<Record<string, number>>) => ({
  channels: Object.entries(channels).map(([channel, totalTerm]) => ({ channel, totalTerm })),
});

type Row = [
  what: string,
  details: EntitlementDetails,
  use: Use,
  kind: ProposalKind,
  changes: Partial<EntitlementDetails>,
  because: ReasonCode,
];

const TO_SILVER = { tier: 'Silver', templateId: templateId('silver'), slaId: slaId('silver-4h'), name: 'Silver' };
const TO_GOLD = {
  tier: 'Gold',
  templateId: templateId('gold'),
  slaId: slaId('gold-1h'),
  allocationType: 'unlimited',
  totalTerm: null,
} as const;
const TO_BRONZE = { tier: 'Bronze', templateId: templateId('bronze'), slaId: null, totalTerm: 30 };

/** 325 days of 365 are over, unless the row says otherwise: 100 used come to 113 in a year. */
const EXAMPLES: readonly Row[] = [
  // The band in which the terms fit.
  ['89 come to 100: all of it', from(SILVER), { used: 89 }, 'same_terms', {}, 'fits'],
  ['90 come to 102: more', from(SILVER), { used: 90 }, 'larger', { totalTerm: 110 }, 'needs_more'],
  ['53 come to 60: the least that fits', from(SILVER), { used: 53 }, 'same_terms', {}, 'fits'],
  ['52 come to 59: less', from(SILVER), { used: 52 }, 'smaller', { totalTerm: 60 }, 'needs_less'],
  // Larger.
  ['112 of 100', from(SILVER, OPEN), { used: 112 }, 'larger', { totalTerm: 130 }, 'needs_more'],
  ['by tens up to 200', from(SILVER, OPEN), { used: 169 }, 'larger', { totalTerm: 190 }, 'needs_more'],
  ['by fives up to 50', from(BRONZE, OPEN), { used: 33 }, 'larger', { totalTerm: 40 }, 'needs_more'],
  [
    'all rows of the whole total stay so',
    from(SILVER, OPEN),
    { used: 112 },
    'larger',
    rows({ phone: 130, email: 130 }),
    'needs_more',
  ],
  [
    'a row that is a part grows with the total',
    from(SILVER, { ...OPEN, ...rows({ phone: 25, email: 100 }) }),
    { used: 112, by: { phone: 20, email: 92 } },
    'larger',
    rows({ phone: 33, email: 130 }),
    'needs_more',
  ],
  [
    'nothing left for 20 more',
    from(SILVER),
    { used: 100, refused: [['exhausted', 'email', 20]] },
    'larger',
    { totalTerm: 140 },
    'needs_more',
  ],
  [
    'refused, though the pace would do',
    from(SILVER),
    { used: 80, refused: [['exhausted', null, 1]] },
    'larger',
    { totalTerm: 110 },
    'needs_more',
  ],
  [
    'the row of a channel that is the total',
    from(BRONZE),
    { used: 25, refused: [['channel_exhausted', 'email', 3]] },
    'larger',
    { totalTerm: 35 },
    'needs_more',
  ],
  [
    'the row of a channel that is a part',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 60, by: { phone: 20, email: 40 }, refused: [['channel_exhausted', 'phone', 7]] },
    'larger',
    rows({ phone: 35, email: 100 }),
    'channel_needs_more',
  ],
  [
    'the same, projected to a whole term: 8 in 274 days are 11 in 365',
    from(BRONZE, { totalTerm: 50, ...rows({ phone: 5, email: 50 }) }),
    {
      ...{ used: 25, by: { phone: 5, email: 20 }, refused: [['channel_exhausted', 'phone', 3]] },
      at: instant('2026-10-02T00:00Z'),
    },
    'larger',
    rows({ phone: 15, email: 50 }),
    'channel_needs_more',
  ],
  [
    'a row that is granted each month, refused the same in each',
    from(SILVER, { ...MONTHLY, totalTerm: 40, ...rows({ phone: 10, email: 40 }) }),
    {
      ...{ used: Array(11).fill(25), by: { phone: 10, email: 15 } },
      ...{ refused: [['channel_exhausted', 'phone', Array(11).fill(2)]], at: instant('2026-12-01T00:00Z') },
    },
    'larger',
    rows({ phone: 15, email: 40 }),
    'channel_needs_more',
  ],
  [
    'a row that is granted each month, refused much in one',
    from(SILVER, { ...MONTHLY, totalTerm: 40, ...rows({ phone: 10, email: 40 }) }),
    {
      ...{ used: [25, ...Array(10).fill(5)], by: { phone: 10, email: 15 } },
      refused: [['channel_exhausted', 'phone', 9]],
    },
    'larger',
    rows({ phone: 20, email: 40 }),
    'channel_needs_more',
  ],
  [
    'a row that was short although its pace would do',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 60, by: { phone: 5, email: 55 }, refused: [['channel_exhausted', 'phone', 1]] },
    'larger',
    rows({ phone: 25, email: 100 }),
    'channel_needs_more',
  ],
  [
    'a row of a total that would not do either, with what was refused',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 88, by: { phone: 20, email: 68 }, refused: [['channel_exhausted', 'phone', 7]] },
    'larger',
    { totalTerm: 110, ...rows({ phone: 31, email: 110 }) },
    'needs_more',
  ],
  [
    'a total of nothing that is used',
    from(SILVER, { ...OPEN, totalTerm: 0, channels: [], tier: null, templateId: null }),
    { used: 7 },
    'larger',
    { totalTerm: 10 },
    'needs_more',
  ],
  [
    'a contract of no tier, whatever it needs',
    from(SILVER, { ...OPEN, tier: null, templateId: null }),
    { used: 500 },
    'larger',
    { totalTerm: 600 },
    'needs_more',
  ],
  // Hours are whole hours.
  [
    'hours that run out',
    from(SILVER, { ...HOURS, ...OPEN, channels: [] }),
    { used: 6_100, cases: 40 },
    'larger',
    { totalTerm: 6_900 },
    'needs_more',
  ],
  [
    'hours of which few are used',
    from(SILVER, { ...HOURS, channels: [] }),
    { used: 1_000, cases: 9 },
    'smaller',
    { totalTerm: 1_140 },
    'needs_less',
  ],
  [
    'hours refused: each case as the others',
    from(SILVER, { ...HOURS, channels: [] }),
    { used: 6_000, cases: 60, refused: [['exhausted', null, 6]] },
    'larger',
    { totalTerm: 7_440 },
    'needs_more',
  ],
  [
    'a row of hours: whole ones',
    from(SILVER, { ...HOURS, ...rows({ phone: 3_000, email: 6_000 }) }),
    { used: 1_000, cases: 10, by: { phone: 5, email: 5 } },
    'smaller',
    { totalTerm: 1_140, ...rows({ phone: 600, email: 1_140 }) },
    'needs_less',
  ],
  [
    'hours of which one month needed more than there are',
    from(SILVER, { ...MONTHLY, ...OPEN, allocationType: 'hours', totalTerm: 600 }),
    { used: [1_031, ...Array(10).fill(60)], cases: 40 },
    'same_terms',
    {},
    'busy_period',
  ],
  // Up a tier.
  [
    'Bronze that needs 100',
    from(BRONZE, OPEN),
    { used: 89 },
    'tier_up',
    { ...TO_SILVER, totalTerm: 100 },
    'reaches_tier',
  ],
  ['Bronze that needs 99 is more Bronze', from(BRONZE, OPEN), { used: 80 }, 'larger', { totalTerm: 90 }, 'needs_more'],
  [
    'Bronze that needs 150 is Silver with as many',
    from(BRONZE, OPEN),
    { used: 132 },
    'tier_up',
    { ...TO_SILVER, totalTerm: 150 },
    'reaches_tier',
  ],
  ['Silver that needs 200 is Gold', from(SILVER, OPEN), { used: 178 }, 'tier_up', TO_GOLD, 'reaches_tier'],
  ['Silver that needs 199 is not', from(SILVER, OPEN), { used: 165 }, 'larger', { totalTerm: 190 }, 'needs_more'],
  ['Bronze that needs 200 is Gold', from(BRONZE, OPEN), { used: 180 }, 'tier_up', TO_GOLD, 'reaches_tier'],
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
    'a tier that covers less than now is none',
    from(BRONZE, { ...OPEN, channels: [] }),
    { used: 89 },
    'larger',
    { totalTerm: 100 },
    'needs_more',
  ],
  // Down a tier.
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
    '10 cases of which 5 are enough',
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
    'a row never gets less than its channel comes to',
    from(SILVER, rows({ phone: 50, email: 100 })),
    { used: 44, by: { phone: 40, email: 4 } },
    'smaller',
    { totalTerm: 50, ...rows({ phone: 45, email: 50 }) },
    'needs_less',
  ],
  // Periods.
  ['4 a month of 10', from(SILVER, MONTHLY), { used: Array(11).fill(4) }, 'smaller', { totalTerm: 5 }, 'needs_less'],
  ['8 a month of 10', from(SILVER, MONTHLY), { used: Array(11).fill(8) }, 'same_terms', {}, 'fits'],
  [
    '12 a month of 10',
    from(SILVER, { ...MONTHLY, ...OPEN }),
    { used: Array(11).fill(12) },
    'larger',
    { totalTerm: 15 },
    'needs_more',
  ],
  [
    'one full month among quiet ones',
    from(SILVER, { ...MONTHLY, totalTerm: 40 }),
    { used: [31, ...Array(10).fill(2)] },
    'smaller',
    { totalTerm: 35 },
    'needs_less',
  ],
  [
    'one month that refused 8',
    from(SILVER, MONTHLY),
    { used: [10, ...Array(10).fill(5)], refused: [['exhausted', null, 8]] },
    'larger',
    { totalTerm: 20 },
    'needs_more',
  ],
  // Nothing is proposed.
  [
    'the policy says so',
    from(SILVER, { ...OPEN, renewalPolicy: POLICY }),
    { used: 180 },
    'same_terms',
    {},
    'policy_same_terms',
  ],
  [
    '29 days of history',
    from(SILVER, OPEN),
    { used: 60, at: instant('2026-01-30T00:00Z') },
    'same_terms',
    {},
    'little_history',
  ],
  [
    '30 days of history',
    from(SILVER, OPEN),
    { used: 12, at: instant('2026-01-31T00:00Z') },
    'larger',
    { totalTerm: 150 },
    'needs_more',
  ],
  [
    'activated 20 days ago',
    from(SILVER),
    { used: 5, firstActivatedAt: instant('2026-11-02T09:00Z') },
    'same_terms',
    {},
    'little_history',
  ],
  [
    'activated late: the pace since then',
    from(SILVER),
    { used: 36, firstActivatedAt: instant('2026-08-14T09:00Z') },
    'larger',
    { totalTerm: 140 },
    'needs_more',
  ],
  ['2 cases', from(SILVER), { used: 2 }, 'same_terms', {}, 'little_history'],
  [
    '2 cases and more that were refused',
    from(BRONZE, { totalTerm: 2, ...rows({ email: 2 }) }),
    { used: 2, refused: [['exhausted', 'email', 9]] },
    'larger',
    { totalTerm: 15 },
    'needs_more',
  ],
  ['unlimited', from(GOLD), { used: 400, by: { phone: 400 } }, 'same_terms', {}, 'unlimited'],
];

describe('what is proposed', () => {
  test.each(EXAMPLES)('%s', (_what, details, use, kind, changes, because) => {
    const proposal = proposed(details, use);
    const codes = proposal.reasons.map(({ code }) => code);
    expect([proposal.kind, codes]).toEqual([kind, expect.arrayContaining(['use', because])]);
    expect(proposal.changes).toMatchObject(changes);
    if (kind === 'same_terms') expect(proposal.changes).toEqual({});
    expect(problemWithDetails({ ...details, ...proposal.changes })).toBeUndefined();
  });
});

describe('in which tier', () => {
  const kindOf = (details: EntitlementDetails, templates: readonly Template[], use: Use = { used: 180 }) =>
    proposed(details, use, templates).kind;

  test('a channel that no tier covers, and no other tier at all, change nothing', () => {
    const faxes: Use = { used: 70, refused: [['channel_not_covered', 'fax', 1]] };
    expect(kindOf(from(SILVER), [BRONZE, SILVER], faxes)).toBe('same_terms');
    expect(kindOf(from(SILVER, OPEN), [])).toBe('larger');
    expect(kindOf(from(SILVER, OPEN), [SILVER])).toBe('larger');
  });

  test('the own one is that of the template, else of the name; the order of the templates is nothing', () => {
    expect(kindOf(from(SILVER, { ...OPEN, templateId: null }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...OPEN, templateId: templateId('gone') }), READY.toReversed())).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...OPEN, tier: 'Mine' }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...OPEN, templateId: null, tier: 'Mine' }), READY)).toBe('larger');
  });

  test.each<[string, Partial<Template>]>([
    ['for three years', { duration: { unit: 'years', count: 3 } }],
    ['without a tier', { tier: null }],
    ['of the same name', { tier: 'Silver' }],
    ['in hours', { allocationType: 'hours', totalTerm: 110 }],
    ['by the month', { allocationType: 'cases', totalTerm: 110, period: 'month' }],
  ])('one %s cannot be compared', (_what, other) => {
    expect(kindOf(from(SILVER, OPEN), [SILVER, { ...GOLD, ...other }])).toBe('larger');
  });

  test('a term of another length than its tier is sold for stands in no tier, a leap day aside', () => {
    expect(kindOf(from(SILVER, { ...OPEN, endDate: '2027-01-01' }), READY)).toBe('tier_up');
    expect(kindOf(from(SILVER, { ...OPEN, period: null, endDate: '2027-06-30' }), READY)).toBe('larger');
  });

  test('minutes are never held against cases: one of an unlimited tier that was agreed to count hours', () => {
    const details = from(GOLD, { allocationType: 'hours', totalTerm: 600 });
    expect(proposed(details, { used: 40, cases: 4 })).toMatchObject({ kind: 'smaller', changes: { totalTerm: 60 } });
    const hours: Template = { ...BRONZE, allocationType: 'hours', totalTerm: 120 };
    const { kind, changes } = proposed(details, { used: 40, cases: 4 }, [GOLD, hours, SILVER]);
    expect([kind, changes.tier, changes.totalTerm]).toEqual(['tier_down', 'Bronze', 120]);
  });

  test('a name that was given stays; what was agreed past the allotment stays where the new tier counts', () => {
    const price = { unitPrice: '20.00', currency: 'EUR', billingIncrementMinutes: 1 };
    const own = { ...OPEN, name: 'Contoso support', overagePrice: price, decreaseRemainingOn: 'resolution' } as const;
    const { changes } = proposed(from(BRONZE, own), { used: 100 });
    expect(Object.keys(changes).sort()).toEqual(['channels', 'priority', 'slaId', 'templateId', 'tier', 'totalTerm']);
    expect(changes.channels).toEqual(['phone', 'email'].map((channel) => ({ channel, totalTerm: 120 })));
    expect(proposed(from(SILVER, own), { used: 180 }).changes).toMatchObject({ overagePrice: null });
  });

  test('an unlimited one is told which tier would have done, whatever the policy; its channels count', () => {
    const told = (use: Use, changes: Partial<EntitlementDetails> = {}) =>
      proposed(from(GOLD, changes), use).reasons.find(({ code }) => code === 'smaller_tier_would_do')?.text;
    const few = '26 cases in a whole term at this pace: Bronze with 30 cases would have done.';
    expect(told({ used: 23 })).toBe(few);
    expect(told({ used: 23 }, { renewalPolicy: POLICY })).toBe(few);
    expect(told({ used: 23, by: { phone: 20, email: 3 } })).toContain('Silver with 100 cases');
    expect(told({ used: 23, by: { web: 20, email: 3 } })).toBeUndefined();
    expect(told({ used: 23, by: { email: 22, '': 1 } })).toBeUndefined();
    expect(told({ used: 90 })).toBeUndefined();
    expect(told({ used: 2 })).toBeUndefined();
  });
});

describe('the reasons say it with numbers', () => {
  const texts = (details: EntitlementDetails, use: Use) => proposed(details, use).reasons.map(({ text }) => text);

  test.each<[string, EntitlementDetails, Use, string[]]>([
    [
      'more',
      from(SILVER, OPEN),
      { used: 112, overage: 12, charged: [{ currency: 'EUR', amount: '1440.00' }] },
      [
        '112 of 100 cases are used 40 days before the end; at this pace 126 will be used.',
        'Past the allotment: 12 cases, 1,440.00 EUR charged.',
        'At this pace 126 cases are needed, more than 100 cases: 130 cases are proposed.',
      ],
    ],
    [
      'refused',
      from(SILVER),
      {
        used: 100,
        toppedUp: 20,
        usedInLast90Days: 50,
        refused: [
          ['exhausted', 'email', 20],
          ['exhausted', null, 1],
          ['product_not_covered', null, 1],
          ['not_started', null, 5],
        ],
      },
      [
        '100 of 100 cases are used 40 days before the end; at this pace 113 will be used.',
        '21 cases were refused because nothing was left.',
        '1 case was refused because their product is not covered.',
        '20 cases were bought beside the allotment.',
        'Use is rising: 0.56 cases a day in the last 90 days, 0.31 cases a day over the term.',
        '121 cases were asked for in 325 days (100 taken, 21 refused), which makes 136 cases in a whole term, more than 100 cases: 140 cases are proposed.',
      ],
    ],
    [
      'hours',
      from(SILVER, { ...HOURS, channels: [], decreaseRemainingOn: 'resolution' }),
      { used: 1_350, cases: 9, openCases: 2, usedInLast90Days: 90 },
      [
        '22 hours 30 minutes of 100 hours are used 40 days before the end; at this pace 25 hours 17 minutes will be used.',
        'Use is falling: 0.02 hours a day in the last 90 days, 0.07 hours a day over the term.',
        '2 cases are open and count when they resolve.',
        'At this pace 25 hours 17 minutes are needed, less than 60 % of 100 hours: 26 hours are proposed.',
      ],
    ],
    [
      'months',
      from(SILVER, MONTHLY),
      { used: Array(11).fill(8) },
      [
        '88 of 110 cases are used 40 days before the end; at this pace 9 of 10 cases a month.',
        '9 cases at this pace are 90 % of 10 cases; from 60 % to 100 % the terms fit.',
      ],
    ],
    [
      'a tier',
      from(SILVER),
      { used: 22 },
      [
        '22 of 100 cases are used 40 days before the end; at this pace 25 will be used.',
        'At this pace 25 cases are needed, less than 60 % of 100 cases: Bronze with 30 cases is enough. It does not cover phone; no case came that way. It has no SLA, where silver-4h applies now.',
      ],
    ],
    [
      'little',
      from(SILVER),
      { used: 1, at: instant('2026-01-11T00:00Z') },
      [
        '1 of 100 cases is used 355 days before the end.',
        'Cases could attach for 10 days so far; fewer than 30 tell too little: the same terms are proposed.',
      ],
    ],
    [
      'activated late',
      from(SILVER),
      { used: 36, firstActivatedAt: instant('2026-08-14T09:00Z') },
      [
        '36 of 100 cases are used 40 days before the end, in 100 days; at this pace 132 in a whole term.',
        'At this pace 132 cases are needed, more than 100 cases: 140 cases are proposed.',
      ],
    ],
    [
      'after the end',
      from(SILVER),
      { used: 80, at: instant('2027-02-01T00:00Z') },
      [
        '80 of 100 cases are used by the end.',
        '80 cases at this pace are 80 % of 100 cases; from 60 % to 100 % the terms fit.',
      ],
    ],
    [
      'refused, late',
      from(BRONZE, { totalTerm: 3, ...rows({ email: 3 }) }),
      { used: 3, refused: [['exhausted', 'email', 2]], firstActivatedAt: instant('2026-02-21T09:00Z') },
      [
        '3 of 3 cases are used 40 days before the end, in 274 days; at this pace 4 in a whole term.',
        '2 cases were refused because nothing was left.',
        '5 cases were asked for in 274 days (3 taken, 2 refused), which makes 7 cases in a whole term, more than 3 cases: 10 cases are proposed.',
      ],
    ],
    [
      'refused, though the pace would do: nothing is said of use that falls since nothing is left',
      from(SILVER),
      { used: 80, usedInLast90Days: 0, refused: [['exhausted', null, 1]] },
      [
        '80 of 100 cases are used 40 days before the end; at this pace 90 will be used.',
        '1 case was refused because nothing was left.',
        '81 cases were asked for in 325 days (80 taken, 1 refused), which makes 91 cases in a whole term, no more than 100 cases, but cases were refused: 110 cases are proposed.',
      ],
    ],
    [
      'all of it used, and nothing since',
      from(SILVER, { totalTerm: 100 }),
      { used: 100, usedInLast90Days: 0 },
      [
        '100 of 100 cases are used 40 days before the end; at this pace 113 will be used.',
        'At this pace 113 cases are needed, more than 100 cases: 120 cases are proposed.',
      ],
    ],
    [
      'refused hours',
      from(SILVER, { ...HOURS, channels: [] }),
      { used: 6_000, cases: 60, refused: [['exhausted', null, 6]] },
      [
        '100 hours of 100 hours are used 40 days before the end; at this pace 112 hours 19 minutes will be used.',
        '6 cases were refused because nothing was left.',
        '110 hours were asked for in 325 days (100 hours taken, 6 cases refused, each counted as 1 hour 40 minutes like the others), which makes 123 hours 33 minutes in a whole term, more than 100 hours: 124 hours are proposed.',
      ],
    ],
    [
      'one month that refused',
      from(SILVER, MONTHLY),
      { used: [10, ...Array(10).fill(5)], refused: [['exhausted', null, 8]] },
      [
        '60 of 110 cases are used 40 days before the end; at this pace 6 of 10 cases a month.',
        '8 cases were refused because nothing was left.',
        'One month asked for 18 cases (10 taken, 8 refused), more than 10 cases: 20 cases are proposed.',
      ],
    ],
    [
      'a channel',
      from(BRONZE, { totalTerm: 50, ...rows({ phone: 5, email: 50 }) }),
      {
        ...{ used: 25, by: { phone: 5, email: 20 }, refused: [['channel_exhausted', 'phone', 3]] },
        at: instant('2026-10-02T00:00Z'),
      },
      [
        '25 of 50 cases are used 91 days before the end; at this pace 34 will be used.',
        '3 cases were refused because nothing was left for phone.',
        '8 cases by phone were asked for in 274 days (5 taken, 3 refused), which makes 11 cases in a whole term, more than 5 cases.',
        'The total is enough; of it, up to 15 cases by phone are proposed.',
      ],
    ],
    [
      'a channel, each month',
      from(SILVER, { ...MONTHLY, totalTerm: 40, ...rows({ phone: 10, email: 40 }) }),
      {
        ...{ used: Array(11).fill(25), by: { phone: 10, email: 15 } },
        ...{ refused: [['channel_exhausted', 'phone', Array(11).fill(2)]], at: instant('2026-12-01T00:00Z') },
      },
      [
        '275 of 440 cases are used 31 days before the end; at this pace 26 of 40 cases a month.',
        '22 cases were refused because nothing was left for phone.',
        '132 cases by phone were asked for in 334 days (110 taken, 22 refused), which makes 13 cases a month, more than 10 cases.',
        'The total is enough; of it, up to 15 cases by phone are proposed.',
      ],
    ],
    [
      'a busy month of hours',
      from(SILVER, { ...MONTHLY, ...OPEN, allocationType: 'hours', totalTerm: 600 }),
      { used: [1_031, ...Array(10).fill(60)], cases: 40 },
      [
        '27 hours 11 minutes of 110 hours are used 40 days before the end; at this pace 2 hours 33 minutes of 10 hours a month.',
        'At this pace 2 hours 33 minutes a month are needed, less than 60 % of 10 hours, but one month needed 17 hours 11 minutes: nothing smaller is proposed.',
      ],
    ],
    [
      'a busy month that still fits',
      from(SILVER, { ...MONTHLY, totalTerm: 40 }),
      { used: [31, ...Array(10).fill(2)] },
      [
        '51 of 440 cases are used 40 days before the end; at this pace 5 of 40 cases a month.',
        'At this pace 5 cases a month are needed, less than 60 % of 40 cases, though one month needed 31 cases: 35 cases are proposed.',
      ],
    ],
    [
      'no smaller size',
      from(BRONZE, { totalTerm: 5, ...rows({ email: 5 }) }),
      { used: 1, cases: 3 },
      [
        '1 of 5 cases is used 40 days before the end; at this pace 2 will be used.',
        'At this pace 2 cases are needed, less than 60 % of 5 cases, but the next size that is sold, 5 cases, is no smaller: the same terms are proposed.',
      ],
    ],
    [
      'a tier up',
      from(BRONZE, OPEN),
      { used: 132 },
      [
        '132 of 30 cases are used 40 days before the end; at this pace 149 will be used.',
        'At this pace 149 cases are needed, more than 30 cases. The next size, 150 cases, reaches the 100 cases of Silver: Silver with 150 cases is proposed.',
      ],
    ],
    [
      'the unlimited tier',
      from(SILVER, OPEN),
      { used: 180 },
      [
        '180 of 100 cases are used 40 days before the end; at this pace 203 will be used.',
        'At this pace 203 cases are needed, more than 100 cases. The next size, 250 cases, is at least 2 times the largest counted tier, which has 100 cases: Gold, which is unlimited, is proposed.',
      ],
    ],
    [
      'a tier down from every channel, and to another SLA',
      from(SILVER, { channels: [], slaId: slaId('gold-1h') }),
      { used: 22 },
      [
        '22 of 100 cases are used 40 days before the end; at this pace 25 will be used.',
        'At this pace 25 cases are needed, less than 60 % of 100 cases: Bronze with 30 cases is enough. It covers only email; no case came another way. It has no SLA, where gold-1h applies now.',
      ],
    ],
    [
      'unlimited',
      from(GOLD),
      { used: 1_200, by: { web: 1_200 } },
      [
        '1,200 cases came 40 days before the end; at this pace 1,348 will come.',
        'The entitlement is unlimited: the same terms are proposed.',
      ],
    ],
  ])('%s', (_what, details, use, reasons) => {
    expect(texts(details, use)).toEqual(reasons);
  });

  test('a tier down says which SLA it has instead', () => {
    const best = { ...BRONZE, slaId: slaId('bronze-8h') };
    const [, why] = proposed(from(SILVER), { used: 22 }, [best, SILVER]).reasons;
    expect(why?.text).toContain('Its SLA is bronze-8h, where silver-4h applies now.');
  });
});

const anyUse: fc.Arbitrary<Use> = fc.record({
  used: fc.array(fc.nat(400), { minLength: 1, maxLength: 12 }),
  at: fc.integer({ min: 0, max: 400 }).map((day) => instant('2026-01-01T00:00Z') + day * 86_400_000),
  by: fc.dictionary(fc.constantFrom('email', 'phone', 'web', ''), fc.nat(300)),
  refused: fc.array(
    fc.tuple(
      fc.constantFrom('exhausted', 'channel_exhausted', 'channel_not_covered', 'product_not_covered'),
      fc.constantFrom('email', 'phone', 'web', null),
      fc.oneof(fc.integer({ min: 1, max: 300 }), fc.array(fc.nat(20), { minLength: 1, maxLength: 12 })),
    ),
    { maxLength: 4 },
  ),
  openCases: fc.nat(3),
});

const anyContract: fc.Arbitrary<EntitlementDetails> = fc
  .record({
    template: fc.constantFrom(BRONZE, SILVER, GOLD),
    unlimited: fc.boolean(),
    total: fc.integer({ min: 0, max: 600 }),
    unit: fc.constantFrom('cases', 'hours'),
    part: fc.integer({ min: 0, max: 100 }),
    period: fc.constantFrom('year', 'month', null),
    restrict: fc.boolean(),
  })
  .map(({ template, unlimited, total, unit, part, period, restrict }) => {
    if (template === GOLD && unlimited) return from(GOLD);
    const totalTerm = unit === 'hours' ? total * 60 : total;
    const [first = 'phone', ...others] = template.channels.map(({ channel }) => channel);
    const channels = [
      { channel: first, totalTerm: Math.floor((totalTerm * part) / 100) },
      ...others.map((channel) => ({ channel, totalTerm })),
    ];
    return from(template, {
      allocationType: unit === 'hours' ? 'hours' : 'cases',
      totalTerm,
      channels,
      period,
      restrict,
    });
  });

describe('always', () => {
  const holds = (check: (details: EntitlementDetails, use: Use) => void) =>
    fc.assert(fc.property(anyContract, anyUse, check), { numRuns: 500 });

  test('what is proposed is an entitlement that can be written, and says why', () => {
    holds((details, use) => {
      const { changes, reasons, kind } = proposed(details, use);
      expect(problemWithDetails({ ...details, ...changes })).toBeUndefined();
      expect(reasons.length).toBeGreaterThan(1);
      for (const { text } of reasons) expect(text).toMatch(/^[A-Z0-9].*\.$/);
      expect(reasons.map(({ text }) => text).join()).not.toMatch(/NaN|Infinity|undefined|null/);
      expect(Object.keys(changes).length === 0).toBe(kind === 'same_terms');
    });
  });

  test('less is never less than was used, in all or by a channel; more is more', () => {
    holds((details, use) => {
      const { changes, kind, usage } = proposed(details, use);
      const next = { ...details, ...changes };
      const [total, before] = [next.totalTerm ?? MAX_TERM, details.totalTerm ?? MAX_TERM];
      if (kind === 'smaller' || kind === 'tier_down') {
        expect(total).toBeLessThan(before);
        expect(total).toBeGreaterThanOrEqual(usage.mostUsed);
        for (const { channel, mostUsed } of usage.channels)
          for (const row of next.channels.filter((one) => one.channel === channel))
            expect(row.totalTerm).toBeGreaterThanOrEqual(mostUsed);
      }
      if (kind === 'larger' && changes.totalTerm !== undefined) expect(total).toBeGreaterThan(before);
      if (kind === 'larger' || kind === 'tier_up')
        for (const row of details.channels) {
          const grown = next.channels.find(({ channel }) => channel === row.channel);
          if (next.channels.length > 0 && kind === 'larger')
            expect(grown?.totalTerm).toBeGreaterThanOrEqual(row.totalTerm ?? 0);
        }
    });
  });

  test('where only rows of channels grow, each holds what its channel asks for, or is the total', () => {
    holds((details, use) => {
      const { changes, kind, usage } = proposed(details, use);
      if (kind !== 'larger' || changes.totalTerm !== undefined) return;
      for (const { channel, totalTerm } of changes.channels ?? []) {
        const before = details.channels.find((row) => row.channel === channel)?.totalTerm ?? 0;
        if (totalTerm === before) continue;
        const { amount = 0 } = usage.channels.find((one) => one.channel === channel)?.demand ?? {};
        const most = soldSizeFor(Math.max(amount, before + 1), usage.unit);
        expect(totalTerm).toBe(Math.min(details.totalTerm ?? 0, most));
      }
    });
  });

  test('refusals that are spread over months ask for no more, of the total or of a row, than all of them in one', () => {
    const anyMonths = fc.array(fc.record({ used: fc.nat(40), refused: fc.nat(20) }), { minLength: 1, maxLength: 11 });
    fc.assert(
      fc.property(anyMonths, fc.constantFrom('cases', 'hours'), (months, allocationType) => {
        const asks = (cases: number | readonly number[]) => {
          const used = months.map((month) => month.used);
          const details = from(SILVER, { ...MONTHLY, allocationType, ...rows({ phone: 5, email: 10 }) });
          const { usage } = proposed(details, {
            used,
            by: { phone: 9 },
            refused: [['channel_exhausted', 'phone', cases]],
          });
          return [usage.demand.amount, usage.channels[0]?.demand.amount ?? 0] as const;
        };
        const each = months.map((month) => month.refused);
        const [inOne, spread] = [asks(each.reduce((sum, count) => sum + count, 0)), asks(each)];
        // All by phone: the row is asked for what the total is asked for.
        expect(spread[1]).toBe(spread[0]);
        expect(spread[0]).toBeGreaterThanOrEqual(
          Math.max(...months.map((month) => (month.refused > 0 ? month.used : 0))),
        );
        // One month that took all that was taken and refused all that was refused bounds both.
        const taken = Math.max(...months.map((month) => month.used)) - (months[0]?.used ?? 0);
        expect(spread[0]).toBeLessThanOrEqual(inOne[0] + taken);
      }),
    );
  });

  test('a tier that is counted is proposed only to what counts the same', () => {
    fc.assert(
      fc.property(anyContract, anyUse, fc.nat(120), (details, use, used) => {
        // Little, and nothing refused: the next tier down is near.
        const { changes } = proposed(details, { ...use, used, by: { email: 9 }, refused: [] });
        const sold = READY.find(({ id }) => id === changes.templateId);
        if (sold?.totalTerm != null) expect(sold.allocationType).toBe(details.allocationType);
      }),
      { numRuns: 500 },
    );
  });

  test('the same question gets the same answer, and the order of the templates is nothing', () => {
    holds((details, use) => {
      expect(proposed(details, use, READY.toReversed())).toEqual(proposed(details, use));
    });
  });

  test('a size is sold in its steps, never below what is needed, and grows with it', () => {
    fc.assert(
      fc.property(fc.nat(MAX_TERM), fc.nat(1_000), (amount, more) => {
        const size = soldSizeFor(amount, 'cases');
        expect(size).toBeGreaterThanOrEqual(Math.min(MAX_TERM, amount));
        expect(size % (size <= 50 ? 5 : size <= 200 ? 10 : 50)).toBe(0);
        expect(soldSizeFor(Math.min(MAX_TERM, amount + more), 'cases')).toBeGreaterThanOrEqual(size);
      }),
    );
    expect([0, 1, 5, 6, 50, 51, 200, 201, 250].map((amount) => soldSizeFor(amount, 'cases'))).toEqual([
      5, 5, 5, 10, 50, 60, 200, 250, 250,
    ]);
    expect([0, 1, 60, 61, 7_499].map((amount) => soldSizeFor(amount, 'minutes'))).toEqual([60, 60, 60, 120, 7_500]);
  });
});
