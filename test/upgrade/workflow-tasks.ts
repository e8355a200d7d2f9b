import type { Client, WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

const { WorkflowTaskFailedCause: Cause } = proto.temporal.api.enums.v1;

/** Why a task is given back and tried again although nothing is wrong: something came in while a run was ending. */
const HARMLESS = [
  Cause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  Cause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
];

export interface TaskReport {
  readonly workflows: number;
  /** Workflow and cause of each task that failed, for example as its history could not be replayed. */
  readonly failures: readonly string[];
}

/** Reads the histories of all runs on the server. */
export async function failedWorkflowTasks(client: Client): Promise<TaskReport> {
  const failures: string[] = [];
  let workflows = 0;
  for await (const { workflowId, runId } of client.workflow.list()) {
    workflows += 1;
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    for (const { workflowTaskFailedEventAttributes: failed } of events ?? []) {
      if (failed == null || HARMLESS.some((cause) => cause === failed.cause)) continue;
      failures.push(`${workflowId}: ${Cause[failed.cause ?? 0]}: ${failed.failure?.message ?? ''}`);
    }
  }
  return { workflows, failures };
}

/** Workflows that run: each answers a query, for which a worker that does not know it replays its whole history. */
export async function replayRunning(client: Client): Promise<number> {
  let replayed = 0;
  for await (const { workflowId } of client.workflow.list({ query: "ExecutionStatus = 'Running'" })) {
    const handle = client.workflow.getHandle(workflowId);
    if (await isAsleep(handle)) continue;
    await handle.query('__stack_trace');
    replayed += 1;
  }
  return replayed;
}

/** Temporal has not woken it since its start, so there is nothing to replay, and it takes no queries. */
async function isAsleep(handle: WorkflowHandle): Promise<boolean> {
  const { events } = await handle.fetchHistory();
  return !(events ?? []).some(({ workflowTaskScheduledEventAttributes: task }) => task != null);
}
