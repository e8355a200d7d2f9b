import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';

/** The channel of PostgreSQL on which dispatchers of clocks listen; see migration 0029. */
const WAKE_CHANNEL = 'allot_case_clocks';
/** The most cases that one call tells, all side by side. */
const CASES_AT_A_TIME = 50;
/** Longer than telling takes: an older claim belongs to a dispatcher that died. */
const CLAIMED_SECONDS = 10;

/** A case whose clocks must be looked at. */
export interface DueClockWork {
  readonly caseId: string;
  /** The number of the workflow that looks after them. */
  readonly run: number;
}

/** A case whose clocks a dispatcher tells about. */
export interface ToldClockWork extends DueClockWork {
  /** No workflow is known to have been told about them. */
  readonly isFirst: boolean;
}

type Claimed = ToldClockWork & { readonly written: string };

/**
 * Calls `tell` for cases whose clocks must be looked at, and notes those that succeeded. If this process dies in
 * between, they are told again, so telling twice must be harmless. Answers how many it told. Throws the first error of
 * `tell`, after noting the others.
 */
async function dispatchClockWork(sql: Sql, tell: (due: ToldClockWork) => Promise<void>): Promise<number> {
  const due = await sql<Claimed[]>`
    with due as (
      select case_id from case_clock_work
      where told < written and coalesce(claimed_until < now(), true)
      order by case_id limit ${CASES_AT_A_TIME} for update skip locked
    )
    update case_clock_work set claimed_until = now() + make_interval(secs => ${CLAIMED_SECONDS})
    from due where case_clock_work.case_id = due.case_id
    returning case_clock_work.case_id as "caseId", run, written::text, told = 0 as "isFirst"`;
  if (due.length === 0) return 0;
  const outcomes = await Promise.allSettled(due.map(tell));
  const told = due.filter((_, index) => outcomes[index]?.status === 'fulfilled');
  const isTold = (one: Claimed) => told.includes(one);
  await sql`
    update case_clock_work set claimed_until = null, told = greatest(told, coalesce(given.up_to, 0))
    from jsonb_to_recordset(${jsonParameter(
      sql,
      due.map((one) => ({ id: one.caseId, up_to: isTold(one) ? one.written : null })),
    )}) as given (id text, up_to bigint)
    where case_id = given.id`;
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return due.length;
}

/** What a dispatcher of clocks needs from the database. Every call rejects with the driver's error when it is away. */
export interface ClockDispatchStore {
  /** Calls `wake` after each commit that leaves something to tell. Resolves once it listens. */
  listen(wake: () => void): Promise<void>;
  /** See `dispatchClockWork`. */
  dispatch(tell: (due: ToldClockWork) => Promise<void>): Promise<number>;
}

export const createClockDispatchStore = (sql: Sql): ClockDispatchStore => ({
  listen: async (wake) => {
    await sql.listen(WAKE_CHANNEL, wake);
  },
  dispatch: (tell) => dispatchClockWork(sql, tell),
});

/**
 * Runs `change` while nobody else changes the clocks of the case, in one transaction. `change` says whether all of them
 * have ended: then what happens to the case from now on goes to the next run of their workflow. Undefined, and nothing
 * changes, where another run than the one that asks looks after the clocks: a signal that comes late starts a run again
 * that has ended.
 *
 * A workflow can be told while its case has no row here, because the database was restored to a moment before the case.
 * Then its turn makes the row, with its own run: the clocks go on under it, or all have ended, and rows of the ledger that
 * come back go to the next run.
 */
export const holdingClocks = <Answer extends { readonly isOver: boolean }>(
  sql: Sql,
  { caseId, run }: DueClockWork,
  change: (tx: Sql) => Promise<Answer>,
): Promise<Answer | undefined> =>
  inTransaction(sql, async (tx) => {
    await tx`insert into case_clock_work (case_id, run, written) values (${caseId}, ${run}, 0) on conflict do nothing`;
    const [work] = await tx<Pick<DueClockWork, 'run'>[]>`
      select run from case_clock_work where case_id = ${caseId} for update`;
    if (work?.run !== run) return undefined;
    const answer = await change(tx);
    if (answer.isOver) await tx`update case_clock_work set run = run + 1 where case_id = ${caseId}`;
    return answer;
  });
