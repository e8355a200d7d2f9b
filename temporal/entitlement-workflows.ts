import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Client,
  type WithStartWorkflowOperation as WithStart,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client';
import { ApplicationFailure, type UpdateDefinition } from '@temporalio/common';
import type { EntitlementId } from '../domain/ids.ts';
import { type UnwrittenAnswer, unwritten } from '../workflows/entitlements/case-messages.ts';
import type { CreateMessage } from '../workflows/entitlements/life-messages.ts';
import { HANDING_OVER, workflowIdOf } from '../workflows/entitlements/messages.ts';
import type { EntitlementInput, EntitlementWorkflow } from '../workflows/entitlements/run-input.ts';
import { initialSearchAttributes } from '../workflows/messages/search-attributes.ts';
import { payloadEncryption } from './encryption/payload-encryption.ts';
import { refusalFrom } from './temporal-failures.ts';
import { timeOfUpdate } from './update-metrics.ts';

/** How long a caller waits for an entitlement's decision before it is refused as `unavailable`. */
const DECISION_DEADLINE_MS = 10_000;
/**
 * How long a sender waits for the next run of an entitlement, which begins soon if no message interrupts it; doubled
 * with each try.
 */
const HANDING_OVER_MS = 50;
const LONGEST_HANDING_OVER_MS = 1_000;

/**
 * Sends messages to the workflows of entitlements. A workflow that has completed is started again, and loads the
 * entitlement from PostgreSQL. Throws `RefusalError` with the workflow's refusal, and `unavailable` where no answer
 * comes within `DECISION_DEADLINE_MS`.
 */
export class EntitlementWorkflows {
  private readonly client: Client;
  private readonly taskQueue: string;

  constructor({ client, taskQueue }: { client: Client; taskQueue: string }) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /** Sends the first update of a new entitlement, and starts its workflow where that does not run yet. */
  async create<Answer>(
    id: EntitlementId,
    definition: UpdateDefinition<Answer, [CreateMessage]>,
    message: CreateMessage,
  ): Promise<Answer> {
    return await timeOfUpdate(definition.name, () =>
      this.withinDeadline(() => this.updateWithStart(definition, message, { id }, message)),
    );
  }

  async update<Answer, Message>(
    id: EntitlementId,
    definition: UpdateDefinition<Answer, [Message]>,
    message: Message,
  ): Promise<Answer> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    const ask = async () => {
      try {
        return await untilTaken(() => handle.executeUpdate(definition, { args: [message] }));
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        return await this.updateWithStart(definition, message, { id, revive: true });
      }
    };
    return await timeOfUpdate(definition.name, () => this.withinDeadline(ask));
  }

  /** Returns when Temporal has the signal: the entitlement decides later. */
  async signal(id: EntitlementId, signal: string, content: object): Promise<void> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    const args: [object] = [content];
    await this.withinDeadline(async () => {
      try {
        await handle.signal(signal, ...args);
      } catch (error) {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
        await this.client.workflow.signalWithStart('entitlement', {
          taskQueue: this.taskQueue,
          workflowId: workflowIdOf(id),
          args: [{ id, revive: true }],
          signal,
          signalArgs: args,
        });
      }
    });
  }

  /** The unwritten rows about a case; undefined where the workflow has ended, which wrote everything before it did. */
  async unwrittenAbout(id: EntitlementId, caseId: string): Promise<UnwrittenAnswer | undefined> {
    const handle = this.client.workflow.getHandle(workflowIdOf(id));
    const found = await this.withinDeadline(() => handle.query(unwritten, caseId).catch(ignoreNotFound));
    return found ?? undefined;
  }

  private async updateWithStart<Answer, Message>(
    definition: UpdateDefinition<Answer, [Message]>,
    message: Message,
    input: EntitlementInput,
    created?: CreateMessage,
  ): Promise<Answer> {
    return await untilTaken(() =>
      this.client.workflow.executeUpdateWithStart(definition, {
        args: [message],
        // An operation can be used once, so each try makes a new one.
        startWorkflowOperation: this.startOperation(input, created),
      }),
    );
  }

  private async withinDeadline<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.client.withDeadline(Date.now() + DECISION_DEADLINE_MS, ask);
    } catch (error) {
      throw refusalFrom(error);
    }
  }

  private startOperation(input: EntitlementInput, created?: CreateMessage): WithStart<EntitlementWorkflow> {
    const described =
      created === undefined
        ? {}
        : {
            staticSummary: created.details.name,
            staticDetails: `Customer ${created.details.customerId}`,
            typedSearchAttributes: initialSearchAttributes(
              payloadEncryption().shownCustomer(created.details.customerId),
            ),
          };
    return new WithStartWorkflowOperation<EntitlementWorkflow>('entitlement', {
      workflowId: workflowIdOf(input.id),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [input],
      ...described,
    });
  }
}

function ignoreNotFound(error: unknown): undefined {
  if (!(error instanceof WorkflowNotFoundError)) throw error;
}

/** Sends an update again that came while its run ended. The deadline around it bounds how often. */
async function untilTaken<Answer>(send: () => Promise<Answer>): Promise<Answer> {
  for (let wait = HANDING_OVER_MS; ; wait = Math.min(2 * wait, LONGEST_HANDING_OVER_MS)) {
    try {
      return await send();
    } catch (error) {
      if (!isHandingOver(error)) throw error;
      await sleep(wait);
    }
  }
}

const isHandingOver = (error: unknown): boolean =>
  error instanceof WorkflowUpdateFailedError &&
  error.cause instanceof ApplicationFailure &&
  error.cause.type === HANDING_OVER;
