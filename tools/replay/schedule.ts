import type { PlannedEvent } from './plan.ts';

/** The events of one location, in order, and how far they have been played. */
interface Lane {
  readonly events: readonly PlannedEvent[];
  next: number;
}

/**
 * Hands out a plan's events in batches. The events of a location keep their order, across batches too; those of
 * different locations meet on no entitlement and may pass each other. A later event of an incident waits until its
 * attach is answered: when that was refused, or has not come yet, it is left out.
 */
export class Schedule {
  readonly #lanes: readonly Lane[];
  readonly #attachedCases = new Set<string>();
  #leftOut = 0;

  constructor(events: readonly PlannedEvent[]) {
    const byLocation = new Map<string, PlannedEvent[]>();
    for (const event of events) {
      const known = byLocation.get(event.location);
      if (known === undefined) byLocation.set(event.location, [event]);
      else known.push(event);
    }
    // The longest first: it is the one that decides how many batches there are.
    const longestFirst = [...byLocation.values()].sort((a, b) => b.length - a.length);
    this.#lanes = longestFirst.map((ofLocation) => ({ events: ofLocation, next: 0 }));
  }

  /** Events that were not sent, as their incident was not attached. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Up to `limit` events, every one to be answered before the next call. Empty at the end. */
  nextBatch(limit: number): PlannedEvent[] {
    const batch: PlannedEvent[] = [];
    for (const lane of this.#lanes) {
      if (batch.length >= limit) break;
      this.#takeFrom(lane, batch, limit);
    }
    return batch;
  }

  /** Says that the API took the attach of this case. */
  attached(caseId: string): void {
    this.#attachedCases.add(caseId);
  }

  #takeFrom(lane: Lane, batch: PlannedEvent[], limit: number): void {
    const unanswered = new Set<string>();
    while (batch.length < limit) {
      const event = lane.events[lane.next];
      if (event === undefined || unanswered.has(event.caseId)) return;
      lane.next += 1;
      if (event.kind === 'attach') unanswered.add(event.caseId);
      if (event.kind === 'attach' || this.#attachedCases.has(event.caseId)) batch.push(event);
      else this.#leftOut += 1;
    }
  }
}
