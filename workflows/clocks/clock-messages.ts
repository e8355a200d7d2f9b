import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { ClockTurnTaken } from './ports.ts';

/** What the workflow of a case's clocks starts with. */
export interface CaseClockInput {
  readonly caseId: string;
  readonly run: number;
  /**
   * How the clocks stood when whoever starts the workflow looked at them, for the signal that it starts with. They had
   * not ended. Absent: the workflow looks itself.
   */
  readonly first?: ClockTurnTaken;
}

/** `run`: 1 for the first workflow of the case's clocks, and one more after each that has ended. */
export const clockWorkflowIdOf = (caseId: string, run: number): string => `case-clock/${caseId}/${run}`;

/** Something that concerns the clocks of the case is on record. */
export const caseChanged = defineSignal('caseChanged');

/** The memo of a workflow that Temporal has not woken yet: when something happens to the clocks, in milliseconds; or null. */
export const WAKES_AT = 'wakesAt';

/** How the clocks stood at the last turn; null before the first. */
export const clockState = defineQuery<ClockTurnTaken | null>('state');
