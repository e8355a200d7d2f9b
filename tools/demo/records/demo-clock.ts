import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { ActionableError } from '../../../client/failure.ts';
import { fastForward } from '../../../dev/fast-forward.ts';

const MS_PER_DAY = 86_400_000;

export const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 'yyyy-mm-dd'.length);

/** A year that begins in so many days and ends on the day before its anniversary. */
export function yearFrom(daysAhead: number): { startDate: string; endDate: string } {
  const start = new Date(Date.now() + daysAhead * MS_PER_DAY);
  const anniversary = new Date(start);
  anniversary.setUTCFullYear(start.getUTCFullYear() + 1);
  return { startDate: isoDay(start.getTime()), endDate: isoDay(anniversary.getTime() - MS_PER_DAY) };
}

/** So many days of 24 hours before an instant that the API gave. */
export const daysBefore = (instant: string, days: number): string =>
  new Date(Date.parse(instant) - days * MS_PER_DAY).toISOString();

/** gRPC codes of a server that cannot do this: invalid argument, failed precondition, unimplemented. */
const NOT_FOR_THIS_SERVER: ReadonlySet<number> = new Set([3, 9, 12]);

/** Whether the Temporal server has refused to skip time, as one does that was not started for it. */
export const isNotForThisServer = (error: unknown): boolean =>
  isGrpcServiceError(error) && NOT_FOR_THIS_SERVER.has(error.code);

export interface ClockOf {
  readonly connection: Connection;
  readonly namespace: string;
  readonly entitlementId: string;
  /** Workflows that the entitlement starts on the way begin at its time, and then run at normal speed. */
  readonly alone?: boolean;
}

/** The clock of one entitlement's workflow, which only goes forward. */
export class DemoClock {
  readonly #of: ClockOf;
  #skippedMs = 0;

  constructor(of: ClockOf) {
    this.#of = of;
  }

  now(): number {
    return Date.now() + this.#skippedMs;
  }

  async skip(durationMs: number): Promise<void> {
    const { connection, namespace, entitlementId, alone = false } = this.#of;
    await fastForward(connection, namespace, `entitlement/${entitlementId}`, durationMs, { alone });
    this.#skippedMs += durationMs;
  }

  /** To so many milliseconds past an instant that the API gave. */
  async goTo(instant: string | null, pastMs = 0): Promise<void> {
    const aheadMs = instant === null ? Number.NaN : Date.parse(instant) - this.now();
    if (Number.isNaN(aheadMs))
      throw new ActionableError(`The API gave no instant of ${this.#of.entitlementId} to move to.`);
    await this.skip(aheadMs + pastMs);
  }
}
