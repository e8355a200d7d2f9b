import { tellClocksAgain } from '../../db/clocks/clock-repair.ts';
import { createClockTeller } from '../../temporal/clock-teller.ts';
import { type ClockFault, type ClockWorkflows, clockWorkflows, lastingClockFaults } from './reconcile-clocks.ts';
import type { RepairParts } from './repaired.ts';

type Tell = ReturnType<typeof createClockTeller>;

/**
 * Has the workflows of clocks started again where none runs, and told again where they are behind, at several looks. The
 * clocks are counted from the ledger, so a workflow goes on where it should be; what was announced is on record.
 */
export async function repairClocks(
  { sql, client, taskQueue, pause, mended }: RepairParts,
  workflows: ClockWorkflows = clockWorkflows(client),
  tell: Tell = createClockTeller({ client, taskQueue }),
): Promise<void> {
  for (const fault of await lastingClockFaults(sql, workflows, pause)) {
    const { caseId, run, kind } = fault;
    if (kind === 'silent') continue;
    // The dispatcher tells only the run that looks after the clocks. Any other one ends when it is told.
    if (kind === 'stray') await tell({ caseId, run });
    else if (!(await tellClocksAgain(sql, fault))) continue;
    mended({ kind: 'clock', id: caseId, what: DONE[kind](fault) });
  }
}

const DONE: Readonly<Record<Exclude<ClockFault['kind'], 'silent'>, (fault: ClockFault) => string>> = {
  none: ({ run }) => `no workflow looked after its clocks: run ${run} starts again`,
  behind: ({ run, workflow }) => `the workflow of its clocks was behind (${workflow}): run ${run} is told again`,
  stray: ({ run }) => `run ${run} of its clocks no longer looked after them: it is told so`,
};
