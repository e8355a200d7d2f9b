import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createDeliveryActivities, type DeliveryActivities } from '../activities/delivery.ts';
import { createEntitlementActivities, type EntitlementActivities } from '../activities/entitlement.ts';
import type { RenewalActivities } from '../activities/renewal.ts';
import { connect } from '../db/connect.ts';
import { createDeliveryStore } from '../db/delivery-attempts.ts';
import { createLedgerStore } from '../db/ledger.ts';
import { forgetWorker, sayAlive } from '../db/workers.ts';
import { distDir } from '../dev/project-dir.ts';
import { EntitlementsGateway } from '../gateway/entitlements-gateway.ts';
import { createRenewalActivities } from '../renewals/activities.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Settings } from '../runtime/settings.ts';
import { connectClient, connectWorker, temporalNamespace } from '../runtime/temporal.ts';
import { startDeliveries } from './deliveries.ts';
import { watchLostSuccessors } from './lost-successors.ts';

/**
 * Entitlements that start in one second are more than a worker handles in the ten seconds that Temporal holds their
 * tasks for it by default: past that each is read back from its whole history. So long they wait, too, after a worker
 * has died without a word.
 */
const HELD_FOR_WORKER = '20 seconds';
/**
 * Temporal takes a stack trace of every promise of a workflow: by default that is a sixth of this process's work. So many
 * calls still say where an error was thrown. Only threads made later take it up: those that run workflows.
 */
const CALLS_IN_WORKFLOW_STACKS = 3;
/** Time that running activities get to finish once the worker is told to stop. */
const SHUTDOWN_GRACE = '10 seconds';
/** Readiness looks for a worker seen within three of these. */
const HEARTBEAT_MS = 5_000;

export interface RunningWorker {
  /** Stops taking tasks and lets running ones finish; `finished` settles then. */
  stop(): void;
  readonly finished: Promise<void>;
}

/** Starts a worker on the task queue of the settings with the workflow bundle that the build made. */
export async function startWorker(settings: Settings, log: Logger): Promise<RunningWorker> {
  installRuntime(log);
  setFlagsFromString(`--stack-trace-limit=${CALLS_IN_WORKFLOW_STACKS}`);
  const sql = connect(settings.databaseUrl);
  const connection = await connectWorker();
  const client = await connectClient();
  const deliveryStore = createDeliveryStore(sql, ({ endpointId, what }) => log.warn({ endpointId }, `webhook ${what}`));
  const store = createLedgerStore(sql);
  const gateway = new EntitlementsGateway({ client, taskQueue: settings.taskQueue, store });
  const worker = await createWorker(settings, connection, {
    ...createEntitlementActivities(store, gateway),
    // For deliveries that older code started on this queue.
    ...createDeliveryActivities(deliveryStore),
    ...createRenewalActivities({ sql, gateway, log }, settings.publicUrl),
  });
  const { taskQueue } = settings;
  const deliveries = await startDeliveries({
    sql,
    store: deliveryStore,
    client,
    connection,
    taskQueue,
    log,
    bundle: workflowBundle(),
  });
  const id = randomUUID();
  const beat = async () => {
    await sayAlive(sql, id, settings.taskQueue).catch((error: unknown) => log.warn({ err: error }, 'no heartbeat'));
  };
  await beat();
  const timer = setInterval(beat, HEARTBEAT_MS);
  const lostSuccessors = watchLostSuccessors({ sql, gateway, log });
  const run = async () => {
    try {
      await worker.run();
    } finally {
      clearInterval(timer);
      await lostSuccessors.stop();
      await deliveries.stop();
      await forgetWorker(sql, id).catch(() => undefined);
      await sql.end({ timeout: 5 });
      await client.connection.close();
      await connection.close();
    }
  };
  return { stop: () => worker.shutdown(), finished: run() };
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
    dataConverter: { payloadConverterPath: join(distDir, 'workflows', 'payload-converter.js') },
    // The refusal of an update holds the update, however large. Checked here, its task would fail as long as the sender
    // waits; the server takes it. What this product's own workflows send is kept small by bytes.ts.
    disablePayloadErrorLimit: true,
  };
}

/** Temporal's own log goes into ours. Once a process. */
function installRuntime(log: Logger): void {
  if (runtimeInstalled) return;
  runtimeInstalled = true;
  Runtime.install({
    logger: {
      log: (level, message, meta) => log.info({ level, ...meta }, message),
      trace: (message, meta) => log.trace({ ...meta }, message),
      debug: (message, meta) => log.debug({ ...meta }, message),
      info: (message, meta) => log.info({ ...meta }, message),
      warn: (message, meta) => log.warn({ ...meta }, message),
      error: (message, meta) => log.error({ ...meta }, message),
    },
  });
}
let runtimeInstalled = false;
