import type { CaseId } from '../../domain/ids.ts';
import type { LedgerRow, RowFacts, RowKind } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { RefusalCode } from '../../domain/refusals.ts';
import type { Charge } from '../../domain/terms/overage-charge.ts';

/** A ledger row as the table has it. */
export interface LedgerRecord {
  readonly entitlement_id: string;
  readonly seq: number;
  readonly kind: RowKind;
  /** A `Date` when read, its ISO text when written. */
  readonly at: Date | string;
  readonly key: string | null;
  readonly fingerprint: string | null;
  readonly by: string;
  readonly reason: string | null;
  readonly case_id: CaseId | null;
  readonly channel: string | null;
  readonly change: number;
  readonly use_change: number | null;
  readonly held_change: number;
  readonly open_change: number;
  readonly overage: number;
  readonly charge: Charge | null;
  readonly remaining_after: number | null;
  readonly case_after: SupportCase | null;
  readonly refusal: RefusalCode | null;
  readonly detail: string | null;
  readonly facts: RowFacts | null;
}

export const rowFromRecord = (record: LedgerRecord): LedgerRow => ({
  seq: record.seq,
  kind: record.kind,
  at: new Date(record.at).getTime(),
  key: record.key,
  fingerprint: record.fingerprint,
  by: record.by,
  reason: record.reason,
  caseId: record.case_id,
  channel: record.channel,
  change: record.change,
  useChange: record.use_change ?? null,
  heldChange: record.held_change,
  openChange: record.open_change,
  overage: record.overage,
  charge: record.charge,
  remainingAfter: record.remaining_after,
  case: record.case_after,
  refusal: record.refusal,
  detail: record.detail,
  facts: record.facts,
});
