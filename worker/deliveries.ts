import { type NativeConnection, Worker, type WorkerOptions } from '@temporalio/worker';
import { createDeliveryActivities, createSendingActivities } from '../activities/deliveries/delivery-activities.ts';
import type { DeliverySettings } from '../activities/deliveries/delivery-settings.ts';
import { createMailSender } from '../activities/deliveries/mail-sender.ts';
import { createWebhookSender } from '../activities/deliveries/webhook-sender.ts';
import { temporalNamespace } from '../temporal/connection.ts';
import { deliveryQueueOf } from '../workflows/deliveries/delivery.ts';
import type { DeliveryStore } from '../workflows/deliveries/ports.ts';

/** Attempts at a time. Each may wait for a slow receiver. */
const ATTEMPTS_AT_A_TIME = 100;
/** Far fewer than entitlements have, so that thousands of deliveries leave them the processor and the memory. */
const WORKFLOW_TASKS_AT_A_TIME = 10;
const CACHED_WORKFLOWS = 200;

interface SenderParts {
  readonly store: DeliveryStore;
  readonly settings: DeliverySettings;
  readonly connection: NativeConnection;
  /** The task queue of entitlements, from which that of deliveries is derived. */
  readonly taskQueue: string;
  readonly code: WorkflowCode;
}

/** What every worker that runs workflows is given: their code, how messages are read, and what records traces. */
export type WorkflowCode = Pick<
  WorkerOptions,
  'workflowBundle' | 'dataConverter' | 'disablePayloadErrorLimit' | 'interceptors' | 'sinks'
>;

/**
 * The worker that runs deliveries and makes their attempts. It has a task queue and slots of its own, so that neither
 * thousands of deliveries nor slow receivers delay entitlements.
 */
export const createSender = ({ store, settings, connection, taskQueue, code }: SenderParts): Promise<Worker> =>
  Worker.create({
    ...code,
    connection,
    namespace: temporalNamespace(),
    taskQueue: deliveryQueueOf(taskQueue),
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
