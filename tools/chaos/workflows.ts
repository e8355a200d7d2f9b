import { type Client, QueryRejectedError, WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import type { StateAnswer } from '../../workflows/entitlements/messages.ts';

const { EventType, WorkflowTaskFailedCause } = proto.temporal.api.enums.v1;

/** A workflow as the judge found it once all was quiet. */
export interface WorkflowEvidence {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  /** Of an entitlement that runs: what it answers when it is asked. */
  readonly state?: { readonly status: string; readonly seq: number; readonly remainingTerm: number | null };
  /** Why it does not go on: what it would have to do is tried again and fails, or nobody answers. */
  readonly troubles: readonly string[];
}

const ASKED_WITHIN_MS = 20_000;
const AT_ONCE = 8;

/** Workflow tasks that failed because the code did, not because a worker went away meanwhile. */
const FAULTS_OF_CODE = [
  'WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE',
  'WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR',
] as const;
const isFaultOfCode = (cause: number | null | undefined): boolean =>
  FAULTS_OF_CODE.some((name) => WorkflowTaskFailedCause[name] === cause);

/** Every workflow that runs or ended badly, looked at one by one. */
export async function readWorkflows(client: Client): Promise<WorkflowEvidence[]> {
  const query = "ExecutionStatus != 'Completed' and ExecutionStatus != 'ContinuedAsNew'";
  const evidence = await lookAtEach(client, query, (one) => look(client, one));
  return evidence.sort((one, other) => (one.id < other.id ? -1 : 1));
}

/** What the workflows have under way: a task or an activity. Deliveries do not count: they wait by their schedule. */
export const workUnderWay = (client: Client): Promise<string[]> =>
  lookAtEach(client, "ExecutionStatus = 'Running' and WorkflowType != 'delivery'", async ({ id }) => {
    const { raw } = await client.workflow.getHandle(id).describe();
    if (raw.pendingWorkflowTask) return `${id} has a task under way`;
    const [activity] = raw.pendingActivities ?? [];
    return activity && `${id} has its activity ${activity.activityType?.name} under way`;
  });

interface Found {
  readonly id: string;
  readonly runId: string;
  readonly type: string;
  readonly status: string;
}

/** Calls `look` for each workflow of the query, several at a time, and returns what it found. */
async function lookAtEach<Seen>(
  client: Client,
  query: string,
  look: (workflow: Found) => Promise<Seen | undefined>,
): Promise<Seen[]> {
  const found: Found[] = [];
  for await (const { workflowId, runId, type, status } of client.workflow.list({ query }))
    found.push({ id: workflowId, runId, type, status: status.name });
  const seen: Seen[] = [];
  let next = 0;
  const lane = async () => {
    for (let one = found[next++]; one !== undefined; one = found[next++]) {
      const looked = await look(one);
      if (looked !== undefined) seen.push(looked);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return seen;
}

async function look(client: Client, { id, runId, type, status }: Found): Promise<WorkflowEvidence | undefined> {
  if (status !== 'RUNNING') return { id, type, status, troubles: [] };
  const troubles = [...(await pending(client, id)), ...(await openIn(client, id, runId))];
  if (type !== 'entitlement') return { id, type, status, troubles };
  try {
    const state = await askState(client, id);
    return { id, type, status, state, troubles };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return undefined;
    const why = error instanceof Error ? error.message : String(error);
    return { id, type, status, troubles: [...troubles, `does not answer a query: ${why}`] };
  }
}

/** What the entitlement's workflow says of itself. */
export async function askState(client: Client, id: string) {
  const { entitlement, remainingTerm } = await client.withDeadline(Date.now() + ASKED_WITHIN_MS, () =>
    client.workflow.getHandle(id).query<StateAnswer>('state'),
  );
  return { status: entitlement.status, seq: entitlement.seq, remainingTerm };
}

/** What the server tries again because it failed. */
async function pending(client: Client, id: string): Promise<string[]> {
  const { raw } = await client.workflow.getHandle(id).describe();
  const troubles: string[] = [];
  const task = raw.pendingWorkflowTask;
  if ((task?.attempt ?? 1) > 1) troubles.push(`its workflow task is tried for the ${task?.attempt}. time`);
  for (const { attempt, lastFailure, activityType } of raw.pendingActivities ?? [])
    if ((attempt ?? 1) > 1)
      troubles.push(
        `its activity ${activityType?.name} fails (attempt ${attempt}): ${lastFailure?.message ?? 'no answer'}`,
      );
  return troubles;
}

/**
 * The SDK fails a workflow task that took more than five seconds. So does one that a frozen worker had at hand when it
 * goes on; the next try of the task succeeds. A workflow that always takes so long is found by its tries.
 */
const TOOK_TOO_LONG = /^Script execution timed out after \d+ms$/;

/** Updates of the present run without an outcome, and workflow tasks that the code failed. */
async function openIn(client: Client, workflowId: string, runId: string): Promise<string[]> {
  const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
  const open = new Set<string>();
  const troubles: string[] = [];
  for (const { eventType, eventId, ...event } of events ?? []) {
    if (eventType === EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED) open.add(String(eventId));
    if (eventType === EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED)
      open.delete(String(event.workflowExecutionUpdateCompletedEventAttributes?.acceptedEventId));
    const failed = event.workflowTaskFailedEventAttributes;
    if (isFaultOfCode(failed?.cause) && !TOOK_TOO_LONG.test(failed?.failure?.message ?? ''))
      troubles.push(`a workflow task failed: ${failed?.failure?.message ?? 'no reason given'}`);
  }
  if (open.size > 0) troubles.push(`${open.size} updates have no outcome`);
  return troubles;
}
