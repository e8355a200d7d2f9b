import { type NativeConnection, Worker } from '@temporalio/worker';
import { createSendingActivities, type DeliveryStore } from '../activities/delivery.ts';
import { createMailSender } from '../activities/mail-sender.ts';
import { createWebhookSender } from '../activities/webhook-sender.ts';
import type { DeliverySettings } from '../runtime/delivery-settings.ts';
import { temporalNamespace } from '../runtime/temporal.ts';
import { deliveryQueueOf } from '../workflows/delivery.ts';

/** Attempts side by side, each of which may wait for a slow receiver. */
const ATTEMPTS_AT_A_TIME = 100;

interface SenderParts {
  readonly store: DeliveryStore;
  readonly settings: DeliverySettings;
  readonly connection: NativeConnection;
  readonly taskQueue: string;
}

/** The worker that makes the attempts, apart from all other activities: slow receivers must not hold up the ledger. */
export const createSender = ({ store, settings, connection, taskQueue }: SenderParts): Promise<Worker> =>
  Worker.create({
    connection,
    namespace: temporalNamespace(),
    taskQueue: deliveryQueueOf(taskQueue),
    activities: createSendingActivities(store, {
      webhook: createWebhookSender(settings),
      email: createMailSender(settings),
    }),
    maxConcurrentActivityTaskExecutions: ATTEMPTS_AT_A_TIME,
    // Longer than an attempt takes.
    shutdownGraceTime: '20 seconds',
  });
