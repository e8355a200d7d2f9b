import type { LedgerRow, RowKind } from '../../domain/ledger/ledger-row.ts';
import { allOf, given } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { columnList, LEDGER_COLUMNS, type LedgerRecord, rowFromRecord } from './ledger-columns.ts';
import { isNewCase } from './sums.ts';

/**
 * Parts of a ledger. `life`: the entitlement's own changes. `term`: those of its changes that make up its term. `use`:
 * what cases took and gave back. `cases`: the attach of each case, on the first entitlement that it was attached to.
 */
export const LEDGER_PARTS = ['use', 'cases', 'term'] as const;
type LedgerPart = (typeof LEDGER_PARTS)[number] | 'life';

/** A filter that is absent does not narrow the list. */
export interface LedgerFilter {
  readonly part?: LedgerPart | undefined;
  readonly kind?: RowKind | undefined;
  readonly caseId?: string | undefined;
  /** From this instant on. */
  readonly since?: Date | undefined;
  /** Before this instant. */
  readonly until?: Date | undefined;
  readonly fromSeq?: number | undefined;
  /** Up to and with this row. */
  readonly toSeq?: number | undefined;
}

interface LedgerPage {
  readonly limit: number;
  /** The row after which the page begins, in the page's own order; null: the first page. */
  readonly afterSeq: number | null;
  /** The newest row first. */
  readonly descending?: boolean;
}

/** At most `limit` rows of one ledger that the filter leaves, in order of `seq`, after row `afterSeq`. */
export async function listLedger(sql: Sql, id: string, page: LedgerPage, filter: LedgerFilter): Promise<LedgerRow[]> {
  const rows = await ledgerQuery(sql, id, page, filter);
  return rows.map(rowFromRecord);
}

/** The query of `listLedger`, which runs when it is awaited; tests explain it instead. */
export function ledgerQuery(
  sql: Sql,
  id: string,
  { limit, afterSeq, descending = false }: LedgerPage,
  filter: LedgerFilter,
) {
  const conditions = [
    sql`entitlement_id = ${id}`,
    ...given(afterSeq ?? undefined, (seq) => (descending ? sql`seq < ${seq}` : sql`seq > ${seq}`)),
    ...given(filter.kind, (kind) => sql`kind = ${kind}`),
    ...given(filter.caseId, (caseId) => sql`case_id = ${caseId}`),
    ...given(filter.since, (since) => sql`at >= ${since}`),
    ...given(filter.until, (until) => sql`at < ${until}`),
    ...given(filter.fromSeq, (seq) => sql`seq >= ${seq}`),
    ...given(filter.toSeq, (seq) => sql`seq <= ${seq}`),
  ];
  const branch = (more: Fragment) =>
    sql`select ${columnList(sql, LEDGER_COLUMNS)} from ledger where ${allOf(sql, [...conditions, more])}`;
  const branches = partsOf(sql, filter).map(branch);
  const all = branches.reduce((some, more) => sql`${some} union all ${more}`);
  return sql<
    LedgerRecord[]
  >`select * from (${all}) found order by seq ${descending ? sql`desc` : sql``} limit ${limit}`;
}

/**
 * For a span of time, the rows of cases have one index and the few other rows another, so each kind is read by itself.
 */
function partsOf(sql: Sql, { part, since, until }: LedgerFilter): Fragment[] {
  if (part !== undefined) return [PART[part](sql)];
  if (since === undefined && until === undefined) return [sql`true`];
  return [sql`case_id is not null`, sql`case_id is null`];
}

const PART: Readonly<Record<LedgerPart, (sql: Sql) => Fragment>> = {
  life: (sql) => sql`case_id is null and kind <> 'refused'`,
  // The present term is counted from what remained when the period began, even if the row `period_started` changed
  // nothing.
  term: (sql) => sql`case_id is null and (change <> 0 or kind = 'period_started')`,
  use: (sql) => sql`case_id is not null and coalesce(use_change, -change) <> 0`,
  cases: (sql) => isNewCase(sql),
};
