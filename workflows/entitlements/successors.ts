import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import { condition, ParentClosePolicy, patched, proxyActivities, startChild } from '@temporalio/workflow';
import { predecessorToFree, whyNoSuccessor } from '../../domain/entitlements/succession.ts';
import { initialSearchAttributes } from '../messages/search-attributes.ts';
import { shownCustomer } from '../messages/shown-customer.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { workflowIdOf } from './messages.ts';
import type { EntitlementActivities, GraceActivities } from './ports.ts';
import { creationOf, type EntitlementWorkflow } from './run-input.ts';

const tellPredecessor = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Tell the predecessor that it can be renewed again',
});

/** Workflows that were recorded before this patch tell no predecessor. */
const FREES_PREDECESSOR = 'frees-predecessor';

const grace = proxyActivities<GraceActivities>({
  startToCloseTimeout: '5 minutes',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Tell the predecessor of the start, and take over the cases of its grace',
});

/** Workflows that were recorded before this patch tell no predecessor when they start. */
const ENDS_GRACE = 'ends-grace-of-predecessor';

/** Starts the draft that a renewal by hand leaves behind. The API starts the same draft: one of the two is first. */
export async function startSuccessor(run: EntitlementRun): Promise<void> {
  const successor = run.successorToStart;
  if (successor === undefined) return;
  try {
    await startChild<EntitlementWorkflow>('entitlement', {
      workflowId: workflowIdOf(successor.id),
      args: [{ id: successor.id, created: creationOf(successor, run.id) }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      // A draft that was deleted meanwhile stays deleted.
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      staticSummary: successor.details.name,
      typedSearchAttributes: initialSearchAttributes(shownCustomer(successor.details.customerId)),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  run.successorStarted();
}

/**
 * Once the entitlement is deleted, or canceled before its start, tells its predecessor that it can be renewed again.
 * Tries until the predecessor knows. Runs that were canceled before workflows did this do not do it; the worker finds
 * those (worker/lost-successors.ts).
 */
export async function freePredecessor(run: EntitlementRun): Promise<void> {
  await condition(() => run.exists && predecessorToFree(run.entitlement) !== null);
  const [predecessorId, why] = [predecessorToFree(run.entitlement), whyNoSuccessor(run.entitlement)];
  if (predecessorId === null || why === null || !patched(FREES_PREDECESSOR)) return;
  run.isFreeingPredecessor = true;
  await tellPredecessor.freePredecessor({ id: run.id, predecessorId, why });
  run.isFreeingPredecessor = false;
}

/**
 * Tells the predecessor of each new start of this entitlement, also that it is a draft again: a start ends the grace of the
 * predecessor. What was told is handed to the next run.
 */
export async function tellOfStart(run: EntitlementRun): Promise<void> {
  for (;;) {
    await condition(() => run.startToTell !== undefined);
    const { startToTell: startsAt, id, entitlement } = run;
    if (startsAt === undefined || entitlement.renewsId === null || !patched(ENDS_GRACE)) return;
    await grace.takeOverGrace({ id, predecessorId: entitlement.renewsId, startsAt, seq: entitlement.seq });
    run.startTold(startsAt);
  }
}
