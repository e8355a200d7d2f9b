import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { type NativeConnection, Worker } from '@temporalio/worker';
import { createClockActivities } from '../activities/clocks/clock-activities.ts';
import { takeFirstClockTurn } from '../activities/clocks/take-clock-turn.ts';
import { createDeliveryActivities } from '../activities/deliveries/delivery-activities.ts';
import { readDeliverySettings } from '../activities/deliveries/delivery-settings.ts';
import { createEntitlementActivities } from '../activities/ledger/ledger-activities.ts';
import { createGraceActivities } from '../activities/ledger/take-over-grace.ts';
import { createRenewalActivities } from '../activities/renewals/renewal-activities.ts';
import { createClockDispatchStore } from '../db/clocks/clock-work.ts';
import { createDeliveryStore } from '../db/deliveries/delivery-attempts.ts';
import { createDispatchStore } from '../db/deliveries/dispatch-store.ts';
import { createLedgerStore } from '../db/ledger/ledger.ts';
import { connect, connectForLookups } from '../db/postgres/connect.ts';
import type { Sql } from '../db/postgres/sql.ts';
import { forgetWorker, sayAlive } from '../db/postgres/workers.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Settings } from '../runtime/settings.ts';
import type { TraceParts } from '../runtime/telemetry/trace-parts.ts';
import { clientTraces } from '../temporal/client-traces.ts';
import { createClockTeller } from '../temporal/clock-teller.ts';
import { lastingClient, temporalNamespace } from '../temporal/connection.ts';
import { askTemporal, TemporalLink } from '../temporal/connection-link.ts';
import { createDeliveryStarter } from '../temporal/delivery-starter.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';
import { EntitlementsGateway } from '../temporal/entitlements-gateway.ts';
import { connectWorker } from '../temporal/worker-connection.ts';
import type { ClockActivities } from '../workflows/clocks/ports.ts';
import { deliveryQueueOf } from '../workflows/deliveries/delivery.ts';
import type { DeliveryActivities } from '../workflows/deliveries/ports.ts';
import type { EntitlementActivities, GraceActivities } from '../workflows/entitlements/ports.ts';
import type { RenewalActivities } from '../workflows/renewals/ports.ts';
import { timeActivities } from './activity-metrics.ts';
import { BacklogReader } from './backlog-reader.ts';
import { ClockDispatcher } from './clock-dispatcher.ts';
import { createSender, type WorkflowCode } from './deliveries.ts';
import { Dispatcher } from './dispatcher.ts';
import { Heartbeat } from './heartbeat.ts';
import { LastingWorkers } from './lasting-workers.ts';
import { watchLostSuccessors } from './lost-successors.ts';
import { freeLoopbackAddress, serveMetrics } from './metrics-server.ts';
import { readMetricsAddress } from './metrics-settings.ts';
import { installTemporalRuntime } from './temporal-runtime.ts';
import { handledUpdates, tracedActivities, WORKFLOW_BUNDLE } from './worker-traces.ts';

/**
 * How long Temporal keeps a workflow's tasks for the worker that has the workflow in memory. After that another worker
 * rebuilds it from its history. Tasks also wait this long after a worker has died or lost its connection without
 * notice.
 */
const HELD_FOR_WORKER = '10 seconds';
/**
 * Temporal takes a stack trace of every promise of a workflow, which by default is a sixth of this process's work.
 * Three calls still show where an error was thrown. The setting affects threads that are started later: those that run
 * workflows.
 */
const CALLS_IN_WORKFLOW_STACKS = 3;
/** The time that running activities get to finish after the worker is told to stop. */
const SHUTDOWN_GRACE = '10 seconds';

export interface RunningWorker {
  /** Resolves once the worker polls, or once it was stopped before. */
  readonly started: Promise<void>;
  /** The worker takes no more tasks and finishes those under way; then `finished` resolves. */
  stop(): void;
  readonly finished: Promise<void>;
}

/**
 * Starts a worker on the task queue of the settings, with the workflow bundle that the build made, and keeps it running
 * while its connections fail and come back. Throws when the bundle is missing.
 */
