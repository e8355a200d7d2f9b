import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  getExternalWorkflowHandle,
  log,
  ParentClosePolicy,
  patched,
  proxyActivities,
  startChild,
  workflowInfo,
} from '@temporalio/workflow';
import { nextInstant } from '../../domain/entitlements/passing-of-time.ts';
import { predecessorToFree, whyNoSuccessor } from '../../domain/entitlements/succession.ts';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';
import {
  CHECKPOINT_PATIENCE_MS,
  HAND_OVER_AGAIN_MS,
  HAND_OVER_TRIES,
  LINGER_MS,
  LONGEST_TIMER_MS,
  MAX_CARRIED_BYTES,
  MAX_RUN_BYTES,
  MAX_RUN_EVENTS,
  MAX_RUN_SIGNALS,
  MOVE_PATIENCE_MS,
  USUALLY_CARRIED_BYTES,
} from '../messages/limits.ts';
import { initialSearchAttributes, renewalSearchAttributes } from '../messages/search-attributes.ts';
import { unreadableStart } from '../messages/start-failure.ts';
import { renewal } from '../renewals/renewal.ts';
import { entitlementChanged, renewalWorkflowIdOf } from '../renewals/renewal-messages.ts';
import { EntitlementRun } from './entitlement-run.ts';
import { Inbox } from './inbox.ts';
import { LedgerKeeper } from './ledger-keeper.ts';
import { listen } from './listen.ts';
import { type Carried, creationOf, type EntitlementInput, workflowIdOf } from './messages.ts';
import { OperatorView } from './operator-view.ts';
import type { EntitlementActivities, Forgotten } from './ports.ts';
import { newsOf } from './renewals-of-run.ts';
import { isEntitlementStart } from './start-input.ts';

/** Since then overage under `charge` is bought; what was decided before is replayed by the rules of its time. */
const BOUGHT_OVERAGE = 'bought-overage';

const { loadForgotten } = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Load forgotten cases and keys',
});

const tellPredecessor = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Tell the predecessor that it can be renewed again',
});

/** Workflows that were recorded before this patch tell no predecessor. */
const FREES_PREDECESSOR = 'frees-predecessor';
/** Histories without this mark asked the own ledger alone whether a key had come before. */
const ONCE_IN_ALL_LEDGERS = 'once-in-all-ledgers';

/** One entitlement. A cancel request of Temporal does not end it: cancelling is a command, with a reason and a row. */
export async function entitlement(input: EntitlementInput): Promise<void> {
  if (!isEntitlementStart(input)) throw unreadableStart('an entitlement');
  return await CancellationScope.nonCancellable(() => live(input));
}

/**
 * The life of an entitlement: draft, waiting, active, expired or canceled. It listens to its cases all the time, and
 * changes by itself at its start and at its end. Ended, without open cases and quiet for a while, it completes; a later
 * message starts it again.
 */
async function live(input: EntitlementInput): Promise<void> {
  const task = () => workflowInfo().historyLength;
  const rules = () => (patched(BOUGHT_OVERAGE) ? 'now' : 'before');
  const run =
    input.carried === undefined
      ? new EntitlementRun(input.id, task, rules)
      : EntitlementRun.continued(input.id, input.carried, task, rules);
  if (input.created !== undefined) run.begin(input.created, Date.now());
  const view = new OperatorView(input.carried?.refusedMessages);
  const inbox = new Inbox(run, task, () => patched(ONCE_IN_ALL_LEDGERS));
  const ledger = new LedgerKeeper(run);
  listen(run, inbox, view, input);
  void ledger.keep();
  void recallForgotten(run, inbox, input.revive === true);
  void freePredecessor(run);

  await condition(() => run.exists || run.isUnknown);
  if (run.isUnknown) return await condition(allHandlersFinished);

  for (let handOverFrom = 0; ; ) {
    run.passTime(Date.now());
    view.show(run.entitlement);
    if (run.successorToStart !== undefined) await startSuccessor(run);
    if (run.renewals.toStart(run.entitlement)) await startRenewal(run);
    if (run.renewals.hasNews(run.entitlement)) await tellRenewal(run);
    if (isOver(run) && (await completes(run, inbox, ledger))) return;
    const due = nextDue(run);
    const mayHandOver = () => isFull(inbox) && Date.now() >= handOverFrom;
    const wake = isFull(inbox) ? Math.min(due, handOverFrom) : due;
    const stirred = () => nextDue(run) !== due || hasErrand(run) || mayHandOver();
    await pause(stirred, wake - Date.now());
    if (mayHandOver()) {
      await handOver(run, inbox, ledger, view);
      handOverFrom = Date.now() + HAND_OVER_AGAIN_MS;
    }
  }
}

