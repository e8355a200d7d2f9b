import type { Considered } from '../../domain/cases/considered.ts';
import type { SpillShare } from '../../domain/ledger/support-case.ts';
import { columnsAsJson, type LedgerFields } from '../ledger/ledger-columns.ts';
import type { Sql } from '../postgres/sql.ts';
import type { CaseRecord } from './cases.ts';

const DECIDED = ['seq', 'at', 'by', 'reason', 'detail', 'facts', 'case_after'] as const;

/** A row as a decision is read from it; `at` is RFC 3339. */
export type DecidingRow = Omit<LedgerFields<(typeof DECIDED)[number]>, 'at'> & { readonly at: string };

/** What is on record about why a case has its entitlement, or has none. All rows are those of the moment itself. */
export interface RecordedDecision {
  readonly reason: CaseRecord['entitlementReason'];
  readonly explanation: string | null;
  readonly createdAt: Date;
  readonly entitlementId: string | null;
  /** The entitlement that the case was taken off last. */
  readonly leftId: string | null;
  /** The row that attached the case to its entitlement. */
  readonly attached: DecidingRow | null;
  /** The row by which it was taken off, for a case without one. */
  readonly left: DecidingRow | null;
  /** The row that asked others for minutes that did not fit. */
  readonly spilled: DecidingRow | null;
  /** What those others took; null: they have not answered, or none was asked. */
  readonly parts: readonly SpillShare[] | null;
  /** What was considered; null: not recorded, or nothing was picked. */
  readonly considered: Considered | null;
}

/** Reads the decision that gave the case its entitlement or left it without one; undefined for an unknown case. */
export async function findDecision(sql: Sql, caseId: string): Promise<RecordedDecision | undefined> {
  const rowOf = (alias: 'attached' | 'parted' | 'spilled') => sql`
    case when ${sql(alias)}.seq is not null then json_build_object(${columnsAsJson(sql, DECIDED, alias)}) end`;
  const [found] = await sql<RecordedDecision[]>`
    select c.reason, nullif(c.explanation, '') as explanation, c.created_at as "createdAt",
      c.entitlement_id as "entitlementId", c.left_id as "leftId", ${rowOf('attached')} as attached,
      ${rowOf('parted')} as left, ${rowOf('spilled')} as spilled, newest.case_after -> 'spill' -> 'parts' as parts,
      case when c.entitlement_id is null then c.considered else attached.considered end as considered
    from cases c
    left join ledger newest on newest.entitlement_id = c.entitlement_id and newest.seq = c.entitlement_seq
    left join ledger attached on attached.entitlement_id = c.entitlement_id
      and attached.seq = (newest.case_after ->> 'attachedSeq')::int
    left join ledger parted on c.entitlement_id is null and parted.entitlement_id = c.left_id and parted.seq = c.left_seq
    left join ledger spilled on spilled.entitlement_id = c.entitlement_id
      and spilled.seq = (newest.case_after -> 'spill' ->> 'seq')::int
    where c.id = ${caseId}`;
  return found;
}
