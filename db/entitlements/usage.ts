import type { MarkedRow } from '../../domain/entitlements/usage-marks.ts';
import type { UsageSums } from '../../domain/entitlements/usage-points.ts';
import { ATTACH_REFUSAL_CODES } from '../../domain/refusals.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { columnList, LEDGER_COLUMNS, type LedgerRecord, rowFromRecord } from '../ledger/ledger-columns.ts';
import { isNewCase } from '../ledger/sums.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/**
 * The most marks of each of three groups, the newest: what changed the term, what was refused, what went past the
 * grants. So many refusals do not hide an allotment.
 */
export const MAX_MARKS_OF_GROUP = 100;

/**
 * Sums over an entitlement's ledger between `bounds`, instants in order: by position, where 0 holds what came before
 * the first bound and n what came from bound number n on, counted from 1. A position without rows is absent. What
 * remains is the sum of `change` over all positions.
 */
export async function readUsage(
  sql: Sql,
  id: string,
  bounds: readonly number[],
): Promise<ReadonlyMap<number, UsageSums>> {
  const rows = await usageQuery(sql, id, bounds);
  return new Map(rows.map(({ position, ...sums }) => [position, sums]));
}

/** The query of `readUsage`, which runs when it is awaited; tests explain it instead. Each part has its own index. */
export function usageQuery(sql: Sql, id: string, bounds: readonly number[]) {
  // PostgreSQL does not sort bounds, and it needs at least one of them.
  const position = sql`width_bucket(at, ${bounds.map(instantText)}::text[]::timestamptz[])`;
  const ofRow = sql`entitlement_id = ${id}`;
  return sql<(UsageSums & { position: number })[]>`
    select position, sum(change)::float8 as change, sum(granted)::float8 as granted, sum(used)::float8 as used,
      sum(returned)::float8 as returned, sum(bought)::float8 as bought, sum(cases)::integer as cases,
      sum(refused)::integer as refused
    from (
      select ${position} as position, change, 0 as granted, greatest(use, 0) as used, greatest(-use, 0) as returned,
        change + use as bought, 0 as cases, 0 as refused
      from (
        select at, change, coalesce(use_change, -change) as use from ledger where ${ofRow} and case_id is not null
      ) of_cases
      union all
      select ${position}, change, change, 0, 0, 0, 0, 0 from ledger where ${ofRow} and case_id is null and change <> 0
      union all
      select ${position}, 0, 0, 0, 0, 0, 1, 0 from ledger where ${ofRow} and ${isNewCase(sql)}
      union all
      select ${position}, 0, 0, 0, 0, 0, 0, 1 from ledger where ${ofRow} and ${turnsAway(sql)}
    ) parts
    group by position`;
}

/** SQL: the row refuses an event of a case by status, dates, cover or exhaustion. */
const turnsAway = (sql: Sql): Fragment =>
  sql`kind = 'refused' and case_id is not null and refusal = any(${[...ATTACH_REFUSAL_CODES]}::text[])`;

/** The rows that marks are made of, and whether older ones were left out; see `MAX_MARKS_OF_GROUP`. */
export interface RowsOfMarks {
  readonly rows: readonly MarkedRow[];
  readonly isCut: boolean;
}

/**
 * The rows to mark from `since` on and before `until`, with the entitlement's first row: its allotment counts from the
 * start, however early the draft was made.
 */
export async function readRowsOfMarks(
  sql: Sql,
  id: string,
  { since, until }: { readonly since: number; readonly until: number },
): Promise<RowsOfMarks> {
  const within = sql`entitlement_id = ${id} and at >= ${new Date(since)} and at < ${new Date(until)}`;
  const groups = await Promise.all([
    newest(
      sql,
      'seq',
      sql`entitlement_id = ${id} and case_id is null and at < ${new Date(until)}
      and (seq = 1 or at >= ${new Date(since)}) and (change <> 0 or kind = 'period_started')`,
    ),
    newest(sql, 'at', sql`${within} and ${turnsAway(sql)}`),
    newest(
      sql,
      'at',
      sql`${within} and case_id is not null
      and (facts ? 'overrode' or overage <> 0 or charge is not null)`,
    ),
  ]);
  return {
    rows: groups.flatMap((rows) => rows.slice(0, MAX_MARKS_OF_GROUP)),
    isCut: groups.some((rows) => rows.length > MAX_MARKS_OF_GROUP),
  };
}

/** The newest rows, one more than are shown. A row that begins a period comes with the details of that moment. */
async function newest(sql: Sql, by: 'seq' | 'at', where: Fragment): Promise<readonly MarkedRow[]> {
  const records = await sql<(LedgerRecord & { details: EntitlementDetails | null })[]>`
    select newest.*, case when kind = 'period_started' then (
      select facts -> 'details' from ledger earlier
      where earlier.entitlement_id = newest.entitlement_id and earlier.case_id is null and earlier.seq < newest.seq
        and earlier.facts ? 'details'
      order by earlier.seq desc limit 1) end as details
    from (select ${columnList(sql, LEDGER_COLUMNS)} from ledger where ${where} order by ${sql(by)} desc limit ${MAX_MARKS_OF_GROUP + 1}) newest`;
  return records.map(({ details, ...record }) => ({ row: rowFromRecord(record), details }));
}
