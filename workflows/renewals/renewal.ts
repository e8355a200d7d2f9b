import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  proxyActivities,
  setDefaultSignalHandler,
  setHandler,
} from '@temporalio/workflow';
import type { EpochMs } from '../../domain/calendar.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { isRefusalCode, type Refusal } from '../../domain/refusals.ts';
import type { RenewalDecision } from '../../domain/renewals/renewal-course.ts';
import { LONGEST_TIMER_MS } from '../messages/limits.ts';
import { acceptedOf, failureOf, throwIfRefused } from '../messages/refusal-failure.ts';
import { unreadableStart } from '../messages/start-failure.ts';
import { problemWithAcceptance, problemWithDeclination, problemWithSnoozing } from './decision-input.ts';
import type { RenewalActivities } from './ports.ts';
import {
  type AcceptMessage,
  accept,
  type DeclineMessage,
  decline,
  entitlementChanged,
  type RenewalAnswer,
  type RenewalInput,
  type RevivedRenewalInput,
  renewalState,
  type SnoozeMessage,
  snooze,
} from './renewal-messages.ts';
import { isRenewalNews } from './renewal-news.ts';
import { RenewalRun, type Work } from './renewal-run.ts';
import { RenewalView } from './renewal-view.ts';
import { isRenewalStart } from './start-input.ts';

const { takeRenewalStep, makeSuccessor, recallRenewal } = proxyActivities<RenewalActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

/**
 * The renewal of an entitlement: from its notice some days before the end, over reminder and escalation, to the account
 * manager's decision or the lapse. Each step is written down, told and counted once. It outlives its entitlement.
 */
export async function renewal(input: RenewalInput | RevivedRenewalInput): Promise<void> {
  if (!isRenewalStart(input)) throw unreadableStart('a renewal');
  return await CancellationScope.nonCancellable(() => course(input));
}

async function course(input: RenewalInput | RevivedRenewalInput): Promise<void> {
  const run = new RenewalRun(input);
  const view = new RenewalView();
  const now = () => run.now(Date.now());
  listen(run, view, now);
  if (!run.isReady && !(await recall(run, input))) return await condition(allHandlersFinished);
  while (!run.isOver) {
    run.passTime(now());
    view.show(run.answer);
    const work = run.nextWork;
    if (work !== undefined) await perform(run, work, now);
    else await pause(run, now);
  }
  view.show(run.answer);
  await condition(allHandlersFinished);
}

/** Brings the renewal back from its record; false where there is none. */
async function recall(
  run: RenewalRun,
  { entitlementId, n }: Pick<RenewalInput, 'entitlementId' | 'n'>,
): Promise<boolean> {
  const recalled = await recallRenewal({ entitlementId, n });
  run.isUnknown = recalled === null;
  if (recalled !== null) run.restore(recalled, Date.now());
  return recalled !== null;
}

/** Until something is to be done, or the next step is due. */
async function pause(run: RenewalRun, now: () => EpochMs): Promise<void> {
  const due = run.nextDue();
  const stirred = () => run.nextWork !== undefined || run.nextDue() !== due || run.isOver;
  if (due === Number.POSITIVE_INFINITY) await condition(stirred);
  else if (due > now()) await condition(stirred, Math.min(due - now(), LONGEST_TIMER_MS));
}

async function perform(run: RenewalRun, work: Work, now: () => EpochMs): Promise<void> {
  try {
    const successorId = work.accept === null ? null : await makeSuccessor(work.taken, work.accept);
    await takeStep(run, work, successorId, now);
    run.finish(work, successorId);
  } catch (error) {
    const refused = refusalIn(error);
    if (refused === undefined || work.accept === null) throw error;
    run.acceptanceRefused(work, refused, now());
  }
}

/**
 * Has a step written down and told. While the database is away it may be overtaken, by a withdrawal for one: then it is told as
 * things are by then. A try that did get through stays the one that counts, as a step is written once.
 */
