import { type Client, QueryRejectedError, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client';
import { type ClockStanding, readClockStanding } from '../../activities/clocks/clock-standing.ts';
import { type ClockWork, clocksToLookAfter, clockWorkOf } from '../../db/clocks/clock-repair.ts';
import type { DueClockWork } from '../../db/clocks/clock-work.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { clientOn } from '../../temporal/connection.ts';
import { FreshStarts } from '../../temporal/fresh-starts.ts';
import { isNotReady } from '../../temporal/temporal-failures.ts';
import { clockState, clockWorkflowIdOf, WAKES_AT } from '../../workflows/clocks/clock-messages.ts';
import type { ClockTurnTaken } from '../../workflows/clocks/ports.ts';
import { ADVICE, type Difference } from './difference.ts';
import { inFlight } from './in-flight.ts';
import { looksAgain, type Pause } from './patience.ts';

const AT_ONCE = 8;
const ANSWER_DEADLINE_MS = 15_000;
const ID = /^case-clock\/(.+)\/(\d+)$/;

/** Its workflow runs and did not say what it holds. */
const SILENT = 'no answer';

/** How the clocks stood at the last turn of a workflow that runs; null: it has not taken one. */
type ClockAnswer = Pick<ClockTurnTaken, 'wakesAt' | 'isOver'> | typeof SILENT | null;

/** The workflows of clocks, as far as a comparison asks them. */
export interface ClockWorkflows {
  /** Those that run according to Temporal's list, which may be a moment old, each with its answer, by id. */
  running(): Promise<ReadonlyMap<string, ClockAnswer>>;
  /** Whether a workflow of this id runs now. */
  runs(workflowId: string): Promise<boolean>;
}

/**
 * Asks Temporal. Rejects with its error where the list cannot be read; a workflow that does not answer within
 * `ANSWER_DEADLINE_MS` is `SILENT`.
 */
export function clockWorkflows(client: Client): ClockWorkflows {
  const { connection, options } = client;
  // A workflow that has ended would answer from its history.
  const workflow = { queryRejectCondition: 'NOT_OPEN' } as const;
  const asking = clientOn(connection, { namespace: options.namespace, workflow });
  const starts = new FreshStarts(client, '');
  return {
    running: async () => {
      const answers = new Map<string, ClockAnswer>();
      const list = client.workflow.list({ query: "WorkflowType = 'caseClock' and ExecutionStatus = 'Running'" });
      await inFlight(list, AT_ONCE, async ({ workflowId }) => {
        const handle = asking.workflow.getHandle(workflowId);
        const answer = await asking
          .withDeadline(Date.now() + ANSWER_DEADLINE_MS, () => handle.query(clockState))
          .catch(async (error: unknown) => {
            if (error instanceof WorkflowNotFoundError || error instanceof QueryRejectedError) return undefined;
            return isNotReady(error) ? await answerOfSleeper(handle).catch((): ClockAnswer => SILENT) : SILENT;
          });
        if (answer !== undefined) answers.set(workflowId, answer);
      });
      return answers;
    },
    runs: async (workflowId) => (await starts.statusOf(workflowId)) === 'running',
  };
}

/**
 * A workflow that Temporal has not woken since its start takes no queries: its memo says what it waits for. One whose task
 * fails takes none either, and is silent.
 */
async function answerOfSleeper(handle: WorkflowHandle): Promise<ClockAnswer> {
  const { raw, memo } = await handle.describe();
  const { [WAKES_AT]: wakesAt } = memo ?? {};
  const isAsleep = raw.pendingWorkflowTask == null && (wakesAt === null || typeof wakesAt === 'number');
  return isAsleep ? { wakesAt, isOver: false } : SILENT;
}

/** Clocks of a case whose workflow does not know what it should. */
export interface ClockFault extends DueClockWork {
  /**
   * `none`: no workflow runs. `behind`: it has not heard what is on record. `stray`: another run looks after the clocks.
   * `silent`: it does not answer.
   */
  readonly kind: 'none' | 'behind' | 'stray' | 'silent';
  /** What the workflow says, and what the ledger says, in words. */
  readonly workflow: string;
  readonly ledger: string;
}

/**
 * Compares the workflows of clocks with what is on record: what each of them waits for, and whether clocks that go on have
 * one. Leaves out those that the dispatcher is about to tell.
 */
export async function clockFaults(sql: Sql, workflows: ClockWorkflows): Promise<readonly ClockFault[]> {
  const faults: ClockFault[] = [];
  const running = await workflows.running();
  const found = [...running].flatMap(([id, answer]) => named(id, answer));
  const works = new Map<string, ClockWork>();
  for (const work of await clockWorkOf(sql, [...new Set(found.map(({ caseId }) => caseId))]))
    works.set(work.caseId, work);
  await inFlight(found, AT_ONCE, async ({ caseId, run, answer }) => {
    const work = works.get(caseId);
    if (work?.run !== run) {
      const ledger = work === undefined ? 'no clocks' : `run ${work.run}`;
      faults.push({ caseId, run, kind: 'stray', workflow: inWords(answer), ledger });
    } else if (work.isTold) {
      const standing = await readClockStanding(sql, caseId, Date.now());
      const kind = faultOf(answer, standing);
      if (kind !== undefined) faults.push({ caseId, run, kind, workflow: inWords(answer), ledger: owed(standing) });
    }
  });
  await inFlight(await clocksToLookAfter(sql), AT_ONCE, async ({ caseId, run }) => {
    const id = clockWorkflowIdOf(caseId, run);
    if (running.has(id)) return;
    const standing = await readClockStanding(sql, caseId, Date.now());
    if ((standing.isOver && !standing.isOwed) || (await workflows.runs(id))) return;
    faults.push({ caseId, run, kind: 'none', workflow: 'not running', ledger: owed(standing) });
  });
  return faults;
}

function faultOf(answer: ClockAnswer, { wakesAt, isOver, isOwed }: ClockStanding): ClockFault['kind'] | undefined {
  if (answer === SILENT) return 'silent';
  const isBehind = answer === null || answer.wakesAt !== wakesAt || answer.isOver !== isOver || isOwed;
  return isBehind ? 'behind' : undefined;
}

/** Which clocks a workflow's id names; nothing for an id that somebody else chose. */
function named(workflowId: string, answer: ClockAnswer): (DueClockWork & { readonly answer: ClockAnswer })[] {
  const [, caseId, run] = ID.exec(workflowId) ?? [];
  return caseId === undefined ? [] : [{ caseId, run: Number(run), answer }];
}

function inWords(answer: ClockAnswer): string {
  if (answer === SILENT) return SILENT;
  if (answer === null) return 'no turn taken';
  if (answer.isOver) return 'all have ended';
  return answer.wakesAt === null ? 'waits until it is told' : `waits until ${new Date(answer.wakesAt).toISOString()}`;
}

const owed = ({ isOwed, ...standing }: ClockStanding): string =>
  `${inWords(standing)}${isOwed ? ', and something is not announced or recorded' : ''}`;

/** Those that are still there when a turn that was being taken would have been. */
export const lastingClockFaults = (
  sql: Sql,
  workflows: ClockWorkflows,
  pause?: Pause,
): Promise<readonly ClockFault[]> =>
  looksAgain(
    () => clockFaults(sql, workflows),
    ({ caseId, run }) => clockWorkflowIdOf(caseId, run),
    pause,
  );

const ADVICE_OF = {
  none: ADVICE.clocksStand,
  behind: ADVICE.clocksBehind,
  stray: ADVICE.clocksStray,
  silent: ADVICE.workflowSilent,
} as const;

/** Clocks that no workflow looks after, and workflows of clocks that are behind what is on record. */
export async function clocksThatDiffer(sql: Sql, client: Client): Promise<Difference[]> {
  const faults = await lastingClockFaults(sql, clockWorkflows(client));
  return faults.map(({ caseId, run, kind, workflow, ledger }) => ({
    entitlementId: caseId,
    what: `service-level clocks, run ${run}`,
    values: { workflow, ledger },
    advice: ADVICE_OF[kind],
    mayPass: true,
  }));
}
