import type { Client } from '@temporalio/client';
import { clocksGoingOn, tellClocksAgain } from '../../db/clocks/clock-repair.ts';
import type { DueClockWork } from '../../db/clocks/clock-work.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { clockWorkflowIdOf } from '../../workflows/clocks/clock-messages.ts';
import { looksAgain } from './patience.ts';
import type { RepairParts } from './repaired.ts';

/**
 * Has the workflows of clocks that go on started again where none runs, at several looks. The clocks are counted from
 * the ledger, so a workflow begins where it should be; what was announced is on record.
 */
export async function repairClocks({ sql, client, starts, pause, mended }: RepairParts): Promise<void> {
  const standing = await looksAgain(
    () => standingClocks(sql, client),
    ({ caseId, run }) => clockWorkflowIdOf(caseId, run),
    pause,
  );
  for (const due of standing) {
    // Temporal's list may be a moment old.
    if ((await starts.statusOf(clockWorkflowIdOf(due.caseId, due.run))) === 'running') continue;
    if (!(await tellClocksAgain(sql, due))) continue;
    mended({ kind: 'clock', id: due.caseId, what: `no workflow looked after its clocks: run ${due.run} starts again` });
  }
}

/** Those whose workflow is not in Temporal's list. A clock that starts between the two reads is gone at the next look. */
async function standingClocks(sql: Sql, client: Client): Promise<readonly DueClockWork[]> {
  const running = new Set<string>();
  const list = client.workflow.list({ query: "WorkflowType = 'caseClock' and ExecutionStatus = 'Running'" });
  for await (const { workflowId } of list) running.add(workflowId);
  return (await clocksGoingOn(sql)).filter(({ caseId, run }) => !running.has(clockWorkflowIdOf(caseId, run)));
}
