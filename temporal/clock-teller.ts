import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { caseClock } from '../workflows/clocks/case-clock.ts';
import { type CaseClockInput, caseChanged, clockWorkflowIdOf } from '../workflows/clocks/clock-messages.ts';

/** Telling that takes longer has failed, and is tried again. */
const TELL_WITHIN_MS = 5_000;

/**
 * Tells the workflow of a case's clocks that something is on record, and starts it where it does not run, unless the
 * first turn says that all clocks have ended. Telling twice is harmless. Rejects with Temporal's error, at the latest
 * after `TELL_WITHIN_MS`.
 */
export const createClockTeller =
  ({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }) =>
  async (input: CaseClockInput): Promise<void> => {
    const { caseId, run, first } = input;
    const workflowId = clockWorkflowIdOf(caseId, run);
    await client.withDeadline(Date.now() + TELL_WITHIN_MS, async () => {
      if (first?.isOver) return await tellRunning(client, workflowId);
      await client.workflow.signalWithStart<typeof caseClock, []>('caseClock', {
        taskQueue,
        workflowId,
        args: [input],
        signal: caseChanged,
        staticSummary: `Service-level clocks of case ${caseId}`,
      });
    });
  };

/** One can run although the clocks have ended: whoever started it died before that was noted. */
async function tellRunning(client: Client, workflowId: string): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(caseChanged);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}
