import type { EpochMs } from '../calendar.ts';
import { type CaseClock, type ClockStretch, isGoing } from './case-clock.ts';
import { openSpansBetween, serviceMsBetween } from './service-time.ts';

/** Why a span of a clock's life counted, or did not. */
export const SPAN_REASONS = ['service', 'outside_hours', 'held', 'resolved', 'canceled'] as const;
type SpanReason = (typeof SPAN_REASONS)[number];

/** A span that explains a clock. The spans of a clock follow each other without a gap. */
interface ClockSpan {
  readonly from: EpochMs;
  /** Null: it goes on. */
  readonly to: EpochMs | null;
  /** Whether its service time is used of the promise. */
  readonly counts: boolean;
  readonly why: SpanReason;
  /** Of `held`: the reasons that stop this clock. */
  readonly holds: readonly string[];
  /** Milliseconds of service time in it. */
  readonly serviceMs: number;
}

/** The most spans of one clock. Past them, what ran is shown as one span for each stretch, nights included. */
export const MAX_SPANS = 500;

/**
 * The spans of a clock from its start until an instant, or until it ended: those in which its time was used, and those in
 * which it was not, with the reason. The milliseconds of those that count add up to what the clock has used.
 */
export function spansOf(clock: CaseClock, now: EpochMs): readonly ClockSpan[] {
  const { phase, since, reasons } = clock;
  const open = { phase, from: since, to: Math.max(now, since), reasons };
  const stretches = isGoing(clock) ? [...clock.stretches, open] : clock.stretches;
  const spans: ClockSpan[] = [];
  for (const stretch of stretches) {
    const more = stretch.phase === 'runs' ? hoursOf(clock, stretch, MAX_SPANS - spans.length) : [whole(clock, stretch)];
    spans.push(...more);
  }
  const last = spans.at(-1);
  return isGoing(clock) && last !== undefined ? [...spans.slice(0, -1), { ...last, to: null }] : spans;
}

const WHY = { runs: 'service', held: 'held', met: 'resolved', canceled: 'canceled', left: 'canceled' } as const;

const whole = ({ terms }: CaseClock, { phase, from, to, reasons }: ClockStretch): ClockSpan => ({
  from,
  to,
  counts: phase === 'runs',
  why: WHY[phase],
  holds: reasons,
  serviceMs: serviceMsBetween(terms.calendar, from, to),
});

/** A stretch that ran, cut where service begins and ends; in one piece if it has more than `most` parts. */
function hoursOf(clock: CaseClock, stretch: ClockStretch, most: number): readonly ClockSpan[] {
  const spans: ClockSpan[] = [];
  let reached = stretch.from;
  const closed = (from: EpochMs, to: EpochMs): ClockSpan => ({
    from,
    to,
    counts: false,
    why: 'outside_hours',
    holds: [],
    serviceMs: 0,
  });
  for (const { opensAt, closesAt } of openSpansBetween(clock.terms.calendar, stretch.from, stretch.to)) {
    if (opensAt > reached) spans.push(closed(reached, opensAt));
    spans.push({ from: opensAt, to: closesAt, counts: true, why: 'service', holds: [], serviceMs: closesAt - opensAt });
    reached = closesAt;
    if (spans.length > most) return [whole(clock, stretch)];
  }
  return reached < stretch.to || spans.length === 0 ? [...spans, closed(reached, stretch.to)] : spans;
}
