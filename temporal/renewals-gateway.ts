import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { type EntitlementId, entitlementId } from '../domain/ids.ts';
import { RefusalError, refusalError, refuse } from '../domain/refusals.ts';
import { alreadyDecided, type RecordedRenewal } from '../domain/renewals/recorded-renewal.ts';
import { renewalIdOf } from '../domain/renewals/renewal-course.ts';
import { renewalSearchAttributes } from '../workflows/messages/search-attributes.ts';
import type { renewal as renewalWorkflow } from '../workflows/renewals/renewal.ts';
import {
  type AcceptMessage,
  accept,
  contentOf,
  type DeclineMessage,
  decline,
  type RenewalAnswer,
  renewalWorkflowIdOf,
  type SnoozeMessage,
  snooze,
} from '../workflows/renewals/renewal-messages.ts';
import { payloadEncryption } from './encryption/payload-encryption.ts';
import { refusalFrom } from './temporal-failures.ts';

/** A decision is answered once it is written and announced; an acceptance also makes its successor before that. */
const DECISION_DEADLINE_MS = 12_000;

interface Which {
  readonly entitlementId: EntitlementId;
  readonly renewalNumber: number;
}

/** The outcome of a decision. */
interface Decided {
  readonly successorId: EntitlementId | null;
}

/** Reads the record of a renewal by its id; undefined if there is none. */
type FindRenewal = (id: string) => Promise<RecordedRenewal | undefined>;

/**
 * Sends decisions to the workflows of renewals. Each decision is taken once by its key. Throws a RefusalError: those of
 * `decideRenewal`, `idempotency_conflict` for a key with other content, `not_found`, and `unavailable`.
 */
export class RenewalsGateway {
  private readonly client: Client;
  private readonly taskQueue: string;
  private readonly find: FindRenewal;

  constructor({ client, taskQueue, find }: { client: Client; taskQueue: string; find: FindRenewal }) {
    this.client = client;
    this.taskQueue = taskQueue;
    this.find = find;
  }

  accept(which: Which, message: AcceptMessage): Promise<Decided> {
    const { by, reason, changes } = message;
    return this.decide(which, accept, message, contentOf({ kind: 'accept', by, reason }, changes));
  }

  decline(which: Which, message: DeclineMessage): Promise<Decided> {
    const { by, reason } = message;
    return this.decide(which, decline, message, contentOf({ kind: 'decline', by, reason }, null));
  }

  snooze(which: Which, message: SnoozeMessage): Promise<Decided> {
    const { by, reason, until } = message;
    return this.decide(which, snooze, message, contentOf({ kind: 'snooze', until, by, reason }, null));
  }

  private async decide<Message extends { readonly key: string }>(
    which: Which,
    definition: UpdateDefinition<RenewalAnswer, [Message]>,
    message: Message,
    content: string,
  ): Promise<Decided> {
    const workflowId = renewalWorkflowIdOf(which.entitlementId, which.renewalNumber);
    const handle = this.client.workflow.getHandle(workflowId);
    try {
      return await this.client.withDeadline(Date.now() + DECISION_DEADLINE_MS, async () => {
        try {
          return await handle.executeUpdate(definition, { args: [message] });
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error;
          const found = await this.firstAnswer(which, message.key, content);
          return 'open' in found ? await this.revive(found.open, definition, message) : found;
        }
      });
    } catch (error) {
      throw refusalFrom(error);
    }
  }

  /**
   * Starts the workflow of an undecided renewal again, for example after an operator terminated it. It reads its
   * record.
   */
  private async revive<Message>(
    { entitlementId: id, renewalNumber, customerId: customer, endsAt }: RecordedRenewal,
    definition: UpdateDefinition<RenewalAnswer, [Message]>,
    message: Message,
  ): Promise<Decided> {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof renewalWorkflow>('renewal', {
      workflowId: renewalWorkflowIdOf(id, renewalNumber),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ entitlementId: id, n: renewalNumber, revive: true }],
      staticSummary: `Renewal of ${id}`,
      typedSearchAttributes: renewalSearchAttributes(payloadEncryption().shownCustomer(customer), endsAt.getTime()),
    });
    return await this.client.workflow.executeUpdateWithStart(definition, { args: [message], startWorkflowOperation });
  }

  /**
   * Answers a key from the record, because a decision that ends a renewal ends its workflow as well. `open`: the
   * renewal is not over, so its workflow must be revived.
   */
  private async firstAnswer(which: Which, key: string, content: string): Promise<Decided | { open: RecordedRenewal }> {
    const id = renewalIdOf({ entitlementId: which.entitlementId, n: which.renewalNumber });
    const record = await this.find(id);
    if (record === undefined) throw refusalError('not_found', `There is no renewal ${id}.`);
    if (record.decidedKey !== key) {
      if (record.isOver) throw alreadyDecided(record);
      return { open: record };
    }
    if (record.decidedContent !== content)
      throw new RefusalError(refuse('idempotency_conflict', `The key ${key} came before with other content.`).refused);
    return { successorId: record.successorId === null ? null : entitlementId(record.successorId) };
  }
}
