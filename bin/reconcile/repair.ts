import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { newestRowAt } from '../../db/ledger/repair.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { type EntitlementId, entitlementId } from '../../domain/ids.ts';
import { FreshStarts } from '../../temporal/fresh-starts.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { findDiffering, type ReconcileProgress } from './reconcile.ts';
import { repairCases } from './repair-cases.ts';
import { repairClocks } from './repair-clocks.ts';
import { repairDeliveries } from './repair-deliveries.ts';
import { finishMoves } from './repair-moves.ts';
import { repairRenewals } from './repair-renewals.ts';
import { repairRows } from './repair-rows.ts';
import { resendSignals } from './repair-signals.ts';
import { repairSnapshots } from './repair-snapshots.ts';
import { repairWorkflows } from './repair-workflows.ts';
import type { Mended, RepairParts } from './repaired.ts';
import type { Replays } from './replayed-runs.ts';
import { Workflows } from './workflows.ts';

/** A workflow that ended shortly before the database's newest row may have rows that the database has lost. */
const LOOK_BACK_MS = 5 * 60_000;

export interface RepairSettings {
  readonly replays: Replays;
  readonly taskQueue: string;
  readonly publicUrl: string;
}

interface Listener {
  onMended(mended: Mended): void;
  onProgress(progress: ReconcileProgress): void;
  onStep(line: string): void;
}

/**
 * Mends what the ledger, a record or a history proves. Each thing that it does is one step that can be done again, so it
 * can be interrupted anywhere and run once more; what it has done is told after it is done. Workers must run and APIs
 * must not: a key that the database has lost could be decided once more before its row is back, and a workflow that is
 * started anew would not know what the old one has just answered. Rejects when PostgreSQL or Temporal fails.
 */
export async function repair(
  sql: Sql,
  client: Client,
  { replays, taskQueue, publicUrl }: RepairSettings,
  { onMended, onProgress, onStep }: Listener,
): Promise<readonly Mended[]> {
  const workflows = new Workflows(client);
  const mended: Mended[] = [];
  const parts: RepairParts = {
    sql,
    client,
    workflows,
    taskQueue,
    publicUrl,
    replays,
    starts: new FreshStarts(client, taskQueue),
    // As of now: what this program writes is newer than what was restored.
    since: await endedSince(sql),
    pause: sleep,
    mended: (what) => {
      mended.push(what);
      onMended(what);
    },
  };
  onStep('comparing every entitlement');
  const { differing } = await findDiffering(sql, workflows, { onProgress });
  const ids = new Set<EntitlementId>(differing);
  for (const id of await endedWorkflows(parts)) ids.add(id);
  if (ids.size > 0) onStep(`looking closer at ${ids.size} entitlements`);
  await repairRows(parts, ids);
  await repairSnapshots(parts, ids);
  await repairCases(parts);
  await repairWorkflows(parts, ids);
  await resendSignals(parts);
  await finishMoves(parts);
  onStep('comparing renewals, clocks and deliveries with their workflows');
  await repairRenewals(parts);
  await repairClocks(parts);
  await repairDeliveries(parts);
  return mended;
}

async function endedSince(sql: Sql): Promise<Date> {
  const newest = (await newestRowAt(sql))?.getTime() ?? 0;
  return new Date(Math.max(0, Math.min(newest, Date.now()) - LOOK_BACK_MS));
}

/** Entitlements whose workflows ended at a moment from which the database may have nothing. */
async function endedWorkflows({ replays, since }: RepairParts): Promise<readonly EntitlementId[]> {
  const ended = await replays.list(
    `WorkflowType = 'entitlement' and ExecutionStatus in ('Completed', 'Terminated', 'Failed', 'TimedOut') and CloseTime >= '${since.toISOString()}'`,
  );
  const prefix = workflowIdOf(entitlementId(''));
  return ended.map(({ workflowId }) => entitlementId(workflowId.slice(prefix.length)));
}
