import { describe, expect, test } from 'vitest';
import { slaId } from '../../../domain/ids.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { HOURS, MONTHLY, rows, UNRESTRICTED } from './proposal-examples.ts';
import { BRONZE, GOLD, SILVER } from './ready-templates.ts';
import { from, proposed, type Use } from './renewal-cases.ts';
import { instant } from './samples.ts';

describe('the reasons give the numbers', () => {
  const texts = (details: EntitlementDetails, use: Use) => proposed(details, use).reasons.map(({ text }) => text);

  test.each<[string, EntitlementDetails, Use, string[]]>([
    [
      'more',
      from(SILVER, UNRESTRICTED),
      { used: 112, overage: 12, charged: [{ currency: 'EUR', amount: '1440.00' }] },
      [
        '112 of 100 cases are used, 40 days before the end. At this pace the whole term uses 126 cases.',
        '12 cases went beyond the allotment; 1,440.00 EUR was charged.',
        'At this pace the customer needs 126 cases, more than the current 100 cases. Proposed: 130 cases.',
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
        '100 of 100 cases are used, 40 days before the end. At this pace the whole term uses 113 cases.',
        '21 cases were refused because nothing was left.',
        '1 case was refused because the product is not covered.',
        '20 cases were bought in addition to the allotment.',
        'Use is rising: 0.56 cases a day in the last 90 days, compared with 0.31 cases a day over the term.',
        'In 325 days the customer asked for 121 cases (100 taken, 21 refused), which makes 136 cases in a whole term, more than the current 100 cases. Proposed: 140 cases.',
      ],
    ],
    [
      'hours',
      from(SILVER, { ...HOURS, channels: [], decreaseRemainingOn: 'resolution' }),
      { used: 1_350, cases: 9, openCases: 2, usedInLast90Days: 90 },
      [
        '22 hours 30 minutes of 100 hours are used, 40 days before the end. At this pace the whole term uses 25 hours 17 minutes.',
        'Use is falling: 0.02 hours a day in the last 90 days, compared with 0.07 hours a day over the term.',
        '2 cases are still open; each counts when it is resolved.',
        'At this pace the customer needs 25 hours 17 minutes, less than 60 % of the current 100 hours. Proposed: 26 hours.',
      ],
    ],
    [
      'months',
      from(SILVER, MONTHLY),
      { used: Array(11).fill(8) },
      [
        '88 of 110 cases are used, 40 days before the end. At this pace one month uses 9 of 10 cases.',
        'At this pace the customer needs 9 cases a month, 90 % of the current 10 cases. The terms fit from 60 % to 100 %.',
      ],
    ],
    [
      'a tier',
      from(SILVER),
      { used: 22 },
      [
        '22 of 100 cases are used, 40 days before the end. At this pace the whole term uses 25 cases.',
        'At this pace the customer needs 25 cases, less than 60 % of the current 100 cases. Bronze with 30 cases is enough. It does not cover phone, but no case came that way. It has no SLA; the current one is silver-4h.',
      ],
    ],
    [
      'little',
      from(SILVER),
      { used: 1, at: instant('2026-01-11T00:00Z') },
      [
        '1 of 100 cases is used, 355 days before the end.',
        'Cases could attach for only 10 days so far, and a projection needs 30. The same terms are proposed.',
      ],
    ],
    [
      'activated late',
      from(SILVER),
      { used: 36, firstActivatedAt: instant('2026-08-14T09:00Z') },
      [
        '36 of 100 cases are used, 40 days before the end. Cases could attach for 100 days; at this pace a whole term uses 132 cases.',
        'At this pace the customer needs 132 cases, more than the current 100 cases. Proposed: 140 cases.',
      ],
    ],
    [
      'after the end',
      from(SILVER),
      { used: 80, at: instant('2027-02-01T00:00Z') },
      [
        '80 of 100 cases were used by the end.',
        'At this pace the customer needs 80 cases, 80 % of the current 100 cases. The terms fit from 60 % to 100 %.',
      ],
    ],
    [
      'refused cases of an entitlement that was activated late',
      from(BRONZE, { totalTerm: 3, ...rows({ email: 3 }) }),
      { used: 3, refused: [['exhausted', 'email', 2]], firstActivatedAt: instant('2026-02-21T09:00Z') },
      [
        '3 of 3 cases are used, 40 days before the end. Cases could attach for 274 days; at this pace a whole term uses 4 cases.',
        '2 cases were refused because nothing was left.',
        'In 274 days the customer asked for 5 cases (3 taken, 2 refused), which makes 7 cases in a whole term, more than the current 3 cases. Proposed: 10 cases.',
      ],
    ],
    [
      'a case was refused although the total is enough; falling use is not mentioned because nothing is left',
      from(SILVER),
      { used: 80, usedInLast90Days: 0, refused: [['exhausted', null, 1]] },
      [
        '80 of 100 cases are used, 40 days before the end. At this pace the whole term uses 90 cases.',
        '1 case was refused because nothing was left.',
        'In 325 days the customer asked for 81 cases (80 taken, 1 refused), which makes 91 cases in a whole term, no more than the current 100 cases, but cases were refused. Proposed: 110 cases.',
      ],
    ],
    [
      'everything is used, and nothing came since',
      from(SILVER, { totalTerm: 100 }),
      { used: 100, usedInLast90Days: 0 },
      [
        '100 of 100 cases are used, 40 days before the end. At this pace the whole term uses 113 cases.',
        'At this pace the customer needs 113 cases, more than the current 100 cases. Proposed: 120 cases.',
      ],
    ],
    [
      'refused hours',
      from(SILVER, { ...HOURS, channels: [] }),
      { used: 6_000, cases: 60, refused: [['exhausted', null, 6]] },
      [
        '100 hours of 100 hours are used, 40 days before the end. At this pace the whole term uses 112 hours 19 minutes.',
        '6 cases were refused because nothing was left.',
        'In 325 days the customer asked for 110 hours (100 hours taken, 6 cases refused, each counted as the average of 1 hour 40 minutes), which makes 123 hours 33 minutes in a whole term, more than the current 100 hours. Proposed: 124 hours.',
      ],
    ],
    [
      'one month that refused',
      from(SILVER, MONTHLY),
      { used: [10, ...Array(10).fill(5)], refused: [['exhausted', null, 8]] },
      [
        '60 of 110 cases are used, 40 days before the end. At this pace one month uses 6 of 10 cases.',
        '8 cases were refused because nothing was left.',
        'In one month the customer asked for 18 cases (10 taken, 8 refused), more than the current 10 cases. Proposed: 20 cases.',
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
        '25 of 50 cases are used, 91 days before the end. At this pace the whole term uses 34 cases.',
        '3 cases were refused because nothing was left for phone.',
        'In 274 days the customer asked for 8 cases by phone (5 taken, 3 refused), which makes 11 cases in a whole term, more than the current 5 cases.',
        'The total is enough. Proposed limit: 15 cases by phone.',
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
        '275 of 440 cases are used, 31 days before the end. At this pace one month uses 26 of 40 cases.',
        '22 cases were refused because nothing was left for phone.',
        'In 334 days the customer asked for 132 cases by phone (110 taken, 22 refused), which makes 13 cases a month, more than the current 10 cases.',
        'The total is enough. Proposed limit: 15 cases by phone.',
      ],
    ],
    [
      'a busy month of hours',
      from(SILVER, { ...MONTHLY, ...UNRESTRICTED, allocationType: 'hours', totalTerm: 600 }),
      { used: [1_031, ...Array(10).fill(60)], cases: 40 },
      [
        '27 hours 11 minutes of 110 hours are used, 40 days before the end. At this pace one month uses 2 hours 33 minutes of 10 hours.',
        'At this pace the customer needs 2 hours 33 minutes a month, less than 60 % of the current 10 hours. But in one month the customer needed 17 hours 11 minutes, so nothing smaller is proposed.',
      ],
    ],
    [
      'a busy month that still fits',
      from(SILVER, { ...MONTHLY, totalTerm: 40 }),
      { used: [31, ...Array(10).fill(2)] },
      [
        '51 of 440 cases are used, 40 days before the end. At this pace one month uses 5 of 40 cases.',
        'At this pace the customer needs 5 cases a month, less than 60 % of the current 40 cases, although in one month the customer needed 31 cases. Proposed: 35 cases.',
      ],
    ],
    [
      'no smaller size',
      from(BRONZE, { totalTerm: 5, ...rows({ email: 5 }) }),
      { used: 1, cases: 3 },
      [
        '1 of 5 cases is used, 40 days before the end. At this pace the whole term uses 2 cases.',
        'At this pace the customer needs 2 cases, less than 60 % of the current 5 cases. But the next size is 5 cases, so the same terms are proposed.',
      ],
    ],
    [
      'a tier up',
      from(BRONZE, UNRESTRICTED),
      { used: 132 },
      [
        '132 of 30 cases are used, 40 days before the end. At this pace the whole term uses 149 cases.',
        'At this pace the customer needs 149 cases, more than the current 30 cases. The next size is 150 cases, which is at least the 100 cases of Silver. Proposed: Silver with 150 cases.',
      ],
    ],
    [
      'the unlimited tier',
      from(SILVER, UNRESTRICTED),
      { used: 180 },
      [
        '180 of 100 cases are used, 40 days before the end. At this pace the whole term uses 203 cases.',
        'At this pace the customer needs 203 cases, more than the current 100 cases. The next size is 250 cases, which is at least 2 times the largest limited tier (100 cases). Proposed: Gold, which is unlimited.',
      ],
    ],
    [
      'a tier down from every channel, and to another SLA',
      from(SILVER, { channels: [], slaId: slaId('gold-1h') }),
      { used: 22 },
      [
        '22 of 100 cases are used, 40 days before the end. At this pace the whole term uses 25 cases.',
        'At this pace the customer needs 25 cases, less than 60 % of the current 100 cases. Bronze with 30 cases is enough. It covers only email, but no case came another way. It has no SLA; the current one is gold-1h.',
      ],
    ],
    [
      'unlimited',
      from(GOLD),
      { used: 1_200, by: { web: 1_200 } },
      [
        '1,200 cases came in, 40 days before the end. At this pace the whole term brings 1,348 cases.',
        'The entitlement is unlimited, so the same terms are proposed.',
      ],
    ],
  ])('%s', (_what, details, use, reasons) => {
    expect(texts(details, use)).toEqual(reasons);
  });

  test('the reason for a lower tier names its SLA', () => {
    const best = { ...BRONZE, slaId: slaId('bronze-8h') };
    const [, why] = proposed(from(SILVER), { used: 22 }, [best, SILVER]).reasons;
    expect(why?.text).toContain('Its SLA is bronze-8h; the current one is silver-4h.');
  });
});