export async function startWorker(
  settings: Settings,
  { log, traces }: { readonly log: Logger; readonly traces: TraceParts | null },
): Promise<RunningWorker> {
  const metricsAddress = readMetricsAddress();
  const sdkAddress = metricsAddress === null ? undefined : await freeLoopbackAddress();
  installTemporalRuntime(log, sdkAddress);
  setFlagsFromString(`--stack-trace-limit=${CALLS_IN_WORKFLOW_STACKS}`);
  const { taskQueue } = settings;
  const sql = connect(settings.databaseUrl, { purpose: 'serving' });
  const lookups = connectForLookups(settings.databaseUrl);
  const { client, renew } = lastingClient(await clientTraces());
  const code = await workflowCode(traces);
  const link = new TemporalLink(client, renew, log);
  const deliverySettings = readDeliverySettings();
  const deliveryStore = createDeliveryStore(sql, ({ endpointId, what }) => log.warn({ endpointId }, `webhook ${what}`));
  const store = createLedgerStore(sql, lookups);
  const gateway = new EntitlementsGateway({ client, taskQueue, store });
  const activities = {
    ...createEntitlementActivities(store, gateway),
    ...createGraceActivities({ sql, gateway, log }),
    // For deliveries that an older version started on this queue.
    ...createDeliveryActivities(deliveryStore),
    ...createRenewalActivities({ sql, gateway, log }, settings.publicUrl),
    ...createClockActivities({ sql, gateway, publicUrl: settings.publicUrl }),
  };
  const make = async () => {
    // A connection that is tried before Temporal answers fails, and the next try waits.
    await link.up();
    const connection = await connectWorker();
    try {
      const worker = await createWorker(settings, connection, { activities, code });
      const sender = await createSender({
        store: deliveryStore,
        settings: deliverySettings,
        connection,
        taskQueue,
        code,
      });
      return { connection, workers: [worker, sender] };
    } catch (error) {
      await connection.close().catch(() => undefined);
      throw error;
    }
  };
  const lasting = new LastingWorkers({ make, log });
  const { smtpUrl, perWebhook } = deliverySettings;
  const dispatcher = new Dispatcher({
    store: createDispatchStore(sql),
    start: createDeliveryStarter({ client, taskQueue: deliveryQueueOf(taskQueue) }),
    log,
    sendsEmail: smtpUrl !== null,
    perWebhook,
  });
  const clocks = new ClockDispatcher({
    store: createClockDispatchStore(sql),
    takeFirstTurn: (turn) => takeFirstClockTurn({ sql, publicUrl: settings.publicUrl }, turn),
    tell: createClockTeller({ client, taskQueue }),
    log,
  });
  const lostSuccessors = watchLostSuccessors({ sql, gateway, log });
  const heartbeat = new Heartbeat({
    record: workerRecord(sql, taskQueue),
    askTemporal: () => {
      const { connection } = lasting;
      return connection === undefined ? undefined : askTemporal({ connection });
    },
    missingKeys: () => payloadEncryption().missingKeys,
    renew: () => lasting.renew(),
    log,
  });
  const backlog = new BacklogReader(sql, taskQueue, log);
  const refresh = () => backlog.refresh();
  const sdkUrl = sdkAddress && `http://${sdkAddress}/metrics`;
  const metricsServer = metricsAddress && serveMetrics({ address: metricsAddress, refresh, sdkUrl, log });
  const finish = async () => {
    await lasting.finished;
    await Promise.all([dispatcher.stop(), clocks.stop(), heartbeat.stop(), lostSuccessors.stop()]);
    link.stop();
    metricsServer?.close();
    await Promise.all([sql.end({ timeout: 5 }), lookups.end({ timeout: 5 })]);
    await client.connection.close();
  };
  const finished = finish();
  const stop = () => {
    lasting.stop();
    // Whatever waits until Temporal is back stops waiting.
    link.stop();
  };
  // Readiness sees the worker as soon as it polls.
  const started = lasting.started.then(() => heartbeat.beat());
  return { started, stop, finished };
}

/** The record by which readiness sees this worker. */
function workerRecord(sql: Sql, taskQueue: string) {
  const id = randomUUID();
  return { sayAlive: () => sayAlive(sql, id, taskQueue), forget: () => forgetWorker(sql, id) };
}

async function createWorker(
  settings: Settings,
  connection: NativeConnection,
  {
    activities,
    code,
  }: {
    readonly activities: EntitlementActivities &
      GraceActivities &
      DeliveryActivities &
      RenewalActivities &
      ClockActivities;
    readonly code: WorkflowCode;
  },
) {
  return await Worker.create({
    ...code,
    connection,
    namespace: temporalNamespace(),
    taskQueue: settings.taskQueue,
    activities,
    shutdownGraceTime: SHUTDOWN_GRACE,
    stickyQueueScheduleToStartTimeout: HELD_FOR_WORKER,
  });
}

/** The options of every worker that runs workflows. Throws when the bundle is missing. */
async function workflowCode(traces: TraceParts | null): Promise<WorkflowCode> {
  if (!existsSync(WORKFLOW_BUNDLE)) throw new Error('The workflow bundle is missing: run `npm run build` first.');
  const { workflowBundle, dataConverter } = payloadEncryption().ofWorkers(WORKFLOW_BUNDLE);
  return {
    interceptors: { activity: [timeActivities, ...(traces === null ? [] : await tracedActivities())] },
    workflowBundle,
    dataConverter,
    sinks: handledUpdates,
    // The refusal of an update contains the update, however large. If the worker checked its size, the task would fail
    // until the sender gives up; the server accepts it. bytes.ts keeps small what our own workflows send.
    disablePayloadErrorLimit: true,
  };
}
