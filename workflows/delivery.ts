import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  defineSignal,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { AttemptReport, DeliveryActivities, SendingActivities } from '../activities/delivery.ts';

export interface DeliveryInput {
  readonly id: string;
  /** How often somebody asked for it anew. */
  readonly redelivery: number;
}

/** Attempts have a task queue of their own: slow receivers hold up nothing else. */
export const deliveryQueueOf = (taskQueue: string): string => `${taskQueue}-deliveries`;

export const deliveryWorkflowIdOf = (id: string): string => `delivery/${id}`;

/** Somebody asked for it anew: the number of that redelivery. */
export const attemptNow = defineSignal<[number]>('attemptNow');

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** What each attempt waits for after the one before, as Standard Webhooks advises: some three days in all. */
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

/** When an attempt could not begin, as the database did not say what to send: longer each time, for a long outage costs events. */
const BEGIN_AGAIN_MS = 5 * SECOND_MS;
const BEGIN_AGAIN_AT_MOST_MS = 10 * MINUTE_MS;

const { recordAttempt } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Record how the attempt went',
});

/** Brings one event to one endpoint, or one e-mail to its mailbox. Whether it is still wanted, the database says at each attempt. */
export async function delivery({ id, redelivery }: DeliveryInput): Promise<void> {
  let asked = redelivery;
  setHandler(attemptNow, (number) => {
    if (Number.isSafeInteger(number)) asked = Math.max(asked, number);
  });
  for (let current = asked; ; current = asked) {
    await deliver({ id, redelivery: current }, () => asked !== current);
    if (asked === current) return;
  }
}

/** By the schedule, until it is delivered, given up, or asked for anew. */
async function deliver({ id, redelivery }: DeliveryInput, isAskedAnew: () => boolean): Promise<void> {
  for (const [index, waitMs] of WAITS_MS.entries()) {
    if (waitMs > 0 && (await condition(isAskedAnew, waitMs))) return;
    const number = index + 1;
    setCurrentDetails(`Attempt ${number} of ${WAITS_MS.length} is under way.`);
    const report = await sendOnce(id, redelivery, isAskedAnew);
    if (report === null) return setCurrentDetails('Nothing is to be delivered any more.');
    const nextInMs = WAITS_MS[index + 1] ?? null;
    const isOver = await recordAttempt({ id, redelivery, number, report, nextInMs });
    setCurrentDetails(describe(report, number, isOver ? null : nextInMs));
    if (isOver) return;
  }
}

/** One attempt; null when nothing is to be sent any more, or it was asked for anew. Never by a retry of Temporal's: how long is waited is this schedule's to say. */
async function sendOnce(id: string, redelivery: number, isAskedAnew: () => boolean): Promise<AttemptReport | null> {
  const { sendDelivery } = proxyActivities<SendingActivities>({
    taskQueue: deliveryQueueOf(workflowInfo().taskQueue),
    startToCloseTimeout: '30 seconds',
    retry: { maximumAttempts: 1 },
    summary: 'Send',
  });
  for (let waitMs = BEGIN_AGAIN_MS; ; waitMs = Math.min(2 * waitMs, BEGIN_AGAIN_AT_MOST_MS)) {
    try {
      return await sendDelivery(id, redelivery);
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (!(error instanceof ActivityFailure && error.cause instanceof ApplicationFailure)) return unknownOutcome();
      if (await condition(isAskedAnew, waitMs)) return null;
    }
  }
}

/** The worker ended in the midst of it: it counts as an attempt, and the next one says the same once more. */
const unknownOutcome = (): AttemptReport => ({
  outcome: 'failed',
  at: Date.now(),
  durationMs: null,
  statusCode: null,
  error: 'The worker ended in the midst of the attempt: whether it was received is not known.',
  response: null,
  url: null,
});

function describe({ outcome, error }: AttemptReport, number: number, nextInMs: number | null): string {
  if (outcome === 'delivered') return `**Delivered** at attempt ${number}.`;
  const next = nextInMs === null ? '**Given up.**' : `Next attempt: ${new Date(Date.now() + nextInMs).toISOString()}`;
  return `Attempt ${number} of ${WAITS_MS.length}: ${error}\n\n${next}`;
}
