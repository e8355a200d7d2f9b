import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type LogLevel, type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createDeliveryActivities } from '../activities/deliveries/delivery-activities.ts';
import { readDeliverySettings } from '../activities/deliveries/delivery-settings.ts';
import { createEntitlementActivities } from '../activities/ledger/ledger-activities.ts';
import { createRenewalActivities } from '../activities/renewals/renewal-activities.ts';
import { createDeliveryStore } from '../db/deliveries/delivery-attempts.ts';
import { createLedgerStore } from '../db/ledger/ledger.ts';
import { connect } from '../db/postgres/connect.ts';
import type { Logger } from '../runtime/logger.ts';
import { distDir } from '../runtime/project-dir.ts';
import type { Settings } from '../runtime/settings.ts';
import { connectWorker, lastingClient, temporalNamespace } from '../temporal/connection.ts';
import { TemporalLink } from '../temporal/connection-link.ts';
import { EntitlementsGateway } from '../temporal/entitlements-gateway.ts';
import { deliveryQueueOf } from '../workflows/deliveries/delivery.ts';
import type { DeliveryActivities } from '../workflows/deliveries/ports.ts';
import type { EntitlementActivities } from '../workflows/entitlements/ports.ts';
import type { RenewalActivities } from '../workflows/renewals/ports.ts';
import { createSender } from './deliveries.ts';
import { Dispatcher } from './dispatcher.ts';
import { Generations } from './generations.ts';
import { Heartbeat } from './heartbeat.ts';
import { watchLostSuccessors } from './lost-successors.ts';

/**
 * How long Temporal holds a workflow's tasks for the worker that has it in memory; then another one reads it back from its
 * history. So long they wait, too, after a worker has died or lost its connection without a word.
 */
const HELD_FOR_WORKER = '10 seconds';
/**
 * Temporal takes a stack trace of every promise of a workflow: by default that is a sixth of this process's work. So many
 * calls still say where an error was thrown. Only threads made later take it up: those that run workflows.
 */
const CALLS_IN_WORKFLOW_STACKS = 3;
/** Time that running activities get to finish once the worker is told to stop. */
const SHUTDOWN_GRACE = '10 seconds';

export interface RunningWorker {
  /** Resolves once it polls, or once it was stopped before. */
  readonly started: Promise<void>;
  /** Stops taking tasks and lets running ones finish; `finished` settles then. */
  stop(): void;
  readonly finished: Promise<void>;
}

/**
 * Starts a worker on the task queue of the settings with the workflow bundle that the build made, and keeps it running
 * whatever becomes of its connections.
 */
export async function startWorker(settings: Settings, log: Logger): Promise<RunningWorker> {
  installRuntime(log);
  setFlagsFromString(`--stack-trace-limit=${CALLS_IN_WORKFLOW_STACKS}`);
  const { taskQueue } = settings;
  const sql = connect(settings.databaseUrl, { purpose: 'serving' });
  const { client, renew } = lastingClient();
  const link = new TemporalLink(client, renew, log);
  const deliverySettings = readDeliverySettings();
  const deliveryStore = createDeliveryStore(sql, ({ endpointId, what }) => log.warn({ endpointId }, `webhook ${what}`));
  const store = createLedgerStore(sql);
  const gateway = new EntitlementsGateway({ client, taskQueue, store });
  const activities = {
    ...createEntitlementActivities(store, gateway),
    // For deliveries that older code started on this queue.
    ...createDeliveryActivities(deliveryStore),
    ...createRenewalActivities({ sql, gateway, log }, settings.publicUrl),
  };
  const generations = new Generations(async () => {
    // A connection that is tried too early fails, and the next try waits.
    await link.up();
    const connection = await connectWorker();
    try {
      const worker = await createWorker(settings, connection, activities);
      const sender = await createSender({
        store: deliveryStore,
        settings: deliverySettings,
        connection,
        taskQueue,
        bundle: workflowBundle(),
      });
      return { connection, workers: [worker, sender] };
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  }, log);
  const { smtpUrl, perWebhook } = deliverySettings;
  const dispatcher = new Dispatcher({
    sql,
    client,
    taskQueue: deliveryQueueOf(taskQueue),
    log,
    sendsEmail: smtpUrl !== null,
    perWebhook,
  });
  const lostSuccessors = watchLostSuccessors({ sql, gateway, log });
  const connection = () => generations.connection;
  const heartbeat = new Heartbeat({
    sql,
    id: randomUUID(),
    taskQueue,
    connection,
    renew: () => generations.renew(),
    log,
  });
  const finish = async () => {
    await generations.finished;
    await Promise.all([dispatcher.stop(), heartbeat.stop(), lostSuccessors.stop()]);
    link.stop();
    await sql.end({ timeout: 5 });
    await client.connection.close();
  };
  const finished = finish();
  const stop = () => {
    generations.stop();
    // What waits for Temporal to be back waits no longer.
    link.stop();
  };
  // Readiness knows of a worker that polls.
  const started = generations.started.then(() => heartbeat.beat());
  return { started, stop, finished };
}

async function createWorker(
  settings: Settings,
  connection: NativeConnection,
  activities: EntitlementActivities & DeliveryActivities & RenewalActivities,
) {
  return await Worker.create({
    ...workflowBundle(),
    connection,
    namespace: temporalNamespace(),
    taskQueue: settings.taskQueue,
    activities,
    shutdownGraceTime: SHUTDOWN_GRACE,
    stickyQueueScheduleToStartTimeout: HELD_FOR_WORKER,
  });
}

/** What every worker that runs workflows is made with. */
function workflowBundle() {
  const codePath = join(distDir, 'workflows.bundle.js');
  if (!existsSync(codePath)) throw new Error('The workflow bundle is missing: run `npm run build` first.');
  return {
    workflowBundle: { codePath },
    dataConverter: { payloadConverterPath: join(distDir, 'workflows', 'messages', 'payload-converter.js') },
    // The refusal of an update holds the update, however large. Checked here, its task would fail as long as the sender
    // waits; the server takes it. What this product's own workflows send is kept small by bytes.ts.
    disablePayloadErrorLimit: true,
  };
}

/**
 * Temporal's own log goes into ours, as JSON lines: that of its TypeScript side, and that of its native core, which else
 * writes coloured lines past it. Once a process.
 */
function installRuntime(log: Logger): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  const write = (level: Level, message: string, meta?: object) => log[levelOf(message, level)]({ ...meta }, message);
  Runtime.install({
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } },
    logger: {
      log: (level, message, meta) => write(LEVELS[level], message, meta),
      trace: (message, meta) => write('trace', message, meta),
      debug: (message, meta) => write('debug', message, meta),
      info: (message, meta) => write('info', message, meta),
      warn: (message, meta) => write('warn', message, meta),
      error: (message, meta) => write('error', message, meta),
    },
  });
}
let runtimeInstalled = false;

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error';
const LEVELS: Readonly<Record<LogLevel, Level>> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Some of its warnings are none here. */
function levelOf(message: string, level: Level): Level {
  // While Temporal is away each poll says so again and again; that it is away is said once, by the heartbeat.
  return /^gRPC call \w+ retried/.test(message) ? 'info' : level;
}
