import { describe, test } from 'vitest';
import { type Example, expectProposal, MONTHLY, rows, UNRESTRICTED } from './proposal-examples.ts';
import { BRONZE, SILVER } from './ready-templates.ts';
import { from } from './renewal-cases.ts';
import { instant } from './samples.ts';

const LARGER: readonly Example[] = [
  ['112 of 100', from(SILVER, UNRESTRICTED), { used: 112 }, 'larger', { totalTerm: 130 }, 'needs_more'],
  ['by tens up to 200', from(SILVER, UNRESTRICTED), { used: 169 }, 'larger', { totalTerm: 190 }, 'needs_more'],
  ['by fives up to 50', from(BRONZE, UNRESTRICTED), { used: 33 }, 'larger', { totalTerm: 40 }, 'needs_more'],
  [
    'rows of the whole total keep the whole total',
    from(SILVER, UNRESTRICTED),
    { used: 112 },
    'larger',
    rows({ phone: 130, email: 130 }),
    'needs_more',
  ],
  [
    'a row that is a part grows with the total',
    from(SILVER, { ...UNRESTRICTED, ...rows({ phone: 25, email: 100 }) }),
    { used: 112, by: { phone: 20, email: 92 } },
    'larger',
    rows({ phone: 33, email: 130 }),
    'needs_more',
  ],
  [
    '20 cases were refused because nothing was left',
    from(SILVER),
    { used: 100, refused: [['exhausted', 'email', 20]] },
    'larger',
    { totalTerm: 140 },
    'needs_more',
  ],
  [
    'a case was refused although the total is enough at this pace',
    from(SILVER),
    { used: 80, refused: [['exhausted', null, 1]] },
    'larger',
    { totalTerm: 110 },
    'needs_more',
  ],
  [
    'the row of a channel that has the whole total was exhausted',
    from(BRONZE),
    { used: 25, refused: [['channel_exhausted', 'email', 3]] },
    'larger',
    { totalTerm: 35 },
    'needs_more',
  ],
  [
    'the row of a channel that has a part of the total was exhausted',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 60, by: { phone: 20, email: 40 }, refused: [['channel_exhausted', 'phone', 7]] },
    'larger',
    rows({ phone: 35, email: 100 }),
    'channel_needs_more',
  ],
  [
    'the same, projected to a whole term: 8 cases in 274 days are 11 in 365',
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
    'a monthly row that refused two cases each month',
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
    'a monthly row that refused many cases in one month',
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
    'a row that refused a case although it is enough at this pace',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 60, by: { phone: 5, email: 55 }, refused: [['channel_exhausted', 'phone', 1]] },
    'larger',
    rows({ phone: 25, email: 100 }),
    'channel_needs_more',
  ],
  [
    'both the row and the total are too small',
    from(SILVER, rows({ phone: 20, email: 100 })),
    { used: 88, by: { phone: 20, email: 68 }, refused: [['channel_exhausted', 'phone', 7]] },
    'larger',
    { totalTerm: 110, ...rows({ phone: 31, email: 110 }) },
    'needs_more',
  ],
  [
    'a total of 0 that was used all the same',
    from(SILVER, { ...UNRESTRICTED, totalTerm: 0, channels: [], tier: null, templateId: null }),
    { used: 7 },
    'larger',
    { totalTerm: 10 },
    'needs_more',
  ],
  [
    'an entitlement without a tier only grows',
    from(SILVER, { ...UNRESTRICTED, tier: null, templateId: null }),
    { used: 500 },
    'larger',
    { totalTerm: 600 },
    'needs_more',
  ],
];

describe('a larger size', () => {
  test.each(LARGER)('%s', expectProposal);
});
