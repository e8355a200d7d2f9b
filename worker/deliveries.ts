import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createSendingActivities, type DeliveryStore } from '../activities/delivery.ts';
import { createMailSender } from '../activities/mail-sender.ts';
import { createWebhookSender } from '../activities/webhook-sender.ts';
import type { Sql } from '../db/connect.ts';
import { readDeliverySettings } from '../runtime/delivery-settings.ts';
import type { Logger } from '../runtime/logger.ts';
import { temporalNamespace } from '../runtime/temporal.ts';
import { deliveryQueueOf } from '../workflows/delivery.ts';
import { Dispatcher } from './dispatcher.ts';

/** Attempts side by side, each of which may wait for a slow receiver. */
const ATTEMPTS_AT_A_TIME = 100;

interface DeliveryParts {
  readonly sql: Sql;
  readonly store: DeliveryStore;
  readonly client: Client;
  readonly connection: NativeConnection;
  readonly taskQueue: string;
  readonly log: Logger;
}

/**
 * What a worker does for deliveries beside its workflows: it starts those that are due, and makes their attempts, apart from
 * all other activities: slow receivers must not hold up the ledger. `stop` lets attempts under way finish.
 */
export async function startDeliveries({ sql, store, client, connection, taskQueue, log }: DeliveryParts) {
  const settings = readDeliverySettings();
  const sender = await Worker.create({
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
  const running = sender.run();
  const dispatcher = new Dispatcher({ sql, client, taskQueue, log, sendsEmail: settings.smtpUrl !== null });
  return {
    stop: async () => {
      if (sender.getState() === 'RUNNING') sender.shutdown();
      await Promise.all([dispatcher.stop(), running]);
    },
  };
}
