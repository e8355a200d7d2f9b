import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_TERM } from '../../../domain/terms/allocation.ts';
import { soldSizeFor } from '../../../domain/terms/allotment-size.ts';
import { type EntitlementDetails, problemWithDetails } from '../../../domain/terms/details.ts';
import { MONTHLY, rows } from './proposal-examples.ts';
import { BRONZE, GOLD, READY, SILVER } from './ready-templates.ts';
import { from, proposed, type Use } from './renewal-cases.ts';
import { instant } from './samples.ts';

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

describe('for any contract and any use', () => {
  const holds = (check: (details: EntitlementDetails, use: Use) => void) =>
    fc.assert(fc.property(anyContract, anyUse, check), { numRuns: 500 });

  test('the proposal is a valid entitlement and gives its reasons', () => {
    holds((details, use) => {
      const { changes, reasons, kind } = proposed(details, use);
      expect(problemWithDetails({ ...details, ...changes })).toBeUndefined();
      expect(reasons.length).toBeGreaterThan(1);
      for (const { text } of reasons) expect(text).toMatch(/^[A-Z0-9].*\.$/);
      expect(reasons.map(({ text }) => text).join()).not.toMatch(/NaN|Infinity|undefined|null/);
      expect(Object.keys(changes).length === 0).toBe(kind === 'same_terms');
    });
  });

  test('a smaller proposal is never below what was used, in total or by channel; a larger one is larger', () => {
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

  test('if only rows of channels grow, each holds the demand of its channel, or the whole total', () => {
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

  test('refusals that are spread over months make no larger demand than the same refusals in one month', () => {
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

  test('a tier with a total is proposed only to entitlements of the same unit', () => {
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

  test('the same question gets the same answer, in whatever order the templates come', () => {
    holds((details, use) => {
      expect(proposed(details, use, READY.toReversed())).toEqual(proposed(details, use));
    });
  });

  test('sizes come in steps, are never below the need, and grow with it', () => {
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
