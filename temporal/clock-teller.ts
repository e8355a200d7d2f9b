import type { Client } from '@temporalio/client';
import type { caseClock } from '../workflows/clocks/case-clock.ts';
import { type CaseClockInput, caseChanged, clockWorkflowIdOf } from '../workflows/clocks/clock-messages.ts';

/** Telling that takes longer has failed, and is tried again. */
const TELL_WITHIN_MS = 5_000;

/**
 * Tells the workflow of a case's clocks that something is on record, and starts it where it does not run. Telling twice
 * is harmless. Rejects with Temporal's error, at the latest after `TELL_WITHIN_MS`.
 */
export const createClockTeller =
  ({ client, taskQueue }: { readonly client: Client; readonly taskQueue: string }) =>
  async ({ caseId, run }: CaseClockInput): Promise<void> => {
    await client.withDeadline(Date.now() + TELL_WITHIN_MS, async () => {
      await client.workflow.signalWithStart<typeof caseClock, []>('caseClock', {
        taskQueue,
        workflowId: clockWorkflowIdOf(caseId, run),
        args: [{ caseId, run }],
        signal: caseChanged,
        staticSummary: `Service-level clocks of case ${caseId}`,
      });
    });
  };
