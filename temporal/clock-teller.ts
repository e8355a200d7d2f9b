import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { caseClock } from '../workflows/clocks/case-clock.ts';
import { type CaseClockInput, caseChanged, clockWorkflowIdOf, WAKES_AT } from '../workflows/clocks/clock-messages.ts';
import type { ClockTurnTaken } from '../workflows/clocks/ports.ts';
import { LONGEST_TIMER_MS } from '../workflows/messages/limits.ts';

/** The workflow begins so long before the first instant at which something happens, and then sleeps until that. */
const BEGINS_BEFORE_MS = 5_000;
/** Telling that takes longer has failed, and is tried again. */
const TELL_WITHIN_MS = 5_000;

/**
 * Tells the workflow of a case's clocks that something is on record, and starts it where it does not run, unless the
 * first turn says that all clocks have ended. A workflow that starts with a first turn is there at once, but Temporal wakes
 * it only shortly before something happens, or when it is told again: a signal with a start ends a start delay, a signal
 * alone does not. Telling twice is harmless. Rejects with Temporal's error, at the latest after `TELL_WITHIN_MS`.
 */
export const createClockTeller =
  ({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }) =>
  async ({ caseId, run, first }: CaseClockInput): Promise<void> => {
    const workflowId = clockWorkflowIdOf(caseId, run);
    const start =
      first === undefined || first.isOver
        ? { args: [{ caseId, run }] as [CaseClockInput] }
        : { args: [{ caseId, run, first }] as [CaseClockInput], ...sleeping(first) };
    await client.withDeadline(Date.now() + TELL_WITHIN_MS, async () => {
      if (first?.isOver && !(await isRunning(client, workflowId))) return;
      await client.workflow.signalWithStart<typeof caseClock, []>('caseClock', {
        ...{ taskQueue, workflowId, signal: caseChanged, ...start },
        staticSummary: `Service-level clocks of case ${caseId}`,
      });
    });
  };

/** One can run although the clocks have ended: whoever started it died before that was noted. */
async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    return (await client.workflow.getHandle(workflowId).describe()).status.name === 'RUNNING';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** How a workflow starts that has nothing to do yet. What it would say about itself stands in its memo and details. */
function sleeping({ wakesAt, lines }: ClockTurnTaken) {
  const delay = wakesAt === null ? 0 : Math.min(wakesAt - Date.now(), LONGEST_TIMER_MS) - BEGINS_BEFORE_MS;
  return {
    memo: { [WAKES_AT]: wakesAt },
    staticDetails: lines.join('\n\n'),
    ...(delay > 0 ? { startDelay: delay } : {}),
  };
}
