import { type Client, QueryNotRegisteredError, QueryRejectedError, WorkflowNotFoundError } from '@temporalio/client';
import proto from '@temporalio/proto';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { clientOn } from '../../temporal/connection.ts';
import { state, workflowIdOf } from '../../workflows/entitlements/messages.ts';
import type { WorkflowAnswer } from './compare.ts';

/** A workflow that is not in the worker's memory is replayed before it answers. After this time it counts as silent. */
const ANSWER_DEADLINE_MS = 15_000;
const PREFIX = workflowIdOf(entitlementId(''));
const { WorkflowExecutionStatus } = proto.temporal.api.enums.v1;

/** Asks the workflows of entitlements for their state. Workflows that have ended are not replayed for an answer. */
export class Workflows {
  private readonly client: Client;

  constructor({ connection, options: { namespace } }: Client) {
    this.client = clientOn(connection, { namespace, workflow: { queryRejectCondition: 'NOT_OPEN' } });
  }

  /** Never rejects: a workflow without an answer is `silent`. */
  async ask(id: EntitlementId): Promise<WorkflowAnswer> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    try {
      const answer = await this.client.withDeadline(Date.now() + ANSWER_DEADLINE_MS, () => handle.query(state));
      return { kind: 'running', state: answer };
    } catch (error) {
      return answerFrom(error);
    }
  }

  /** The entitlements whose workflows run according to Temporal's list, which may be a moment old. */
  async *running(): AsyncGenerator<EntitlementId> {
    const query = "WorkflowType = 'entitlement' and ExecutionStatus = 'Running'";
    for await (const { workflowId } of this.client.workflow.list({ query }))
      if (workflowId.startsWith(PREFIX)) yield entitlementId(workflowId.slice(PREFIX.length));
  }
}

function answerFrom(error: unknown): WorkflowAnswer {
  if (error instanceof WorkflowNotFoundError) return { kind: 'completed' };
  if (error instanceof QueryRejectedError) {
    if (error.status === WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED) return { kind: 'completed' };
    return { kind: 'ended', how: nameOf(error.status) };
  }
  // The error of a query handler that failed. The only handler fails where there is no entitlement.
  if (error instanceof QueryNotRegisteredError) return { kind: 'empty' };
  return { kind: 'silent', why: causeOf(error) };
}

const nameOf = (status: number): string =>
  (WorkflowExecutionStatus[status] ?? String(status)).replace('WORKFLOW_EXECUTION_STATUS_', '').toLowerCase();

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
