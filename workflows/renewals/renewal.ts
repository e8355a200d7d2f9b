import {
  ActivityCancellationType,
  allHandlersFinished,
  CancellationScope,
  condition,
  proxyActivities,
} from '@temporalio/workflow';
import type { EpochMs } from '../../domain/calendar.ts';
import { LONGEST_TIMER_MS } from '../messages/limits.ts';
import { unreadableStart } from '../messages/start-failure.ts';
import { announceStep } from './announce-step.ts';
import { listen } from './listen.ts';
import type { RenewalActivities } from './ports.ts';
import { refusalIn } from './refused-successor.ts';
import type { RenewalInput, RevivedRenewalInput } from './renewal-messages.ts';
import { RenewalRun } from './renewal-run.ts';
import { RenewalOperatorView } from './renewal-view.ts';
import { isRenewalStart } from './start-input.ts';
import type { Work } from './step-queue.ts';

const { takeRenewalStep, makeSuccessor, recallRenewal } = proxyActivities<RenewalActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/**
 * The renewal of an entitlement: it opens some days before the end with a notice, reminds and escalates, and ends
 * with the account manager's decision or, some time after the end, undecided. Each step is written and announced
 * once. The workflow outlives the entitlement's, and a cancel request of Temporal does not end it.
 */
export async function renewal(input: RenewalInput | RevivedRenewalInput): Promise<void> {
  if (!isRenewalStart(input)) throw unreadableStart('a renewal');
  return await CancellationScope.nonCancellable(() => live(input));
}

async function live(input: RenewalInput | RevivedRenewalInput): Promise<void> {
  const run = new RenewalRun(input);
  const view = new RenewalOperatorView();
  const now = () => run.now(Date.now());
  listen(run, view, now);
  if (!run.isReady && !(await restore(run, input))) return await condition(allHandlersFinished);
  while (!run.isOver) {
    run.passTime(now());
    view.show(run.answer);
    const work = run.nextWork;
    if (work !== undefined) await perform(run, work, now);
    else await sleepUntilDue(run, now);
  }
  view.show(run.answer);
  await condition(allHandlersFinished);
}

/** Restores a revived renewal from its record; false if it has none. */
async function restore(
  run: RenewalRun,
  { entitlementId, n }: Pick<RevivedRenewalInput, 'entitlementId' | 'n'>,
): Promise<boolean> {
  const recalled = await recallRenewal({ entitlementId, n });
  run.isUnknown = recalled === null;
  if (recalled !== null) run.restore(recalled, Date.now());
  return recalled !== null;
}

/** Sleeps until the next step is due, or until a message brings work or changes what is due. */
async function sleepUntilDue(run: RenewalRun, now: () => EpochMs): Promise<void> {
  const due = run.nextDue();
  const hasChanged = () => run.nextWork !== undefined || run.nextDue() !== due || run.isOver;
  if (due === Number.POSITIVE_INFINITY) await condition(hasChanged);
  else if (due > now()) await condition(hasChanged, Math.min(due - now(), LONGEST_TIMER_MS));
}

/**
 * Makes the successor if the step is an acceptance, and announces the step. A refused successor undoes the
 * acceptance.
 */
async function perform(run: RenewalRun, work: Work, now: () => EpochMs): Promise<void> {
  try {
    const successorId = work.accept === null ? null : await makeSuccessor(work.taken, work.accept);
    await announceStep(takeRenewalStep, run, work, { successorId, now });
    run.finish(work, successorId);
  } catch (error) {
    const refused = refusalIn(error);
    if (refused === undefined || work.accept === null) throw error;
    run.acceptanceRefused(work, refused, now());
  }
}