async function takeStep(
  run: RenewalRun,
  work: Work,
  successorId: EntitlementId | null,
  now: () => EpochMs,
): Promise<void> {
  for (;;) {
    const telling = run.tellingOf(work, successorId, now());
    const attempt = new CancellationScope();
    let isOver = false;
    const taken = attempt
      .run(() => takeRenewalStep(telling))
      .finally(() => {
        isOver = true;
      });
    const overtaken = condition(() => isOver || run.isOvertaken(work, telling)).then(() => isOver || attempt.cancel());
    try {
      await Promise.all([taken, overtaken]);
      return;
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}

/** What the entitlement answered to the acceptance, where it refused. */
function refusalIn(error: unknown): Refusal | undefined {
  if (!(error instanceof ActivityFailure)) return undefined;
  const { cause } = error;
  if (!(cause instanceof ApplicationFailure) || !cause.nonRetryable) return undefined;
  const { type, message, details } = cause;
  const code = typeof type === 'string' && isRefusalCode(type) ? type : 'wrong_state';
  const [named] = (details ?? []) as readonly { readonly field?: string }[];
  return { code, detail: message, ...(named?.field === undefined ? {} : { field: named.field }) };
}

function listen(run: RenewalRun, view: RenewalView, now: () => EpochMs): void {
  setHandler(renewalState, () => run.answer, { description: 'The renewal as it stands' });
  setHandler(
    entitlementChanged,
    (news: unknown) => {
      if (isRenewalNews(news)) run.follow(news, now());
      else view.refused(run.answer, entitlementChanged.name, 'cannot be read');
    },
    { description: 'What became of the entitlement: edited, canceled, renewed by hand' },
  );
  setDefaultSignalHandler((name) => view.refused(run.answer, name, 'is no signal of a renewal'));
  const acceptance = ({ by, reason }: AcceptMessage): RenewalDecision => ({ kind: 'accept', by, reason });
  setHandler(accept, (message) => decided(run, message, acceptance(message), now, message), {
    description: 'Accept, as proposed or with changes',
    validator: (message) => {
      throwIfRefused(problemWithAcceptance(message));
      assertPossible(run, message, acceptance(message), now);
    },
  });
  const declination = ({ by, reason }: DeclineMessage): RenewalDecision => ({ kind: 'decline', by, reason });
  setHandler(decline, (message) => decided(run, message, declination(message), now), {
    description: 'Decline, with a reason',
    validator: (message) => {
      throwIfRefused(problemWithDeclination(message));
      assertPossible(run, message, declination(message), now);
    },
  });
  const snoozing = ({ by, reason, until }: SnoozeMessage): RenewalDecision => ({ kind: 'snooze', until, by, reason });
  setHandler(snooze, (message) => decided(run, message, snoozing(message), now), {
    description: 'Be reminded again on a day',
    validator: (message) => {
      throwIfRefused(problemWithSnoozing(message));
      assertPossible(run, message, snoozing(message), now);
    },
  });
}

type Keyed = { readonly key: string };

/** Answers once the decision is written down and told. A renewal that is brought back decides once it is there. */
async function decided(
  run: RenewalRun,
  message: Keyed,
  decision: RenewalDecision,
  now: () => EpochMs,
  acceptance: AcceptMessage | null = null,
): Promise<RenewalAnswer> {
  if (!run.isReady) await condition(() => run.isReady || run.isUnknown);
  if (run.isUnknown) throw failureOf({ code: 'not_found', detail: 'There is no such renewal.' });
  const outcome = acceptedOf(run.decide(message, decision, now(), acceptance));
  await condition(() => run.isDone(outcome.seq));
  throwIfRefused(run.refusalAt(outcome.seq));
  return run.answer;
}

function assertPossible(run: RenewalRun, { key }: Keyed, decision: RenewalDecision, now: () => EpochMs): void {
  throwIfRefused(run.isReady ? run.refusalOf(key, decision, now()) : undefined);
}
