import type { CaseKind } from '../../domain/ledger/ledger-row.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The kinds of ledger rows that clocks follow. */
export const CLOCK_KINDS = [
  'attached',
  'responded',
  'held',
  'released',
  'resolved',
  'case_canceled',
  'reactivated',
  'detached',
] as const satisfies readonly CaseKind[];

/** A row of the ledger, as far as clocks look at it. */
interface WrittenRow {
  readonly kind: string;
  readonly case_id: string | null;
  readonly sla?: object;
}

/** Whether a row that is written may concern a clock: one starts, or it is of a kind that clocks follow. */
const concernsClocks = ({ kind, case_id: id, sla }: WrittenRow): boolean =>
  id !== null && (kind === 'attached' ? sla !== undefined : CLOCK_KINDS.some((each) => each === kind));

/**
 * SQL: one part of the statement that writes ledger rows: it has the clocks of their cases looked at. It reads
 * `new_rows`, so each row asks once, and it is empty when none of the rows concerns a clock. Only an attach with an SLA
 * begins this for a case: other rows ask for cases that have clocks already.
 */
export function clockWorkPart(sql: Sql, rows: readonly WrittenRow[]): Fragment {
  const concerned = rows.filter(concernsClocks);
  if (concerned.length === 0) return sql``;
  const starting = concerned.flatMap(({ kind, case_id: id }) => (kind === 'attached' && id !== null ? [id] : []));
  return sql`, new_clock_work as (
      insert into case_clock_work (case_id)
      select distinct case_id from new_rows
      where kind = any(${[...CLOCK_KINDS]}) and (case_id = any(${[...new Set(starting)]})
        or exists (select from case_clock_work known where known.case_id = new_rows.case_id))
      order by case_id
      on conflict (case_id) do update set written = case_clock_work.written + 1
    )`;
}
