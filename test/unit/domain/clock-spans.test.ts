import { expect, test } from 'vitest';
import { passedUntil } from '../../../domain/slas/case-clock.ts';
import type { ClockFact } from '../../../domain/slas/case-clocks.ts';
import { MAX_SPANS, spansOf } from '../../../domain/slas/clock-spans.ts';
import { attached, clockAfter, fact, held, released, slaWith } from './clock-scenes.ts';
import { instant } from './samples.ts';

const FRIDAY = '2026-06-05T13:00Z';

const spansAfter = (facts: readonly ClockFact[], at: string) => spansOf(clockAfter(facts), instant(at));

test('the spans of a clock say what counted, what did not, and why', () => {
  const facts = [
    attached(FRIDAY, slaWith()),
    held('2026-06-05T14:00Z', 'supplier'),
    released('2026-06-08T08:00Z', 'supplier'),
    fact('resolved', '2026-06-08T09:00Z'),
    fact('reactivated', '2026-06-08T10:00Z'),
  ];
  const spans = spansAfter(facts, '2026-06-08T11:00Z');
  expect(
    spans.map(({ why, counts, holds, serviceMs, to }) => [why, counts, holds, serviceMs / 60_000, to === null]),
  ).toEqual([
    ['service', true, [], 60, false],
    // One hour of Friday and one of Monday.
    ['held', false, ['supplier'], 120, false],
    ['service', true, [], 60, false],
    ['resolved', false, [], 60, false],
    ['service', true, [], 60, true],
  ]);
});

test('a night without service does not count', () => {
  const whys = spansAfter([attached(FRIDAY, slaWith())], '2026-06-08T08:00Z').map(({ why, serviceMs }) => [
    why,
    serviceMs / 60_000,
  ]);
  expect(whys).toEqual([
    ['service', 120],
    ['outside_hours', 0],
    ['service', 60],
  ]);
});

test('the spans follow each other, and those that count add up to what is used, however many there are', () => {
  const years = '2029-06-05T13:00Z';
  const clock = clockAfter([attached(FRIDAY, slaWith())]);
  const spans = spansOf(clock, instant(years));
  expect(spans.length).toBeLessThanOrEqual(MAX_SPANS + 1);
  const used = spans.filter(({ counts }) => counts).reduce((sum, { serviceMs }) => sum + serviceMs, 0);
  expect(used).toBe(passedUntil(clock, instant(years), true).usedMs);
  for (const [index, { from }] of spans.entries()) if (index > 0) expect(from).toBe(spans[index - 1]?.to);
});
