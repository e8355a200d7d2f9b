import type { EpochMs } from '../calendar.ts';
import { type OpenSpan, type ServiceCalendar, serviceFrom } from './business-calendar.ts';

/** The stretches of service between two instants, in order. They do not overlap. */
export function* openSpansBetween(calendar: ServiceCalendar, from: EpochMs, to: EpochMs): Generator<OpenSpan> {
  if (to <= from) return;
  if (calendar.kind === '24x7') {
    yield { opensAt: from, closesAt: to };
    return;
  }
  for (const { opensAt, closesAt } of serviceFrom(calendar, from)) {
    if (opensAt >= to) return;
    yield { opensAt, closesAt: Math.min(closesAt, to) };
  }
}

/** Milliseconds of service time between two instants; 0 where `to` is not after `from`. */
export function serviceMsBetween(calendar: ServiceCalendar, from: EpochMs, to: EpochMs): number {
  let sum = 0;
  for (const { opensAt, closesAt } of openSpansBetween(calendar, from, to)) sum += closesAt - opensAt;
  return sum;
}
