import type { ClockOccurrence } from '../../domain/slas/case-clock.ts';
import type { NamedClock } from '../../domain/slas/case-clocks.ts';
import type { ClockReading } from '../../domain/slas/clock-reading.ts';

/** Something that happened to a clock and was not announced before. */
export interface Announced {
  readonly clock: NamedClock;
  readonly reading: ClockReading;
  readonly occurrence: ClockOccurrence;
}

/** The case that the clocks belong to. */
export interface CaseOfClocks {
  readonly caseId: string;
  readonly customerId: string;
  readonly customerName: string | null;
  readonly title: string | null;
  readonly publicUrl: string;
}
