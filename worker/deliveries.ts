import type { Client } from '@temporalio/client';
import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createDeliveryActivities, createSendingActivities, type DeliveryStore } from '../activities/delivery.ts';
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
/** Far fewer than entitlements have: thousands of deliveries leave them the processor and the memory. */
const WORKFLOW_TASKS_AT_A_TIME = 10;
const CACHED_WORKFLOWS = 200;

interface DeliveryParts {
  readonly sql: Sql;
  readonly store: DeliveryStore;
  readonly client: Client;
  readonly connection: NativeConnection;
  /** Of the entitlements; deliveries have one of their own beside it. */
  readonly taskQueue: string;
  readonly log: Logger;
  readonly bundle: Pick<WorkerOptions, 'workflowBundle' | 'dataConverter' | 'disablePayloadErrorLimit'>;
}

/**
 * What a worker does for deliveries: it starts those that are due, and runs them and their attempts on a task queue of their
 * own with slots of their own, so that neither thousands of them nor slow receivers hold up entitlements. `stop` lets
 * attempts under way finish.
 */
export async function startDeliveries({ sql, store, client, connection, taskQueue, log, bundle }: DeliveryParts) {
  const settings = readDeliverySettings();
  const ownQueue = deliveryQueueOf(taskQueue);
  const worker = await Worker.create({
    ...bundle,
    connection,
    namespace: temporalNamespace(),
    taskQueue: ownQueue,
    activities: {
      ...createDeliveryActivities(store),
      ...createSendingActivities(store, {
        webhook: createWebhookSender(settings),
        email: createMailSender(settings),
      }),
    },
    maxConcurrentActivityTaskExecutions: ATTEMPTS_AT_A_TIME,
    maxConcurrentWorkflowTaskExecutions: WORKFLOW_TASKS_AT_A_TIME,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    workflowThreadPoolSize: 1,
    // Longer than an attempt takes.
    shutdownGraceTime: '20 seconds',
  });
  const running = worker.run();
  const { smtpUrl, perWebhook } = settings;
  const dispatcher = new Dispatcher({
    sql,
    client,
    taskQueue: ownQueue,
    log,
    sendsEmail: smtpUrl !== null,
    perWebhook,
  });
  return {
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await Promise.all([dispatcher.stop(), running]);
    },
  };
}