const hasErrand = ({ successorToStart, renewals, entitlement: now }: EntitlementRun): boolean =>
  successorToStart !== undefined || renewals.toStart(now) || renewals.hasNews(now);

/** Waits until something stirred, or until the time has passed; a draft waits for ever. */
async function pause(stirred: () => boolean, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) await condition(stirred);
  else if (ms > 0) await condition(stirred, Math.min(ms, LONGEST_TIMER_MS));
}

/** When the entitlement is next to do something by itself: start, expire, or complete its workflow. */
function nextDue(run: EntitlementRun): number {
  if (run.isFreeingPredecessor) return Number.POSITIVE_INFINITY;
  const { deleted, openCases, updatedAt, status } = run.entitlement;
  if (deleted) return updatedAt;
  const ended = status === 'expired' || status === 'canceled';
  if (ended && openCases === 0) return updatedAt + LINGER_MS;
  return nextInstant(run.entitlement) ?? Number.POSITIVE_INFINITY;
}

const isOver = (run: EntitlementRun): boolean => nextInstant(run.entitlement) === null && Date.now() >= nextDue(run);

/** True when all is written and nothing came meanwhile: the workflow may complete. */
async function completes(run: EntitlementRun, inbox: Inbox, ledger: LedgerKeeper): Promise<boolean> {
  await condition(() => inbox.isEmpty && allHandlersFinished(), CHECKPOINT_PATIENCE_MS);
  await ledger.checkpoint({ all: true });
  return isOver(run) && !run.memory.hasUnconfirmed && inbox.isEmpty && allHandlersFinished();
}

const isFull = ({ signalsDecided }: Inbox): boolean => {
  const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
  const isLong = historyLength >= MAX_RUN_EVENTS || historySize >= MAX_RUN_BYTES || signalsDecided >= MAX_RUN_SIGNALS;
  return isLong || continueAsNewSuggested;
};

/**
 * Goes on in a new run with a short history. The ledger is written first, so that what it holds can be forgotten; with
 * the database away the unwritten is taken along, if it fits. Signals that wait are taken along too.
 *
 * A message that comes while the last task runs has the server try it again, from the start of the history. So senders
 * of updates are asked to wait, and the run looks a few times for a task that brought no signal. Returns when the run
 * cannot end now.
 */
async function handOver(run: EntitlementRun, inbox: Inbox, ledger: LedgerKeeper, view: OperatorView): Promise<void> {
  const checkpoint = () => ledger.checkpoint({ all: false });
  // Most is written while updates are still taken: what is left then takes a moment.
  let isWritten = await checkpoint();
  const until = Date.now() + CHECKPOINT_PATIENCE_MS;
  inbox.close();
  for (let tries = 1; ; tries++) {
    if (!allHandlersFinished() && !(await condition(allHandlersFinished, CHECKPOINT_PATIENCE_MS))) break;
    if (isWritten) isWritten = await checkpoint();
    if (isWritten && !inbox.isQuiet && tries < HAND_OVER_TRIES && Date.now() < until) continue;
    let carried = carriedOf(run, inbox, view);
    // Rows that their senders are writing at this moment are small most of the time. Large ones are written here as well.
    if (isWritten && bytesIn(carried) > USUALLY_CARRIED_BYTES && patched('large-rows-are-written-first')) {
      isWritten = await ledger.checkpoint({ all: true });
      carried = carriedOf(run, inbox, view);
    }
    if (!allHandlersFinished() || bytesIn(carried) > MAX_CARRIED_BYTES) break;
    await continueAsNew<typeof entitlement>({ id: run.id, carried });
  }
  inbox.open();
}

const carriedOf = (run: EntitlementRun, inbox: Inbox, { refusedSoFar }: OperatorView): Carried => ({
  ...run.carried(),
  signals: inbox.signals,
  ...(refusedSoFar === undefined ? {} : { refusedMessages: refusedSoFar }),
});

const bytesIn = (carried: Carried): number => new TextEncoder().encode(JSON.stringify(carried)).length;

