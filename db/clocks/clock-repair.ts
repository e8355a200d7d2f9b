import type { Sql } from '../postgres/sql.ts';
import type { DueClockWork } from './clock-work.ts';

/**
 * The cases whose clocks may need a workflow, of those whose workflow has been told all that is on record: the case is
 * open on an entitlement, or a clock is recorded as one that goes on. Only the clocks themselves say whether they do. A
 * case without a recorded clock is among them: its workflow may have been told, and lost before its first turn.
 */
export const clocksToLookAfter = (sql: Sql): Promise<readonly DueClockWork[]> => sql<DueClockWork[]>`
  select case_id as "caseId", run from case_clock_work work
  where told >= written and (
    exists (select from cases where cases.id = work.case_id and cases.status = 'active' and cases.entitlement_id is not null)
    or exists (
      select from case_clocks clock
      where clock.case_id = work.case_id and clock.status in ('in_progress', 'nearing', 'paused', 'breached')
        and clock.met_at is null
        and (clock.status <> 'breached' or exists (
          select from cases where cases.id = clock.case_id and cases.entitlement_id = clock.entitlement_id
            and cases.attached_seq = clock.attached_seq))))
  order by case_id`;

/** Which run looks after the clocks of a case, and whether it has been told all that is on record. */
export interface ClockWork extends DueClockWork {
  readonly isTold: boolean;
}

/** Those of the cases that have, or had, clocks. */
export const clockWorkOf = (sql: Sql, caseIds: readonly string[]): Promise<readonly ClockWork[]> => sql<ClockWork[]>`
  select case_id as "caseId", run, told >= written as "isTold" from case_clock_work where case_id = any(${[...caseIds]})`;

/**
 * Has the dispatcher tell the workflow of the clocks once more, which starts it where it does not run. Answers false,
 * and changes nothing, where the dispatcher tells it anyway or another run looks after the clocks by now.
 */
export async function tellClocksAgain(sql: Sql, { caseId, run }: DueClockWork): Promise<boolean> {
  const told = await sql`
    update case_clock_work set written = written + 1
    where case_id = ${caseId} and run = ${run} and told >= written
    returning case_id`;
  return told.length > 0;
}
