import { allHandlersFinished, condition, continueAsNew, patched, workflowInfo } from '@temporalio/workflow';
import {
  CHECKPOINT_PATIENCE_MS,
  HAND_OVER_TRIES,
  MAX_CARRIED_BYTES,
  MAX_RUN_BYTES,
  MAX_RUN_EVENTS,
  MAX_RUN_SIGNALS,
  USUALLY_CARRIED_BYTES,
} from '../messages/limits.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import type { Inbox } from './inbox.ts';
import type { LedgerKeeper } from './ledger-keeper.ts';
import type { OperatorView } from './operator-view.ts';
import type { Carried, EntitlementWorkflow } from './run-input.ts';

/** Whether the run has become so long that a new one should go on. */
export const isFull = ({ signalsDecided }: Inbox): boolean => {
  const { historyLength, historySize, continueAsNewSuggested } = workflowInfo();
  const isLong = historyLength >= MAX_RUN_EVENTS || historySize >= MAX_RUN_BYTES || signalsDecided >= MAX_RUN_SIGNALS;
  return isLong || continueAsNewSuggested;
};

/**
 * Continues in a new run with a short history, or returns if this run cannot end now. The ledger is written first, so
 * that what it holds can be forgotten; while the database is away the unwritten rows are taken along, if they fit.
 * Signals that wait are taken along too.
 *
 * A message that comes while the last task runs makes the server try that task again, from the start of the history. So
 * senders of updates are asked to wait, and the run looks a few times for a task that brought no signal.
 */
export async function handOver(
  run: EntitlementRun,
  inbox: Inbox,
  ledger: LedgerKeeper,
  view: OperatorView,
): Promise<void> {
  const checkpoint = () => ledger.checkpoint({ all: false });
  // Most rows are written while updates are still accepted, so that the rest takes only a moment.
  let isWritten = await checkpoint();
  const until = Date.now() + CHECKPOINT_PATIENCE_MS;
  inbox.close();
  for (let tries = 1; ; tries++) {
    if (!allHandlersFinished() && !(await condition(allHandlersFinished, CHECKPOINT_PATIENCE_MS))) break;
    if (isWritten) isWritten = await checkpoint();
    if (isWritten && !inbox.isQuiet && tries < HAND_OVER_TRIES && Date.now() < until) continue;
    let carried = carriedOf(run, inbox, view);
    // The rows that senders are writing at this moment are taken along. They are few. If they are too large to hand
    // over, they are written first.
    if (isWritten && bytesIn(carried) > USUALLY_CARRIED_BYTES && patched('large-rows-are-written-first')) {
      isWritten = await ledger.checkpoint({ all: true });
      carried = carriedOf(run, inbox, view);
    }
    if (!allHandlersFinished() || bytesIn(carried) > MAX_CARRIED_BYTES) break;
    await continueAsNew<EntitlementWorkflow>({ id: run.id, carried });
  }
  inbox.open();
}

const carriedOf = (run: EntitlementRun, inbox: Inbox, { refusedSoFar }: OperatorView): Carried => ({
  ...run.carried(),
  signals: inbox.signals,
  ...(refusedSoFar === undefined ? {} : { refusedMessages: refusedSoFar }),
});

const bytesIn = (carried: Carried): number => new TextEncoder().encode(JSON.stringify(carried)).length;
