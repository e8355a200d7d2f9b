import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import proto from '@temporalio/proto';
import { anEntitlement } from './entitlements.ts';
import { type Figure, figure } from './figure.ts';
import { each } from './load.ts';
import { type BenchOptions, roundsOf } from './rounds.ts';
import { median } from './spread.ts';
import type { BenchStack } from './stack.ts';

const WEBHOOKS = 5;
const ENTITLEMENTS = 10;
/** In each round. */
const EVENTS_PER_ENTITLEMENT = 500;
const WATCHED_SECONDS = 15;
/** So long the deliveries of a round may take to end once its webhooks are gone. */
const GONE_WITHIN_MS = 60_000;
const CREATE_EVERY_MS = 250;
const LOOK_EVERY_MS = 1_000;
/** Nothing listens there. */
const DEAD_URL = 'http://127.0.0.1:1/hook';

const { TASK_QUEUE_TYPE_WORKFLOW } = proto.temporal.api.enums.v1.TaskQueueType;

/** What was seen of entitlements while case events, and their deliveries, were under way. */
interface Watched {
  readonly creationsMs: readonly number[];
  readonly failedCreations: number;
  /** Of workflow tasks that waited on the entitlements' task queue. */
  readonly oldestTaskSeconds: number;
  /** Deliveries' workflows at a time. */
  readonly runningDeliveries: number;
}

/**
 * Entitlements that are created beside 5,000 case events: without any webhook, and then with five whose receivers are
 * dead, so that each event has five deliveries that fail.
 */
export async function deliveries(
  stack: BenchStack,
  say: (line: string) => void,
  options: BenchOptions,
): Promise<Figure[]> {
  say('creations beside 5,000 case events without webhooks, then with five dead ones');
  const watched = { without: [] as Watched[], beside: [] as Watched[] };
  for (const round of roundsOf(options)) {
    const without = await watchedRound(stack, 'without');
    const ids = await Promise.all(Array.from({ length: WEBHOOKS }, (_, n) => aDeadWebhook(stack, n)));
    const beside = await watchedRound(stack, 'beside');
    await removeWebhooks(stack, ids);
    watched.without.push(without);
    watched.beside.push(beside);
    say(`round ${round}: without webhooks ${described(without)}`);
    say(`round ${round}: with dead webhooks ${described(beside)}`);
  }
  const slower = watched.beside.map(
    (beside, index) => median(beside.creationsMs) / median(watched.without[index]?.creationsMs ?? []),
  );
  const detail = `${described(together(watched.beside))}; without webhooks ${described(together(watched.without))}`;
  return [figure('creation_beside_dead_webhooks_vs_without', slower, 'at most', 3, detail)];
}

async function aDeadWebhook(stack: BenchStack, n: number): Promise<string> {
  const { id } = await stack.send<{ id: string }>(
    'POST',
    '/v1/webhooks',
    { url: `${DEAD_URL}/${n}`, types: ['*'] },
    201,
  );
  return id;
}

/** Removes them, and waits until nothing is sent to them any more: the next round must not carry what is left. */
async function removeWebhooks({ send, temporal }: BenchStack, ids: readonly string[]): Promise<void> {
  for (const id of ids) await send('DELETE', `/v1/webhooks/${id}`, null, 204);
  for (const deadline = Date.now() + GONE_WITHIN_MS; Date.now() < deadline; await sleep(LOOK_EVERY_MS)) {
    const { count } = await temporal.workflow.count(`WorkflowType = 'delivery' AND ExecutionStatus = 'Running'`);
    if (count === 0) return;
  }
}

const together = (rounds: readonly Watched[]): Watched => ({
  creationsMs: rounds.flatMap(({ creationsMs }) => creationsMs),
  failedCreations: rounds.reduce((sum, { failedCreations }) => sum + failedCreations, 0),
  oldestTaskSeconds: Math.max(...rounds.map(({ oldestTaskSeconds }) => oldestTaskSeconds)),
  runningDeliveries: Math.max(...rounds.map(({ runningDeliveries }) => runningDeliveries)),
});

const described = ({ creationsMs, failedCreations, oldestTaskSeconds, runningDeliveries }: Watched): string =>
  [
    `${creationsMs.length} creations, median ${median(creationsMs).toFixed(0)} ms, slowest ${Math.max(...creationsMs).toFixed(0)} ms`,
    `${failedCreations} refused as unavailable`,
    `oldest waiting task ${oldestTaskSeconds.toFixed(1)} s`,
    `${runningDeliveries} deliveries at a time`,
  ].join(', ');

async function watchedRound(stack: BenchStack, name: string): Promise<Watched> {
  const run = `${name}-${randomUUID().slice(0, 8)}`;
  const targets = await Promise.all(
    Array.from({ length: ENTITLEMENTS }, (_, n) => anEntitlement(stack, `deliveries-${run}-${n}`)),
  );
  const until = performance.now() + WATCHED_SECONDS * 1_000;
  const [creations, seen] = await Promise.all([
    createUntil(stack, run, until),
    lookUntil(stack, until),
    each(targets, 2, (target, index) => sendEvents(stack, target, `${run}-${index}`)),
  ]);
  return { ...creations, ...seen };
}

async function sendEvents(stack: BenchStack, target: { id: string; customerId: string }, run: string): Promise<void> {
  const { id, customerId } = target;
  const events = Array.from({ length: EVENTS_PER_ENTITLEMENT }, (_, n) => ({
    kind: 'attach',
    key: `${run}-${n}`,
    caseId: `${run}-${n}`,
    customerId,
    entitlementId: id,
  }));
  await stack.send('POST', '/v1/case-events', { events }, 200);
}

/** Creates entitlements one after the other, at most one in each `CREATE_EVERY_MS`. */
async function createUntil(stack: BenchStack, run: string, until: number) {
  const creationsMs: number[] = [];
  let failedCreations = 0;
  for (let n = 0; performance.now() < until; n++) {
    const sent = performance.now();
    await anEntitlement(stack, `created-${run}-${n}`).catch((error: unknown) => {
      if (!String(error).includes('503')) throw error;
      failedCreations += 1;
    });
    creationsMs.push(performance.now() - sent);
    await sleep(Math.max(0, CREATE_EVERY_MS - (performance.now() - sent)));
  }
  return { creationsMs, failedCreations };
}

async function lookUntil({ temporal }: BenchStack, until: number) {
  let oldestTaskSeconds = 0;
  let runningDeliveries = 0;
  for (; performance.now() < until; await sleep(LOOK_EVERY_MS)) {
    const { stats } = await temporal.connection.workflowService.describeTaskQueue({
      namespace: 'default',
      taskQueue: { name: 'allot' },
      taskQueueType: TASK_QUEUE_TYPE_WORKFLOW,
      reportStats: true,
    });
    const { seconds, nanos } = stats?.approximateBacklogAge ?? {};
    oldestTaskSeconds = Math.max(oldestTaskSeconds, Number(seconds ?? 0) + (nanos ?? 0) / 1e9);
    const { count } = await temporal.workflow.count(`WorkflowType = 'delivery' AND ExecutionStatus = 'Running'`);
    runningDeliveries = Math.max(runningDeliveries, count);
  }
  return { oldestTaskSeconds, runningDeliveries };
}
