import type { components } from '../../client/schema.d.ts';

type Usage = components['schemas']['EntitlementUsage'];

/** The box in which the chart is drawn, in CSS pixels. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

export const MARGIN = { top: 18, right: 14, bottom: 24, left: 52 } as const;
/** The future may take this many times the width of the past: a contract without an end would leave none to the past. */
const MOST_FUTURE = 2;
const SHORTEST_FUTURE_MS = 30 * 86_400_000;
const ABOUT_TICKS = 4;
/** One date of the axis needs this much room. */
const DATE_WIDTH = 110;

const ms = (instant: string): number => new Date(instant).getTime();

export interface Scales {
  readonly from: number;
  readonly to: number;
  readonly x: (at: number) => number;
  readonly y: (value: number) => number;
  readonly ticks: readonly number[];
  readonly dates: readonly number[];
  readonly now: number;
}

/** Where instants and amounts lie. What is drawn of an unlimited term is its cases. */
export function scalesOf(usage: Usage, { width, height }: Box, nowMs: number): Scales {
  const { points, projection, opening } = usage;
  const from = ms(points[0]?.since ?? new Date(nowMs).toISOString());
  const lastPoint = ms(points.at(-1)?.until ?? new Date(nowMs).toISOString());
  const now = Math.min(nowMs, lastPoint);
  const past = Math.max(lastPoint - from, SHORTEST_FUTURE_MS);
  const end = projection === null ? lastPoint : ms(projection.until);
  const to = Math.max(lastPoint, Math.min(end, now + past * MOST_FUTURE));
  const values =
    usage.totalTerm === null
      ? points.map(({ cases }) => cases)
      : [opening ?? 0, ...points.flatMap(({ remaining }) => (remaining === null ? [] : [remaining]))];
  const ticks = niceTicks(Math.min(0, ...values), Math.max(1, ...values));
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const [innerWidth, innerHeight] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  const dates = Math.max(2, Math.floor(innerWidth / DATE_WIDTH));
  return {
    from,
    to,
    now,
    x: (at) => MARGIN.left + ((at - from) / Math.max(1, to - from)) * innerWidth,
    y: (value) => MARGIN.top + ((high - value) / Math.max(1, high - low)) * innerHeight,
    ticks,
    dates: Array.from({ length: dates }, (_, index) => from + ((to - from) * (index + 0.5)) / dates),
  };
}

/** Round numbers that enclose both amounts. All are whole, as terms are. */
export function niceTicks(low: number, high: number): readonly number[] {
  const rough = (high - low) / ABOUT_TICKS;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = Math.max(1, power * ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10));
  const first = Math.floor(low / step) * step;
  const count = Math.ceil((high - first) / step);
  return Array.from({ length: count + 1 }, (_, index) => first + index * step || 0);
}
