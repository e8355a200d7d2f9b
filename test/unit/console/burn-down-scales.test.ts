import fc from 'fast-check';
import { expect, test } from 'vitest';
import { niceTicks } from '../../../console/entitlements/burn-down-scales.ts';
import { runs } from '../../support/property-runs.ts';

test('the ticks of the chart are few whole numbers at equal distances that enclose all amounts', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1_000_000, max: 0 }), fc.integer({ min: 1, max: 2_000_000_000 }), (low, high) => {
      const ticks = niceTicks(low, high);
      expect(ticks.every(Number.isSafeInteger)).toBe(true);
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThanOrEqual(9);
      expect(ticks[0]).toBeLessThanOrEqual(low);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(high);
      const steps = new Set(ticks.slice(1).map((tick, index) => tick - (ticks[index] ?? 0)));
      expect(steps.size).toBe(1);
    }),
    runs(500),
  );
  expect(niceTicks(0, 10)).toEqual([0, 5, 10]);
  expect(niceTicks(0, 1)).toEqual([0, 1]);
  expect(niceTicks(-3, 100)).toEqual([-50, 0, 50, 100]);
});
