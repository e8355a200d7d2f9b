import type { Sql } from '../postgres/sql.ts';
import type { DueClockWork } from './clock-work.ts';

/**
 * The cases with clocks that go on, whose workflow has been told all that is on record: each must have a workflow. A
 * clock that is breached and not met goes on only while its case is where it started; the others end when the case
 * leaves.
 */
export const clocksGoingOn = (sql: Sql): Promise<readonly DueClockWork[]> => sql<DueClockWork[]>`
  select case_id as "caseId", run from case_clock_work work
  where told >= written and exists (
    select from case_clocks clock
    where clock.case_id = work.case_id and clock.status in ('in_progress', 'nearing', 'paused', 'breached')
      and clock.met_at is null
      and (clock.status <> 'breached' or exists (
        select from cases where cases.id = clock.case_id and cases.entitlement_id = clock.entitlement_id
          and cases.attached_seq = clock.attached_seq)))
  order by case_id`;

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
