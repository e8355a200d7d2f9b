import type { EpochMs } from '../../domain/calendar.ts';

/** Which clocks are looked at, and the time of the workflow that asks. */
export interface ClockTurn {
  readonly caseId: string;
  /** The number of the workflow among those that look after the clocks of the case: 1, 2, 3 … */
  readonly run: number;
  readonly now: EpochMs;
}

/** How the clocks stand after a turn. */
export interface ClockTurnTaken {
  /** The next instant at which something happens to one of them by itself; null: nothing does until they are told. */
  readonly wakesAt: EpochMs | null;
  /** All of them have ended. */
  readonly isOver: boolean;
  /** What an operator sees: one line for each clock that has not ended. */
  readonly lines: readonly string[];
}

export interface ClockActivities {
  /**
   * Counts the clocks of the case up to `now` by what is on record, records how they stand, and announces what happened
   * to them. Each occurrence is announced once, however often a turn is taken.
   */
  takeClockTurn(turn: ClockTurn): Promise<ClockTurnTaken>;
}
