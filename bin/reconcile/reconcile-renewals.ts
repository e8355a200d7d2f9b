import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Sql } from '../../db/postgres/sql.ts';
import { type CourseRecord, openRenewals, renewalsById } from '../../db/renewals/renewal-repair.ts';
import { entitlementId } from '../../domain/ids.ts';
import { renewalIdOf } from '../../domain/renewals/renewal-course.ts';
import { type RenewalAnswer, renewalState, renewalWorkflowIdOf } from '../../workflows/renewals/renewal-messages.ts';
import { ADVICE, type Difference, isSame } from './difference.ts';
import { inFlight } from './in-flight.ts';
import { looksAgain, type Pause } from './patience.ts';

const AT_ONCE = 8;
const ANSWER_DEADLINE_MS = 15_000;
const ID = /^renewal\/(.+)\/(\d+)$/;

/** Its workflow runs and did not say what it holds. */
export const SILENT = 'no answer';

/** A renewal whose record and workflow do not agree. */
export interface RenewalFault {
  readonly entitlementId: ReturnType<typeof entitlementId>;
  readonly n: number;
  readonly record: CourseRecord | null;
  /** What the workflow says of itself; null: none runs. */
  readonly workflow: RenewalAnswer['renewal'] | typeof SILENT | null;
}

/**
 * Open renewals without a workflow or with one that does not answer, and running workflows that say something else than
 * their record. A step may be being recorded at this moment.
 */
export async function renewalFaults(sql: Sql, client: Client): Promise<readonly RenewalFault[]> {
  const running = new Map<string, NonNullable<RenewalFault['workflow']>>();
  const list = client.workflow.list({ query: "WorkflowType = 'renewal' and ExecutionStatus = 'Running'" });
  await inFlight(list, AT_ONCE, async ({ workflowId }) => {
    const answer = await client
      .withDeadline(Date.now() + ANSWER_DEADLINE_MS, () => client.workflow.getHandle(workflowId).query(renewalState))
      .catch((error: unknown) => (error instanceof WorkflowNotFoundError ? undefined : null));
    if (answer !== undefined) running.set(workflowId, answer?.renewal ?? SILENT);
  });
  const open = await openRenewals(sql);
  const named = [...running.keys()].flatMap((id) => partsOf(id) ?? []);
  const records = new Map<string, CourseRecord>();
  for (const record of await renewalsById(sql, named.map(renewalIdOf))) records.set(record.id, record);
  for (const record of open) records.set(record.id, record);
  const faults: RenewalFault[] = [];
  for (const which of named) {
    const workflow = running.get(renewalWorkflowIdOf(which.entitlementId, which.n)) ?? null;
    const record = records.get(renewalIdOf(which)) ?? null;
    // One that has just begun has neither a record nor an answer.
    if (workflow === SILENT && (record === null || record.isOver)) continue;
    if (!isSame(record?.state ?? null, workflow)) faults.push({ ...which, record, workflow });
  }
  for (const record of open) {
    const { entitlementId: id, n } = record;
    if (running.has(renewalWorkflowIdOf(id, n))) continue;
    faults.push({ entitlementId: id, n, record, workflow: null });
  }
  return faults;
}

/** Which renewal a workflow's id names. */
export function partsOf(
  workflowId: string,
): { entitlementId: ReturnType<typeof entitlementId>; n: number } | undefined {
  const [, id, n] = ID.exec(workflowId) ?? [];
  return id === undefined ? undefined : { entitlementId: entitlementId(id), n: Number(n) };
}

/** Those that are still there when a step that was being recorded would have been. */
export const lastingRenewalFaults = (sql: Sql, client: Client, pause?: Pause): Promise<readonly RenewalFault[]> =>
  looksAgain(
    () => renewalFaults(sql, client),
    ({ entitlementId: id, n }) => `${id} ${n}`,
    pause,
  );

export async function renewalsThatDiffer(sql: Sql, client: Client): Promise<Difference[]> {
  const faults = await lastingRenewalFaults(sql, client);
  return faults.map(({ entitlementId: id, n, record, workflow }) => ({
    entitlementId: id,
    what: `renewal ${n}`,
    values: { workflow: stageOf(workflow), columns: record?.state.stage ?? null },
    advice:
      workflow === null ? ADVICE.renewalStands : workflow === SILENT ? ADVICE.workflowSilent : ADVICE.renewalDiffers,
    mayPass: true,
  }));
}

const stageOf = (workflow: RenewalFault['workflow']): string =>
  workflow === null ? 'not running' : workflow === SILENT ? SILENT : workflow.stage;
