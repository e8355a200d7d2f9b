import type { Considered } from '../../domain/cases/considered.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { constantText } from '../postgres/constant-text.ts';
import { instantText } from '../postgres/instant-text.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { type Promised, promisedBy, type SlaColumns } from '../slas/case-sla.ts';

/**
 * The columns of the table `ledger`, each with the field of a `LedgerRow` that it holds. The columns are listed here
 * and nowhere else: whatever reads or writes some of them is built from this list or checked against it by the
 * compiler. `entitlement_id`, `sla` and `considered` stand beside it, because a `LedgerRow` has no such fields.
 */
const FIELD_OF = {
  seq: 'seq',
  kind: 'kind',
  at: 'at',
  key: 'key',
  fingerprint: 'fingerprint',
  by: 'by',
  reason: 'reason',
  case_id: 'caseId',
  channel: 'channel',
  change: 'change',
  use_change: 'useChange',
  held_change: 'heldChange',
  open_change: 'openChange',
  overage: 'overage',
  charge: 'charge',
  remaining_after: 'remainingAfter',
  case_after: 'case',
  refusal: 'refusal',
  detail: 'detail',
  facts: 'facts',
} as const satisfies Readonly<Record<string, keyof LedgerRow>>;

type FieldOf = typeof FIELD_OF;
type RowColumn = keyof FieldOf;
export type LedgerColumn = RowColumn | 'entitlement_id';

const FIELDS = Object.entries(FIELD_OF);

/** A row as the table holds it. `at` is a `Date` when it is read, and RFC 3339 text when it is written. */
export type LedgerRecord = {
  readonly [Column in Exclude<RowColumn, 'at'>]: LedgerRow[FieldOf[Column]];
} & { readonly entitlement_id: string; readonly at: Date | string };

/**
 * A row as it is written: a row that attaches a case keeps what the SLA promises to the case, and what was considered
 * when its entitlement was picked.
 */
export type WrittenRecord = LedgerRecord & { readonly sla?: Promised; readonly considered?: Considered };

/** These columns of the table under the names that their fields have in a `LedgerRow`. `at` is a `Date`. */
export type LedgerFields<Column extends RowColumn> = {
  readonly [Each in Column as FieldOf[Each]]: Each extends 'at' ? Date : LedgerRow[FieldOf[Each]];
};

/** Every field of a `LedgerRow`: a field without a column does not compile in `rowFromRecord`. */
type ReadRow = { readonly [Column in RowColumn as FieldOf[Column]]: LedgerRow[FieldOf[Column]] };

/** The row that a record holds. */
export function rowFromRecord(record: LedgerRecord): LedgerRow {
  const row: Record<string, unknown> = {};
  for (const [column, field] of FIELDS) row[field] = record[column as RowColumn] ?? null;
  row[FIELD_OF.at] = new Date(record.at).getTime();
  return row as ReadRow;
}

/**
 * The record of a row. It names each column instead of going through the list, because every row of the case path
 * passes here and a loop takes several times as long; the compiler refuses a column that is missing.
 */
export const recordOf = (
  entitlement: EntitlementId,
  row: LedgerRow,
  sla: SlaColumns | undefined,
  considered?: Considered,
): WrittenRecord => ({
  entitlement_id: entitlement,
  seq: row.seq,
  kind: row.kind,
  at: instantText(row.at),
  key: row.key,
  fingerprint: row.fingerprint,
  by: row.by,
  reason: row.reason,
  case_id: row.caseId,
  channel: row.channel,
  change: row.change,
  use_change: row.useChange,
  held_change: row.heldChange,
  open_change: row.openChange,
  overage: row.overage,
  charge: row.charge,
  remaining_after: row.remainingAfter,
  case_after: row.case,
  refusal: row.refusal,
  detail: row.detail,
  facts: row.facts,
  ...(sla?.sla_id === undefined ? {} : { sla: promisedBy(sla) }),
  ...(considered === undefined ? {} : { considered }),
});

/** The columns that `rowFromRecord` reads. */
export const LEDGER_COLUMNS: readonly LedgerColumn[] = ['entitlement_id', ...(Object.keys(FIELD_OF) as RowColumn[])];

/** SQL: these columns, of the table or alias `of` where it is given: `ledger.seq, ledger.kind`. */
export const columnList = (sql: Sql, columns: readonly LedgerColumn[], of?: string): Fragment =>
  constantText(sql, columns.map((column) => (of === undefined ? column : `${of}.${column}`)).join(', '));

/** SQL: these columns of `of` under the names of their fields: `ledger.case_id as "caseId"`; see `LedgerFields`. */
export const columnsAsFields = (sql: Sql, columns: readonly RowColumn[], of = 'ledger'): Fragment =>
  constantText(sql, columns.map((column) => `${of}.${column} as "${FIELD_OF[column]}"`).join(', '));

/** SQL: the arguments of `json_build_object` for these columns of `of`: `'caseId', of.case_id`. */
export const columnsAsJson = (sql: Sql, columns: readonly RowColumn[], of: string): Fragment =>
  constantText(sql, columns.map((column) => `'${FIELD_OF[column]}', ${of}.${column}`).join(', '));
