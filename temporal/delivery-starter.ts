import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { attemptNow, type delivery, deliveryWorkflowIdOf } from '../workflows/deliveries/delivery.ts';

/** A start that takes longer has failed, and is tried again. */
const START_WITHIN_MS = 5_000;

/** What the workflow of a delivery is started for. */
interface StartedDelivery {
  readonly id: string;
  readonly kind: 'webhook' | 'email';
  readonly type: string | null;
  readonly target: string;
  readonly subject: string | null;
  /** 0 at first, and one more each time that somebody asks for the delivery again. */
  readonly redelivery: number;
}

interface StarterParts {
  readonly client: Client;
  /** The task queue of deliveries. */
  readonly taskQueue: string;
}

/**
 * Starts the workflow of a delivery, or has it try again for a redelivery. A workflow that runs already is fine:
 * whoever started it died before it could record that. Rejects with Temporal's error, at the latest after
 * `START_WITHIN_MS`.
 */
export const createDeliveryStarter =
  ({ client, taskQueue }: StarterParts) =>
  async ({ id, redelivery, ...about }: StartedDelivery): Promise<void> => {
    const options = {
      taskQueue,
      workflowId: deliveryWorkflowIdOf(id),
      args: [{ id, redelivery }] as [{ id: string; redelivery: number }],
      staticSummary: summaryOf(about),
    };
    try {
      await client.withDeadline(Date.now() + START_WITHIN_MS, async () => {
        if (redelivery === 0)
          await client.workflow.start<typeof delivery>('delivery', {
            ...options,
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          });
        else
          await client.workflow.signalWithStart<typeof delivery, [number]>('delivery', {
            ...options,
            signal: attemptNow,
            signalArgs: [redelivery],
          });
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  };

/** It names the host of a webhook only, because the path of its URL may hold a secret of the receiver. */
const summaryOf = ({ kind, type, target, subject }: Omit<StartedDelivery, 'id' | 'redelivery'>): string =>
  kind === 'webhook' ? `${type} to ${new URL(target).host}` : `E-mail to ${target}: ${subject}`;
