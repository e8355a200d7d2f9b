import { WorkflowExecutionAlreadyStartedError, WorkflowIdReusePolicy } from '@temporalio/common';
import { condition, ParentClosePolicy, patched, proxyActivities, startChild } from '@temporalio/workflow';
import { predecessorToFree, whyNoSuccessor } from '../../domain/entitlements/succession.ts';
import { initialSearchAttributes } from '../messages/search-attributes.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { workflowIdOf } from './messages.ts';
import type { EntitlementActivities } from './ports.ts';
import { creationOf, type EntitlementWorkflow } from './run-input.ts';

const tellPredecessor = proxyActivities<EntitlementActivities>({
  startToCloseTimeout: '30 seconds',
  retry: { maximumInterval: '30 seconds' },
  summary: 'Tell the predecessor that it can be renewed again',
});

/** Workflows that were recorded before this patch tell no predecessor. */
const FREES_PREDECESSOR = 'frees-predecessor';

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
      typedSearchAttributes: initialSearchAttributes(successor.details),
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
