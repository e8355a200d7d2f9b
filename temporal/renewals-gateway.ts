import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import { customerId, type EntitlementId, entitlementId } from '../domain/ids.ts';
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
import { refusalFrom } from './temporal-failures.ts';

/** A decision is answered once it is written down and told, and an acceptance once the successor waits. */
const DECISION_DEADLINE_MS = 12_000;

interface Which {
  readonly entitlementId: EntitlementId;
  readonly n: number;
}

/** What a decision came to. */
interface Decided {
  readonly successorId: EntitlementId | null;
}

/** The record of a renewal by its id; undefined where there is none. */
type FindRenewal = (id: string) => Promise<RecordedRenewal | undefined>;

/** Speaks to the renewals' workflows. Refusals are those of `decideRenewal`. */
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
    const workflowId = renewalWorkflowIdOf(which.entitlementId, which.n);
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

  /** Its workflow ended though nothing was decided, as when an operator terminated it: it goes on from its record. */
  private async revive<Message>(
    { entitlementId: id, n, customerId: customer, endsAt }: RecordedRenewal,
    definition: UpdateDefinition<RenewalAnswer, [Message]>,
    message: Message,
  ): Promise<Decided> {
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof renewalWorkflow>('renewal', {
      workflowId: renewalWorkflowIdOf(id, n),
      taskQueue: this.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ entitlementId: id, n, revive: true }],
      staticSummary: `Renewal of ${id}`,
      typedSearchAttributes: renewalSearchAttributes({ customerId: customerId(customer) }, endsAt.getTime()),
    });
    return await this.client.workflow.executeUpdateWithStart(definition, { args: [message], startWorkflowOperation });
  }

  /**
   * A decision that ends a renewal ends its workflow: its key is answered from the record. `open`: nothing has ended
   * the renewal.
   */
  private async firstAnswer(which: Which, key: string, content: string): Promise<Decided | { open: RecordedRenewal }> {
    const record = await this.find(renewalIdOf(which));
    if (record === undefined) throw refusalError('not_found', `There is no renewal ${renewalIdOf(which)}.`);
    if (record.decidedKey !== key) {
      if (record.isOver) throw alreadyDecided(record);
      return { open: record };
    }
    if (record.decidedContent !== content)
      throw new RefusalError(refuse('idempotency_conflict', `The key ${key} came before with other content.`).refused);
    return { successorId: record.successorId === null ? null : entitlementId(record.successorId) };
  }
}
