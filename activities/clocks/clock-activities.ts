import type { ClockActivities } from '../../workflows/clocks/ports.ts';
import { type ClockParts, takeClockTurn } from './take-clock-turn.ts';

/** What the workflow of a case's clocks asks of the world. */
export const createClockActivities = (parts: ClockParts): ClockActivities => ({
  takeClockTurn: (turn) => takeClockTurn(parts, turn),
});
