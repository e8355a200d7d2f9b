import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { PayloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { readPayloadKeys } from '../../temporal/encryption/payload-keys.ts';
import type { History } from '../histories/history-json.ts';

const { WorkflowTaskFailedCause: Cause } = proto.temporal.api.enums.v1;

export interface NamedHistory {
  readonly workflowId: string;
  readonly history: History;
}

/** The histories so far of the newest runs of these entitlements. */
export async function historiesOf(client: Client, entitlementIds: readonly string[]): Promise<NamedHistory[]> {
  return await Promise.all(
    entitlementIds.map(async (id) => {
      const workflowId = `entitlement/${id}`;
      return { workflowId, history: await client.workflow.getHandle(workflowId).fetchHistory() };
    }),
  );
}

/** What the workflows of that checkout would do otherwise than the histories say, by workflow. */
export async function replayFaults(
  root: string,
  histories: readonly NamedHistory[],
): Promise<{ replayed: number; faults: ReadonlyMap<string, string> }> {
  const bundle = new PayloadEncryption(readPayloadKeys()).ofWorkers(join(root, 'dist', 'workflows.bundle.js'));
  const faults = new Map<string, string>();
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(bundle, histories)) {
    replayed += 1;
    if (error !== undefined) faults.set(workflowId, error.message);
  }
  return { replayed, faults };
}

/** How many workflow tasks of these histories failed because the code did not do what the history says. */
export function nonDeterminismFailures(histories: readonly NamedHistory[]): number {
  const failures = histories.flatMap(({ history }) =>
    (history.events ?? []).flatMap(({ workflowTaskFailedEventAttributes: failed }) => failed ?? []),
  );
  return failures.filter(({ cause }) => cause === Cause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR).length;
}
