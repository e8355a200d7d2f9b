import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';
import { inject } from 'vitest';
import type { StrangeMessage } from './strange-messages.ts';
import { temporal } from './temporal.ts';

const {
  EventType,
  UpdateWorkflowExecutionLifecycleStage: Stage,
  WorkflowTaskFailedCause,
} = proto.temporal.api.enums.v1;
const NAMESPACE = 'default';
/** A workflow that answers does so long before. */
const ANSWER_WITHIN_MS = 60_000;
/** The gRPC status of what the server or the workflow refuses as not valid. */
const INVALID_ARGUMENT = 3;
const DEADLINE_EXCEEDED = 4;
/** What the server answers while it is busy with the workflow, or the workflow with a new run: nothing was done. */
const ASK_AGAIN: readonly unknown[] = [8, 10, 14];
const ASK_AGAIN_MS = 200;

/** Pages of a history with large signals are larger than a client takes by default. */
const reader = new Client({
  connection: Connection.lazy({
    address: inject('temporalAddress'),
    channelArgs: { 'grpc.max_receive_message_length': -1 },
  }),
});

/**
 * Sends a message as it is, as senders do: again while the server is busy. Answers whether it was taken or refused. Throws
 * when nobody answers, or on any other error.
 */
export async function send(workflowId: string, message: StrangeMessage): Promise<'taken' | 'refused'> {
  for (const deadline = Date.now() + ANSWER_WITHIN_MS; ; await sleep(ASK_AGAIN_MS)) {
    try {
      return await sendOnce(workflowId, message);
    } catch (error) {
      if (!ASK_AGAIN.includes((error as { code?: number }).code) || Date.now() > deadline) throw error;
    }
  }
}

async function sendOnce(workflowId: string, { how, name, payloads }: StrangeMessage): Promise<'taken' | 'refused'> {
  const { connection } = temporal;
  const base = { namespace: NAMESPACE, workflowExecution: { workflowId } };
  const args = { payloads: [...payloads] };
  try {
    return await connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      if (how === 'signal')
        await connection.workflowService.signalWorkflowExecution({ ...base, signalName: name, input: args });
      else if (how === 'query')
        await connection.workflowService.queryWorkflow({
          namespace: NAMESPACE,
          execution: { workflowId },
          query: { queryType: name, queryArgs: args },
        });
      else {
        const { outcome } = await connection.workflowService.updateWorkflowExecution({
          ...base,
          waitPolicy: { lifecycleStage: Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED },
          request: { meta: {}, input: { name, args } },
        });
        if (outcome?.failure != null) return 'refused';
      }
      return 'taken';
    });
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === INVALID_ARGUMENT) return 'refused';
    if (code === DEADLINE_EXCEEDED)
      throw new Error(
        `${workflowId} did not answer the ${how} ${name.slice(0, 40)} ${String(payloads[0]?.data).slice(0, 300)} ${payloads.map(({ data }) => data.length)}`,
        { cause: error },
      );
    throw error;
  }
}

/** A message came while the run's last task was under way: the server has that task done again. */
const BY_THE_SERVER: readonly number[] = [
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
  WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE,
];

type HistoryEvent = NonNullable<Awaited<ReturnType<WorkflowHandle['fetchHistory']>>['events']>[number];

/** What happened in all runs of a workflow, the newest run first. */
async function runsOf(workflowId: string): Promise<readonly (readonly HistoryEvent[])[]> {
  const runs: HistoryEvent[][] = [];
  let runId: string | undefined = (await reader.workflow.getHandle(workflowId).describe()).runId;
  while (runId) {
    const { events } = await reader.workflow.getHandle(workflowId, runId).fetchHistory();
    runs.push(events ?? []);
    runId = events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId ?? undefined;
  }
  return runs;
}

/** Tasks that failed in the workflow's own code, in all runs of the workflow, with their messages. */
export async function failedTasks(workflowId: string): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const { eventType, workflowTaskFailedEventAttributes: failed } of (await runsOf(workflowId)).flat()) {
    if (eventType !== EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED || failed == null) continue;
    if (BY_THE_SERVER.includes(failed.cause ?? 0)) continue;
    failures.push(`${WorkflowTaskFailedCause[failed.cause ?? 0]}: ${failed.failure?.message}`);
  }
  return failures;
}

/** The largest payloads, or lists of them, in all runs of a workflow, and how many runs there are. */
export async function payloadSizes(workflowId: string) {
  const runs = await runsOf(workflowId);
  let largest = { bytes: 0, event: '' };
  for (const event of runs.flat()) {
    const bytes = bytesIn(event);
    if (bytes > largest.bytes) largest = { bytes, event: EventType[event.eventType ?? 0] ?? '' };
  }
  return { largest, runs: runs.length };
}

/** Of all payloads in an event together. */
function bytesIn(value: unknown): number {
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce<number>((sum, each) => sum + bytesIn(each), 0);
}
