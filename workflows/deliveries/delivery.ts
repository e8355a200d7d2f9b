import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  defineSignal,
  isCancellation,
  proxyActivities,
  setDefaultSignalHandler,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { unreadableStart } from '../messages/start-failure.ts';
import { DeliveryOperatorView } from './delivery-view.ts';
import type { AttemptReport, DeliveryActivities, SendingActivities } from './ports.ts';
import { isRedelivery, RedeliveryRequests } from './redelivery-requests.ts';
import { isDeliveryStart } from './start-input.ts';

export interface DeliveryInput {
  readonly id: string;
  /** How often somebody asked for another delivery. */
  readonly redelivery: number;
}

const QUEUE_SUFFIX = '-deliveries';

/**
 * Deliveries have a task queue of their own, for their workflows and their attempts, so that neither many deliveries
 * nor slow receivers delay entitlements. A delivery that older code started still runs on the entitlements' queue;
 * its attempts run on this one.
 */
export const deliveryQueueOf = (taskQueue: string): string =>
  taskQueue.endsWith(QUEUE_SUFFIX) ? taskQueue : `${taskQueue}${QUEUE_SUFFIX}`;

export const deliveryWorkflowIdOf = (id: string): string => `delivery/${id}`;

/** Somebody asked for another delivery: its number. */
export const attemptNow = defineSignal<[number]>('attemptNow');

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** The wait before each attempt, as Standard Webhooks recommends: some three days in all. */
const WAITS_MS = [
  0,
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
] as const;

/**
 * The wait after the database did not say what to send. It grows each time, because each try costs events of the
 * history.
 */
const BEGIN_AGAIN_MS = 5 * SECOND_MS;
const BEGIN_AGAIN_AT_MOST_MS = 10 * MINUTE_MS;

const { recordAttempt } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Record how the attempt went',
});

/**
 * Brings one event to one endpoint, or one e-mail to one mailbox. At each attempt the database says whether the
 * delivery is still wanted. A cancel request of Temporal does not end it: to stop deliveries, disable the webhook.
 */
export async function delivery(input: DeliveryInput): Promise<void> {
  if (!isDeliveryStart(input)) throw unreadableStart('a delivery');
  return await CancellationScope.nonCancellable(() => deliverWhileAsked(input));
}

async function deliverWhileAsked({ id, redelivery }: DeliveryInput): Promise<void> {
  const view = new DeliveryOperatorView();
  const requests = new RedeliveryRequests(id, redelivery);
  setHandler(attemptNow, (number: unknown) => {
    if (isRedelivery(number)) requests.note(number);
    else view.refused(attemptNow.name, 'names no redelivery');
  });
  setDefaultSignalHandler((name) => view.refused(name, 'is no signal of a delivery'));
  do await deliver(id, requests, view);
  while (await requests.isAskedAgain());
}

/** Makes attempts by the schedule, until one succeeds, the schedule ends, or somebody asks for another delivery. */
async function deliver(id: string, requests: RedeliveryRequests, view: DeliveryOperatorView): Promise<void> {
  const { redelivery } = requests;
  for (const [index, waitMs] of WAITS_MS.entries()) {
    if (waitMs > 0 && (await requests.waitFor(waitMs))) return await deliver(id, requests, view);
    const number = index + 1;
    view.show(`Attempt ${number} of ${WAITS_MS.length} is under way.`);
    const report = await sendOnce(id, requests);
    if (requests.redelivery !== redelivery) return await deliver(id, requests, view);
    if (report === null) return view.show('The delivery is not wanted any more.');
    const nextInMs = WAITS_MS[index + 1] ?? null;
    const isFinished = await recordAttempt({ id, redelivery, number, report, nextInMs });
    view.show(describe(report, number, isFinished ? null : nextInMs));
    if (isFinished) return;
  }
}

/**
 * Makes one attempt; null if nothing has to be sent any more, or if somebody asked for another delivery. Temporal never
 * retries it: the schedule decides about waits.
 */
async function sendOnce(id: string, requests: RedeliveryRequests): Promise<AttemptReport | null> {
  const { sendDelivery } = proxyActivities<SendingActivities>({
    taskQueue: deliveryQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '30 seconds',
    retry: { maximumAttempts: 1 },
    summary: 'Send',
  });
  for (let waitMs = BEGIN_AGAIN_MS; ; waitMs = Math.min(2 * waitMs, BEGIN_AGAIN_AT_MOST_MS)) {
    try {
      return await sendDelivery(id, requests.redelivery);
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return unknownOutcome();
      if (await requests.waitFor(waitMs)) return null;
    }
  }
}

/** The worker ended during the attempt. It counts as an attempt, and the next one sends the same again. */
const unknownOutcome = (): AttemptReport => ({
  outcome: 'failed',
  at: Date.now(),
  durationMs: null,
  statusCode: null,
  error: 'The worker ended during the attempt. It is not known whether the receiver got it.',
  response: null,
  url: null,
});

function describe({ outcome, error }: AttemptReport, number: number, nextInMs: number | null): string {
  if (outcome === 'delivered') return `**Delivered** at attempt ${number}.`;
  const next = nextInMs === null ? '**Given up.**' : `Next attempt: ${new Date(Date.now() + nextInMs).toISOString()}`;
  return `Attempt ${number} of ${WAITS_MS.length}: ${error}\n\n${next}`;
}