/** A renewed entitlement leaves a draft behind, which lives its own life. The API starts the same one: who comes first does not matter. */
async function startSuccessor(run: EntitlementRun): Promise<void> {
  const successor = run.successorToStart;
  if (successor === undefined) return;
  try {
    await startChild(entitlement, {
      workflowId: workflowIdOf(successor.id),
      args: [{ id: successor.id, created: creationOf(successor, run.id) }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // One that was deleted meanwhile stays deleted.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: successor.details.name,
      typedSearchAttributes: initialSearchAttributes(successor.details),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  run.successorStarted();
}

/**
 * A successor that is deleted, or canceled before its start, leaves its predecessor to be renewed again. Tried until
 * the predecessor has heard it. A run that was canceled before workflows did so does not; the worker looks for those
 * (worker/lost-successors.ts).
 */
async function freePredecessor(run: EntitlementRun): Promise<void> {
  await condition(() => run.exists && predecessorToFree(run.entitlement) !== null);
  const [predecessorId, why] = [predecessorToFree(run.entitlement), whyNoSuccessor(run.entitlement)];
  if (predecessorId === null || why === null || !patched(FREES_PREDECESSOR)) return;
  run.isFreeingPredecessor = true;
  await tellPredecessor.freePredecessor({ id: run.id, predecessorId, why });
  run.isFreeingPredecessor = false;
}

/** The renewal for the present end: a workflow of its own, which outlives the entitlement's. One for an earlier end is over. */
async function startRenewal(run: EntitlementRun): Promise<void> {
  const { id, details, renewal: started, updatedAt } = run.entitlement;
  if (started === null) return;
  const { n, endsAt } = started;
  // It got another end before this came to start it.
  if (endsAt === null) return run.renewals.passedOver(n);
  const news: RenewalNews = { status: 'active', endsAt, renewedById: null, deleted: false, details, n };
  if (run.renewals.last !== null) await signalRenewal(run, run.renewals.last, news);
  try {
    await startChild(renewal, {
      workflowId: renewalWorkflowIdOf(id, n),
      args: [{ entitlementId: id, n, details, endsAt, at: updatedAt }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Renewal of ${details.name}`,
      typedSearchAttributes: renewalSearchAttributes(details, endsAt),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  run.renewals.started(n, news);
}

/** What became of the entitlement, for its renewal. */
async function tellRenewal(run: EntitlementRun): Promise<void> {
  const news = newsOf(run.entitlement);
  await signalRenewal(run, run.renewals.last ?? 0, news);
  run.renewals.told(news);
}

/** One that is over hears nothing any more. */
async function signalRenewal({ id }: EntitlementRun, n: number, news: RenewalNews): Promise<void> {
  try {
    await getExternalWorkflowHandle(renewalWorkflowIdOf(id, n)).signal(entitlementChanged, news);
  } catch (error) {
    log.info('The renewal is over', { id, n, error });
  }
}

/** One load answers as much as a payload holds, and says what is left to be asked for. */
async function loadAll({ id }: EntitlementRun, cases: readonly string[], keys: readonly string[]): Promise<Forgotten> {
  let found = await loadForgotten(id, cases, keys);
  // A worker of an older version does not say what other ledgers have.
  const all = { cases: [...found.cases], rows: [...found.rows], elsewhere: [...(found.elsewhere ?? [])] };
  while (found.left !== undefined) {
    found = await loadForgotten(id, found.left.cases, found.left.keys);
    all.cases.push(...found.cases);
    all.rows.push(...found.rows);
    all.elsewhere.push(...(found.elsewhere ?? []));
  }
  return { ...all, snapshot: found.snapshot };
}

/** Answers the messages that are about something forgotten, or about an entitlement that has to be brought back. */
async function recallForgotten(run: EntitlementRun, inbox: Inbox, revive: boolean): Promise<never> {
  for (let revived = !revive; ; revived = true) {
    await condition(() => !revived || (run.exists && !inbox.isEmpty && !(inbox.isClosed && allHandlersFinished())));
    if (inbox.wanted().everywhere) await finishMoves(run, inbox.wanted().cases);
    const { generation } = run.memory;
    const { cases, keys, messages, everywhere } = inbox.wanted();
    const stays = run.memory.staysOf(cases);
    const found = await loadAll(run, cases, keys);
    if (!run.exists) run.restore(found.snapshot);
    // A checkpoint meanwhile may have forgotten what this read came too early to see: read again.
    else if (run.memory.generation !== generation) continue;
    // So may a case that came back meanwhile, from an entitlement that had decided under these keys.
    else if (everywhere && run.memory.staysOf(cases) !== stays) continue;
    run.memory.hear({ knowledge: { generation: run.memory.generation, cases: found.cases } });
    run.memory.recall(found.rows);
    run.memory.recallElsewhere(found.elsewhere ?? []);
    inbox.decide(messages);
    run.memory.forgetElsewhere();
  }
}

/**
 * Of cases that are just moving in, the old entitlements' last decisions are not all written: their keys are known only
 * once these have given back.
 */
async function finishMoves({ id, memory }: EntitlementRun, cases: readonly string[]): Promise<void> {
  const newest = memory.unfinishedMoves(cases).at(-1);
  if (newest === undefined) return;
  for (const row of memory.unfinishedMoves(cases)) memory.isUrgent(row);
  if (!(await condition(() => memory.unfinishedMoves(cases).length === 0, MOVE_PATIENCE_MS)))
    log.warn('A case moved in, and its old entitlement does not answer', { id, caseId: newest.caseId });
}
