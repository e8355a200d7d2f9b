import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { EntitlementId } from '../domain/ids.ts';
import { refuse } from '../domain/refusals.ts';
import {
  type AcceptMessage,
  accept,
  type DeclineMessage,
  decline,
  type RenewalAnswer,
  renewalWorkflowIdOf,
  type SnoozeMessage,
  snooze,
} from '../workflows/renewal-messages.ts';
import { Problem } from './problem.ts';
import { problemFrom } from './temporal-failures.ts';

/** A decision is answered once it is written down and told, and an acceptance once the successor waits. */
const DECISION_DEADLINE_MS = 15_000;

interface Which {
  readonly entitlementId: EntitlementId;
  readonly n: number;
}

/** Speaks to the renewals' workflows. Refusals are those of `decideRenewal`. */
export class RenewalsGateway {
  private readonly client: Client;

  constructor(client: Client) {
    this.client = client;
  }

  accept(which: Which, message: AcceptMessage): Promise<RenewalAnswer> {
    return this.decide(which, accept, message);
  }

  decline(which: Which, message: DeclineMessage): Promise<RenewalAnswer> {
    return this.decide(which, decline, message);
  }

  snooze(which: Which, message: SnoozeMessage): Promise<RenewalAnswer> {
    return this.decide(which, snooze, message);
  }

  private async decide<Message>(
    { entitlementId, n }: Which,
    definition: UpdateDefinition<RenewalAnswer, [Message]>,
    message: Message,
  ): Promise<RenewalAnswer> {
    const handle = this.client.workflow.getHandle(renewalWorkflowIdOf(entitlementId, n));
    try {
      return await this.client.withDeadline(Date.now() + DECISION_DEADLINE_MS, () =>
        handle.executeUpdate(definition, { args: [message] }),
      );
    } catch (error) {
      if (error instanceof WorkflowNotFoundError)
        throw new Problem(refuse('wrong_state', 'The renewal is over: nothing can be decided any more.').refused);
      throw problemFrom(error);
    }
  }
}
