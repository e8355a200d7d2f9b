import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, log, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { RenewalNews } from '../../domain/renewals/renewal-course.ts';
import { renewalSearchAttributes } from '../messages/search-attributes.ts';
import { shownCustomer } from '../messages/shown-customer.ts';
import { renewal } from '../renewals/renewal.ts';
import { entitlementChanged, renewalWorkflowIdOf } from '../renewals/renewal-messages.ts';
import type { EntitlementRun } from './entitlement-run.ts';
import { newsOf } from './renewals-of-run.ts';

/**
 * Starts the renewal for the present end. It is a workflow of its own, which outlives the entitlement's. The renewal
 * for an earlier end, if there is one, is told that it is over.
 */
export async function startRenewal(run: EntitlementRun): Promise<void> {
  const { id, details, renewal: started, updatedAt } = run.entitlement;
  if (started === null) return;
  const { n: renewalNumber, endsAt } = started;
  // The entitlement got another end before the renewal was started.
  if (endsAt === null) return run.renewals.passedOver(renewalNumber);
  const news: RenewalNews = { status: 'active', endsAt, renewedById: null, deleted: false, details, n: renewalNumber };
  if (run.renewals.last !== null) await signalRenewal(run, run.renewals.last, news);
  try {
    await startChild(renewal, {
      workflowId: renewalWorkflowIdOf(id, renewalNumber),
      args: [{ entitlementId: id, n: renewalNumber, details, endsAt, at: updatedAt }],
      parentClosePolicy: ParentClosePolicy.ABANDON,
      staticSummary: `Renewal of ${details.name}`,
      typedSearchAttributes: renewalSearchAttributes(shownCustomer(details.customerId), endsAt),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  run.renewals.started(renewalNumber, news);
}

/** Tells the renewal that runs what became of the entitlement. */
export async function tellRenewal(run: EntitlementRun): Promise<void> {
  const news = newsOf(run.entitlement);
  await signalRenewal(run, run.renewals.last ?? 0, news);
  run.renewals.told(news);
}

/** A renewal that is over cannot be signalled any more: then there is nothing to tell. */
async function signalRenewal({ id }: EntitlementRun, renewalNumber: number, news: RenewalNews): Promise<void> {
  try {
    await getExternalWorkflowHandle(renewalWorkflowIdOf(id, renewalNumber)).signal(entitlementChanged, news);
  } catch (error) {
    log.info('The renewal is over', { id, n: renewalNumber, error });
  }
}
