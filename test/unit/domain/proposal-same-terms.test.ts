import { describe, test } from 'vitest';
import { type Example, expectProposal, rows, SAME_TERMS_POLICY, UNRESTRICTED } from './proposal-examples.ts';
import { BRONZE, GOLD, SILVER } from './ready-templates.ts';
import { from } from './renewal-cases.ts';
import { instant } from './samples.ts';

const FITTING: readonly Example[] = [
  ['89 used cases are projected to 100: all of them', from(SILVER), { used: 89 }, 'same_terms', {}, 'fits'],
  ['90 used cases are projected to 102', from(SILVER), { used: 90 }, 'larger', { totalTerm: 110 }, 'needs_more'],
  ['53 used cases are projected to 60: the least that fits', from(SILVER), { used: 53 }, 'same_terms', {}, 'fits'],
  ['52 used cases are projected to 59', from(SILVER), { used: 52 }, 'smaller', { totalTerm: 60 }, 'needs_less'],
];

const UNDECIDED: readonly Example[] = [
  [
    'the policy proposes the same terms',
    from(SILVER, { ...UNRESTRICTED, renewalPolicy: SAME_TERMS_POLICY }),
    { used: 180 },
    'same_terms',
    {},
    'policy_same_terms',
  ],
  [
    '29 days of history',
    from(SILVER, UNRESTRICTED),
    { used: 60, at: instant('2026-01-30T00:00Z') },
    'same_terms',
    {},
    'little_history',
  ],
  [
    '30 days of history',
    from(SILVER, UNRESTRICTED),
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
    '2 cases attached and more were refused',
    from(BRONZE, { totalTerm: 2, ...rows({ email: 2 }) }),
    { used: 2, refused: [['exhausted', 'email', 9]] },
    'larger',
    { totalTerm: 15 },
    'needs_more',
  ],
  ['unlimited', from(GOLD), { used: 400, by: { phone: 400 } }, 'same_terms', {}, 'unlimited'],
];

describe('the terms fit from 60 % to 100 %', () => {
  test.each(FITTING)('%s', expectProposal);
});

describe('the policy, and too little history', () => {
  test.each(UNDECIDED)('%s', expectProposal);
});
