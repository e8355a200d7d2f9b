import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Entitlement } from '../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../domain/ids.ts';
import type { EntitlementDetails } from '../domain/terms/details.ts';
import { workflowIdOf } from '../workflows/entitlements/messages.ts';
import type { EntitlementWorkflow } from '../workflows/entitlements/run-input.ts';
import { initialSearchAttributes, renewalSearchAttributes } from '../workflows/messages/search-attributes.ts';
import type { renewal as renewalWorkflow } from '../workflows/renewals/renewal.ts';
import { renewalWorkflowIdOf } from '../workflows/renewals/renewal-messages.ts';
import { payloadEncryption } from './encryption/payload-encryption.ts';

/** A renewal as its record has it. */
export interface RecordedCourse {
  readonly entitlementId: EntitlementId;
  readonly n: number;
  readonly customerId: string;
  readonly endsAt: Date;
}

/**
 * Starts workflows anew from what the database has. What ran under the same id ends in the same step, so an interruption
 * leaves either the old one or the new one. Rejects with Temporal's error.
 */
export class FreshStarts {
  private readonly client: Client;
  private readonly taskQueue: string;

  constructor(client: Client, taskQueue: string) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  async entitlement({ id, details }: Entitlement): Promise<void> {
    await this.client.workflow.start<EntitlementWorkflow>('entitlement', {
      workflowId: workflowIdOf(id),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      args: [{ id, revive: true }],
      staticSummary: details.name,
      staticDetails: `Customer ${details.customerId}`,
      typedSearchAttributes: initialSearchAttributes(payloadEncryption().shownCustomer(details.customerId)),
    });
  }

  /** Continues from the renewal's record. */
  async renewal({ entitlementId, n, customerId: customer, endsAt }: RecordedCourse): Promise<void> {
    await this.client.workflow.start<typeof renewalWorkflow>('renewal', {
      workflowId: renewalWorkflowIdOf(entitlementId, n),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'TERMINATE_EXISTING',
      args: [{ entitlementId, n, revive: true }],
      staticSummary: `Renewal of ${entitlementId}`,
      typedSearchAttributes: renewalSearchAttributes(payloadEncryption().shownCustomer(customer), endsAt.getTime()),
    });
  }

  /** Begins a renewal that has no record yet, as its entitlement's workflow would. */
  async firstRenewal(start: {
    readonly entitlementId: EntitlementId;
    readonly n: number;
    readonly details: EntitlementDetails;
    readonly endsAt: number;
    readonly at: number;
  }): Promise<void> {
    await this.client.workflow.start<typeof renewalWorkflow>('renewal', {
      workflowId: renewalWorkflowIdOf(start.entitlementId, start.n),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [start],
      staticSummary: `Renewal of ${start.details.name}`,
      typedSearchAttributes: renewalSearchAttributes(
        payloadEncryption().shownCustomer(start.details.customerId),
        start.endsAt,
      ),
    });
  }

  /** Ends the workflow of a renewal whose record says that it is over. */
  async endRenewal({ entitlementId, n }: Pick<RecordedCourse, 'entitlementId' | 'n'>, why: string): Promise<void> {
    await this.client.workflow
      .getHandle(renewalWorkflowIdOf(entitlementId, n))
      .terminate(why)
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }

  /** Whether a workflow of this id runs, has ended, or is not known to Temporal. */
  async statusOf(workflowId: string): Promise<'running' | 'ended' | 'unknown'> {
    try {
      const { status } = await this.client.workflow.getHandle(workflowId).describe();
      return status.name === 'RUNNING' ? 'running' : 'ended';
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return 'unknown';
      throw error;
    }
  }
}
