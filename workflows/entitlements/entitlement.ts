import { allHandlersFinished, CancellationScope, condition, patched, workflowInfo } from '@temporalio/workflow';
import { nextInstant } from '../../domain/entitlements/passing-of-time.ts';
import { CHECKPOINT_PATIENCE_MS, HAND_OVER_AGAIN_MS, LINGER_MS, LONGEST_TIMER_MS } from '../messages/limits.ts';
import { unreadableStart } from '../messages/start-failure.ts';
import { EntitlementRun } from './entitlement-run.ts';
import { handOver, isFull } from './handing-over.ts';
import { Inbox } from './inbox.ts';
import { LedgerKeeper } from './ledger-keeper.ts';
import { ledgerWorld } from './ledger-world.ts';
import { listen } from './listen.ts';
import { OperatorView } from './operator-view.ts';
import { recallForgotten } from './recalling.ts';
import { startRenewal, tellRenewal } from './renewal-errands.ts';
import type { EntitlementInput } from './run-input.ts';
import { isEntitlementStart } from './start-input.ts';
import { freePredecessor, startSuccessor, tellOfStart } from './successors.ts';

/** Since then overage under `charge` is bought; what was decided before is replayed by the rules of its time. */
const BOUGHT_OVERAGE = 'bought-overage';
/** Since then a key is looked for in all ledgers; before, in the entitlement's own alone. */
const ONCE_IN_ALL_LEDGERS = 'once-in-all-ledgers';
/** From this mark on, a version that somebody saw counts until the contract itself changes, whatever cases came. */
const CASES_MAKE_NO_VERSION = 'cases-make-no-version';
const EARLIER_ROWS_ARE_FEW = 'earlier-rows-are-few';
/** Since then a case knows how many reasons hold it, and takes no more than a limit. */
const HOLDS_ARE_COUNTED = 'holds-are-counted';
/** Since then nothing happens between two pauses that meet; before, a period turned there and a renewal started. */
const PAUSES_THAT_MEET_ARE_ONE = 'pauses-that-meet-are-one';

/** One entitlement. A cancel request of Temporal does not end it: to cancel is a command, with a reason and a row. */
export async function entitlement(input: EntitlementInput): Promise<void> {
  if (!isEntitlementStart(input)) throw unreadableStart('an entitlement');
  return await CancellationScope.nonCancellable(() => live(input));
}

/**
 * The life of an entitlement: draft, waiting, active, expired or canceled. It always listens to its cases, and changes
 * by itself at its start, at its end and in between. Ended, without open cases and quiet for a while, it completes; a
 * later message starts it again.
 */
async function live(input: EntitlementInput): Promise<void> {
  const task = () => workflowInfo().historyLength;
  const run = new EntitlementRun(
    input.id,
    {
      task,
      rules: () => (patched(BOUGHT_OVERAGE) ? 'now' : 'before'),
      casesMakeNoVersion: () => patched(CASES_MAKE_NO_VERSION),
      earlierRowsAreFew: () => patched(EARLIER_ROWS_ARE_FEW),
      holdsAreCounted: () => patched(HOLDS_ARE_COUNTED),
      pausesThatMeetAreOne: () => patched(PAUSES_THAT_MEET_ARE_ONE),
    },
    input.carried,
  );
  if (input.created !== undefined) run.begin(input.created, Date.now());
  const view = new OperatorView(input.carried?.refusedMessages);
  const inbox = new Inbox(run, task, () => patched(ONCE_IN_ALL_LEDGERS));
  const ledger = new LedgerKeeper(run, ledgerWorld);
  listen({ run, inbox, view }, input);
  void ledger.keep();
  void recallForgotten(run, inbox, input.revive === true);
  void freePredecessor(run);
  void tellOfStart(run);

  await condition(() => run.exists || run.isUnknown);
  if (run.isUnknown) return await condition(allHandlersFinished);

  for (let handOverFrom = 0; ; ) {
    run.passTime(Date.now());
    view.show(run.entitlement);
    if (run.successorToStart !== undefined) await startSuccessor(run);
    if (run.renewals.toStart(run.entitlement)) await startRenewal(run);
    if (run.renewals.hasNews(run.entitlement)) await tellRenewal(run);
    if (hasNothingToDo(run) && (await completes(run, inbox, ledger))) return;
    const due = nextDue(run);
    const mayHandOver = () => isFull(inbox) && Date.now() >= handOverFrom;
    const wakeAt = isFull(inbox) ? Math.min(due, handOverFrom) : due;
    const hasChanged = () => nextDue(run) !== due || hasErrand(run) || mayHandOver();
    await pause(hasChanged, wakeAt - Date.now());
    if (mayHandOver()) {
      await handOver(run, inbox, ledger, view);
      handOverFrom = Date.now() + HAND_OVER_AGAIN_MS;
    }
  }
}

/** Whether another workflow must be started or told something. */
const hasErrand = ({ successorToStart, renewals, entitlement: now }: EntitlementRun): boolean =>
  successorToStart !== undefined || renewals.toStart(now) || renewals.hasNews(now);

/** Waits until something has changed, or until the time has passed; a draft waits for ever. */
async function pause(hasChanged: () => boolean, ms: number): Promise<void> {
  if (ms === Number.POSITIVE_INFINITY) await condition(hasChanged);
  else if (ms > 0) await condition(hasChanged, Math.min(ms, LONGEST_TIMER_MS));
}

/** The instant at which the entitlement next does something by itself: starts, expires, or completes its workflow. */
function nextDue(run: EntitlementRun): number {
  if (run.isFreeingPredecessor) return Number.POSITIVE_INFINITY;
  const { deleted, openCases, updatedAt, status } = run.entitlement;
  if (deleted) return updatedAt;
  const hasEnded = status === 'expired' || status === 'canceled';
  if (hasEnded && openCases === 0) return updatedAt + LINGER_MS;
  return nextInstant(run.entitlement) ?? Number.POSITIVE_INFINITY;
}

const hasNothingToDo = (run: EntitlementRun): boolean =>
  nextInstant(run.entitlement) === null && Date.now() >= nextDue(run);

/** Writes everything; true when no message came meanwhile, so that the workflow may complete. */
async function completes(run: EntitlementRun, inbox: Inbox, ledger: LedgerKeeper): Promise<boolean> {
  await condition(() => inbox.isEmpty && allHandlersFinished(), CHECKPOINT_PATIENCE_MS);
  await ledger.checkpoint({ all: true });
  return hasNothingToDo(run) && run.memory.unconfirmed.count === 0 && inbox.isEmpty && allHandlersFinished();
}
