import { takeRenewalStep } from '../../activities/renewals/take-step.ts';
import { type CourseRecord, renewalsById, renewalsWithoutRecord } from '../../db/renewals/renewal-repair.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { type RenewalStepTaken, renewalWorkflowIdOf } from '../../workflows/renewals/renewal-messages.ts';
import { lastingRenewalFaults, partsOf, type RenewalFault, renewalFaults, SILENT } from './reconcile-renewals.ts';
import type { RepairParts } from './repaired.ts';
import type { ReplayedRun } from './replayed-runs.ts';

/**
 * Records the steps of renewals that histories have and the database lost, and starts workflows from records where none
 * runs or the one that runs is behind, at several looks. What does not answer is left as it is.
 */
export async function repairRenewals(parts: RepairParts): Promise<void> {
  const { sql, client, replays, since, starts, pause, mended } = parts;
  const faults = await renewalFaults(sql, client);
  const ended = await replays.list(
    `WorkflowType = 'renewal' and ExecutionStatus != 'Running' and CloseTime >= '${since.toISOString()}'`,
  );
  const differing = faults.map(({ entitlementId, n }) => renewalWorkflowIdOf(entitlementId, n));
  const ids = [...new Set([...differing, ...ended.map(({ workflowId }) => workflowId)])];
  for (const [workflowId, runs] of await replays.runsOf(ids)) await recordSteps(parts, workflowId, runs);
  for (const fault of await lastingRenewalFaults(sql, client, pause)) await restart(parts, fault);
  for (const { id, details, renewal, updatedAt } of await renewalsWithoutRecord(sql)) {
    if (renewal === null || renewal.endsAt === null) continue;
    const { n, endsAt } = renewal;
    if ((await starts.statusOf(renewalWorkflowIdOf(id, n))) !== 'unknown') continue;
    await starts.firstRenewal({ entitlementId: id, n, details, endsAt, at: updatedAt });
    mended({ kind: 'renewal', id, what: `started its renewal ${n}, which had neither record nor workflow` });
  }
}

async function recordSteps(parts: RepairParts, workflowId: string, runs: readonly ReplayedRun[]): Promise<void> {
  const which = partsOf(workflowId);
  if (which === undefined) return;
  const id = renewalIdOf(which);
  for (const taken of stepsOf(runs)) {
    const before = (await recordOf(parts, id))?.seq ?? 0;
    if (taken.seq <= before) continue;
    await takeRenewalStep(parts.sql, taken, parts.publicUrl);
    parts.mended({
      kind: 'renewal_step',
      id,
      what: `recorded its step ${taken.seq} (${taken.step}) from its workflow's history`,
    });
  }
}

const recordOf = async ({ sql }: RepairParts, id: string): Promise<CourseRecord | undefined> =>
  (await renewalsById(sql, [id]))[0];

/** The steps that the runs asked to be recorded, in their order; each once, as the newest run has it. */
function stepsOf(runs: readonly ReplayedRun[]): readonly RenewalStepTaken[] {
  const steps = new Map<number, RenewalStepTaken>();
  for (const what of runs.flatMap(({ seen }) => seen))
    if (what.kind === 'asked' && what.activity === 'takeRenewalStep') {
      const taken = what.argument as RenewalStepTaken;
      steps.set(taken.seq, taken);
    }
  return [...steps.values()].sort((one, other) => one.seq - other.seq);
}

async function restart({ starts, mended }: RepairParts, { record, workflow, ...which }: RenewalFault): Promise<void> {
  if (record === null || workflow === SILENT) return;
  // Temporal's list may be a moment old.
  if (workflow === null && (await starts.statusOf(renewalWorkflowIdOf(which.entitlementId, which.n))) === 'running')
    return;
  if (record.isOver) {
    await starts.endRenewal(which, 'Its record says that the renewal is over.');
    mended({ kind: 'renewal', id: record.id, what: 'ended its workflow, as its record says that it is over' });
    return;
  }
  await starts.renewal(record);
  const why = workflow === null ? 'no workflow ran' : `its workflow was at another step (${workflow.stage})`;
  mended({ kind: 'renewal', id: record.id, what: `${why}: started one from its record, step ${record.seq}` });
}
