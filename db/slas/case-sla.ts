import type { EpochMs } from '../../domain/calendar.ts';
import type { SlaId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { dueTimes } from '../../domain/slas/sla.ts';
import type { LedgerBatch } from '../../workflows/entitlements/ports.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { instantTextOrNull } from '../postgres/instant-text.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { createSlaReader, type VersionedSla } from './slas.ts';

/**
 * What an attach says about its case's SLA, as columns of `cases`. What is undefined is not sent, and so becomes null.
 */
export interface SlaColumns {
  /** The row that attached the case. */
  readonly attached_seq: number | undefined;
  readonly sla_id: SlaId | undefined;
  /** The version of the SLA that promises it; kept with the row of the ledger alone. */
  readonly sla_version?: number | undefined;
  readonly first_response_due_at: string | undefined;
  readonly resolution_due_at: string | undefined;
}

/** The SLA that a row gives its case; undefined for a row that does not attach a case. */
export type SlaOfRow = (row: LedgerRow, entitlement: LedgerBatch['snapshot']['entitlement']) => SlaColumns | undefined;

const NO_SLAS: ReadonlyMap<SlaId, VersionedSla> = new Map();

/** Reads the SLAs of the entitlements that attach cases in these batches. Most have none, and then nothing is read. */
export function createSlaOfRows(sql: Sql): (batches: readonly LedgerBatch[]) => Promise<SlaOfRow> {
  const read = createSlaReader(sql);
  return async (batches) => {
    const ids = new Set<SlaId>();
    for (const { rows, snapshot } of batches) {
      const { slaId } = snapshot.entitlement.details;
      if (slaId !== null && rows.some(({ kind }) => kind === 'attached')) ids.add(slaId);
    }
    return slaOfRows(ids.size === 0 ? NO_SLAS : await read(ids));
  };
}

/** The rows of one decision share one instant, so their due times are computed once. */
function slaOfRows(slas: ReadonlyMap<SlaId, VersionedSla>): SlaOfRow {
  let last: { slaId: SlaId; at: EpochMs; due: DueColumns } | undefined;
  return ({ kind, seq, at }, { details: { slaId } }) => {
    if (kind !== 'attached') return undefined;
    if (slaId === null)
      return { attached_seq: seq, sla_id: undefined, first_response_due_at: undefined, resolution_due_at: undefined };
    if (last?.slaId !== slaId || last.at !== at) last = { slaId, at, due: dueColumns(slas.get(slaId), at) };
    return { attached_seq: seq, sla_id: slaId, ...last.due };
  };
}

type DueColumns = Omit<SlaColumns, 'attached_seq' | 'sla_id'>;
const NOTHING_DUE: DueColumns = { first_response_due_at: undefined, resolution_due_at: undefined };

function dueColumns(sla: VersionedSla | undefined, at: EpochMs): DueColumns {
  if (sla === undefined) return NOTHING_DUE;
  const { firstResponseDueAt, resolutionDueAt } = dueTimes(sla, at);
  return {
    sla_version: sla.version,
    first_response_due_at: instantTextOrNull(firstResponseDueAt) ?? undefined,
    resolution_due_at: instantTextOrNull(resolutionDueAt) ?? undefined,
  };
}

/** What an SLA promises a case from its attach on, as the row that attached the case keeps it. */
export interface Promised {
  readonly slaId: string;
  /** Counts the changes of the SLA; null where there is no such SLA. */
  readonly version: number | null;
  /** RFC 3339; null where the SLA promises none. */
  readonly firstResponseDueAt: string | null;
  readonly resolutionDueAt: string | null;
}

/** The promise that these columns record. */
export const promisedBy = ({
  sla_id,
  sla_version,
  first_response_due_at,
  resolution_due_at,
}: SlaColumns): Promised => ({
  slaId: sla_id ?? '',
  version: sla_version ?? null,
  firstResponseDueAt: first_response_due_at ?? null,
  resolutionDueAt: resolution_due_at ?? null,
});

/** SQL: the SLA of a case after a newer row: unchanged, unless the row attaches the case or the case has moved. */
export function slaOfLink(sql: Sql): Fragment {
  const stays = sql`excluded.attached_seq is null and cases.entitlement_id = excluded.entitlement_id`;
  return sql`
    sla_id = case when ${stays} then cases.sla_id else excluded.sla_id end,
    first_response_due_at = case when ${stays} then cases.first_response_due_at else excluded.first_response_due_at end,
    resolution_due_at = case when ${stays} then cases.resolution_due_at else excluded.resolution_due_at end,
    attached_seq = case when ${stays} then cases.attached_seq else excluded.attached_seq end`;
}

interface SlaLink extends SlaColumns {
  readonly id: string;
  readonly entitlement_id: string;
}

/**
 * Adds the SLA to cases whose attach was written after a later row of the case. Such an attach finds the case's record
 * newer than itself and leaves it alone, but only the attach knows the SLA. Locks are taken in order of id; see
 * write-order.ts.
 */
export async function addLateSlas(sql: Sql, late: readonly SlaLink[]): Promise<void> {
  if (late.length === 0) return;
  await sql`
    with given as (
      select g.* from jsonb_populate_recordset(null::cases, ${jsonParameter(sql, late)}) g
      join cases c on c.id = g.id
      where c.entitlement_id = g.entitlement_id and coalesce(c.attached_seq, 0) < g.attached_seq
      order by c.id for update of c
    )
    update cases set sla_id = given.sla_id, first_response_due_at = given.first_response_due_at,
      resolution_due_at = given.resolution_due_at, attached_seq = given.attached_seq
    from given where cases.id = given.id and coalesce(cases.attached_seq, 0) < given.attached_seq`;
}
