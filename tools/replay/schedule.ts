import type { PlannedEvent } from './plan.ts';

/** The events of one location, in order, and how far they have been played. */
interface Lane {
  readonly events: readonly PlannedEvent[];
  next: number;
}

/**
 * Hands out a plan's events in batches. The events of one location keep their order, also across batches; those of
 * different locations share no entitlement and may overtake each other. A later event of an incident waits until its
 * attach is answered, and is left out when the attach was refused or has not come.
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
    // The longest queue first, because it decides how many batches there are.
    const longestFirst = [...byLocation.values()].sort((a, b) => b.length - a.length);
    this.#lanes = longestFirst.map((ofLocation) => ({ events: ofLocation, next: 0 }));
  }

  /** Events that were not sent because their incident was not attached. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** Up to `limit` events; all of them must be answered before the next call. Empty at the end. */
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
