import { join } from 'node:path';
import type { InjectedSinks, WorkerInterceptors } from '@temporalio/worker';
import { distDir } from '../runtime/project-dir.ts';
import { recordSpan } from '../runtime/telemetry/traces.ts';
import type { HandledTrace } from '../workflows/messages/handled-trace.ts';

/**
 * The bundle of workflows, the same with and without traces. The library's interceptors of workflows make the handler of
 * an update wait once more, so a history that was written without them does not replay with them. Ours
 * (workflows/messages/handled-trace.ts) does not.
 */
export const WORKFLOW_BUNDLE = join(distDir, 'workflows.bundle.js');

/** Records what workflows did with updates, each in the trace of its sender; nothing while traces are off. */
export const handledUpdates: InjectedSinks<HandledTrace> = {
  traces: {
    handled: {
      fn: ({ workflowType, workflowId }, { name, ...span }) =>
        recordSpan(`handle ${name}`, { workflowType, temporalWorkflowId: workflowId }, span),
      callDuringReplay: false,
    },
  },
};

/** What a worker needs to record the traces of activities. */
export async function tracedActivities(): Promise<NonNullable<WorkerInterceptors['activity']>> {
  const { OpenTelemetryActivityInboundInterceptor } = await import('@temporalio/interceptors-opentelemetry-v2');
  return [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })];
}
