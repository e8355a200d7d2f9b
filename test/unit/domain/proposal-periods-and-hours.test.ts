import { describe, test } from 'vitest';
import { type Example, expectProposal, HOURS, MONTHLY, rows, UNRESTRICTED } from './proposal-examples.ts';
import { SILVER } from './ready-templates.ts';
import { from } from './renewal-cases.ts';

const HOURLY: readonly Example[] = [
  [
    'hours that run out',
    from(SILVER, { ...HOURS, ...UNRESTRICTED, channels: [] }),
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
    'refused cases count as the average time of the others',
    from(SILVER, { ...HOURS, channels: [] }),
    { used: 6_000, cases: 60, refused: [['exhausted', null, 6]] },
    'larger',
    { totalTerm: 7_440 },
    'needs_more',
  ],
  [
    'rows of hours get whole hours',
    from(SILVER, { ...HOURS, ...rows({ phone: 3_000, email: 6_000 }) }),
    { used: 1_000, cases: 10, by: { phone: 5, email: 5 } },
    'smaller',
    { totalTerm: 1_140, ...rows({ phone: 600, email: 1_140 }) },
    'needs_less',
  ],
  [
    'one month needed more hours than it has',
    from(SILVER, { ...MONTHLY, ...UNRESTRICTED, allocationType: 'hours', totalTerm: 600 }),
    { used: [1_031, ...Array(10).fill(60)], cases: 40 },
    'same_terms',
    {},
    'busy_period',
  ],
];

const MONTHLY_EXAMPLES: readonly Example[] = [
  ['4 a month of 10', from(SILVER, MONTHLY), { used: Array(11).fill(4) }, 'smaller', { totalTerm: 5 }, 'needs_less'],
  ['8 a month of 10', from(SILVER, MONTHLY), { used: Array(11).fill(8) }, 'same_terms', {}, 'fits'],
  [
    '12 a month of 10',
    from(SILVER, { ...MONTHLY, ...UNRESTRICTED }),
    { used: Array(11).fill(12) },
    'larger',
    { totalTerm: 15 },
    'needs_more',
  ],
  [
    'one busy month among quiet ones',
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
];

describe('hours', () => {
  test.each(HOURLY)('%s', expectProposal);
});

describe('months', () => {
  test.each(MONTHLY_EXAMPLES)('%s', expectProposal);
});
