import type { LedgerRow, RowKind } from '../../domain/ledger/ledger-row.ts';
import { allOf } from '../access/report-scope.ts';
import { given } from '../postgres/keyset.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { type LedgerRecord, rowFromRecord } from './ledger-columns.ts';
import { isNewCase } from './sums.ts';

/**
 * Rows by what they are for. `life`: the entitlement's own changes. `term`: those of them that its term is made of. `use`: what cases
 * took and gave back. `cases`: the cases that came, each where it came first.
 */
export const LEDGER_PARTS = ['use', 'cases', 'term'] as const;
type LedgerPart = (typeof LEDGER_PARTS)[number] | 'life';

/** Each narrows the list; absent, it does not. */
export interface LedgerFilter {
  readonly part?: LedgerPart | undefined;
  readonly kind?: RowKind | undefined;
  readonly caseId?: string | undefined;
  /** From this instant on. */
  readonly since?: Date | undefined;
  /** Before this instant. */
  readonly until?: Date | undefined;
  readonly fromSeq?: number | undefined;
  /** The last one. */
  readonly toSeq?: number | undefined;
}

interface LedgerPage {
  readonly limit: number;
  readonly afterSeq: number;
}

/** Rows of one ledger in order, after number `afterSeq`. */
export async function listLedger(sql: Sql, id: string, page: LedgerPage, filter: LedgerFilter): Promise<LedgerRow[]> {
  const rows = await ledgerQuery(sql, id, page, filter);
  return rows.map(rowFromRecord);
}

export function ledgerQuery(sql: Sql, id: string, { limit, afterSeq }: LedgerPage, filter: LedgerFilter) {
  const conditions = [
    sql`entitlement_id = ${id} and seq > ${afterSeq}`,
    ...given(filter.kind, (kind) => sql`kind = ${kind}`),
    ...given(filter.caseId, (caseId) => sql`case_id = ${caseId}`),
    ...given(filter.since, (since) => sql`at >= ${since}`),
    ...given(filter.until, (until) => sql`at < ${until}`),
    ...given(filter.fromSeq, (seq) => sql`seq >= ${seq}`),
    ...given(filter.toSeq, (seq) => sql`seq <= ${seq}`),
  ];
  const branch = (more: Fragment) => sql`select * from ledger where ${allOf(sql, [...conditions, more])}`;
  const branches = partsOf(sql, filter).map(branch);
  const all = branches.reduce((some, more) => sql`${some} union all ${more}`);
  return sql<LedgerRecord[]>`select * from (${all}) found order by seq limit ${limit}`;
}

/** A span of time has an index for the rows of cases and another for the few others, and none for both. */
function partsOf(sql: Sql, { part, since, until }: LedgerFilter): Fragment[] {
  if (part !== undefined) return [PART[part](sql)];
  if (since === undefined && until === undefined) return [sql`true`];
  return [sql`case_id is not null`, sql`case_id is null`];
}

const PART: Readonly<Record<LedgerPart, (sql: Sql) => Fragment>> = {
  life: (sql) => sql`case_id is null and kind <> 'refused'`,
  // What remained when the period began is where the term of now is counted from, also when nothing changed by it.
  term: (sql) => sql`case_id is null and (change <> 0 or kind = 'period_started')`,
  use: (sql) => sql`case_id is not null and coalesce(use_change, -change) <> 0`,
  cases: (sql) => isNewCase(sql),
};
