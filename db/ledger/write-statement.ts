import type { LedgerBatch, WriteOutcome } from '../../workflows/entitlements/ports.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { addLateSlas, type SlaOfRow, slaOfLink } from '../slas/case-sla.ts';
import { newestCases } from './case-links.ts';
import { cameFirstAlone, findLost, keptIn } from './case-ownership.ts';
import { clockWorkPart } from './clock-work-part.ts';
import { auditPart } from './ledger-audit.ts';
import { recordOf, type WrittenRecord } from './ledger-columns.ts';
import { assertSameRows } from './ledger-conflict.ts';
import { eventsPart, newRowColumns } from './ledger-events.ts';
import { noteWritten } from './ledger-metrics.ts';
import { newestSnapshots } from './snapshot-records.ts';
import { byLedgerOrder } from './write-order.ts';

const NOTHING_LOST: WriteOutcome = { lost: [] };

/**
 * Writes rows, snapshots, case links, events and audit in one statement, and so in one transaction. Any part of it may
 * be there already; writing it again changes nothing. No two batches may concern the same case for different
 * entitlements. Answers, for each batch, the cases that it attached and did not get. Throws `LedgerConflictError`.
 */
export async function writeBatches(
  sql: Sql,
  batches: readonly LedgerBatch[],
  slaOf: SlaOfRow,
): Promise<WriteOutcome[]> {
  const rows = distinctRecords(batches, slaOf);
  const snapshots = newestSnapshots(batches);
  const { links, freed } = newestCases(batches, slaOf);
  const { inserted, isNew, linked } = await runStatement(sql, { rows, snapshots, links, freed });
  noteWritten(rows, isNew);
  if (inserted < rows.length) await assertSameRows(sql, rows);
  const unlinked = batches.map(({ rows: ofOne, snapshot }) =>
    keptIn(ofOne).filter((id) => !linked.has(`${snapshot.entitlement.id} ${id}`)),
  );
  if (unlinked.every((cases) => cases.length === 0)) return batches.map(() => NOTHING_LOST);
  await addLateSlas(
    sql,
    links.filter((link) => link.sla_id !== undefined && !linked.has(`${link.entitlement_id} ${link.id}`)),
  );
  return await findLost(sql, batches, unlinked);
}

/**
 * Worker and API may send the same row at the same moment: each row is written once, with what was considered if one of
 * them knows it.
 */
function distinctRecords(batches: readonly LedgerBatch[], slaOf: SlaOfRow): readonly WrittenRecord[] {
  const records = new Map<string, WrittenRecord>();
  for (const { rows, snapshot, considered } of batches)
    for (const row of rows) {
      const { entitlement } = snapshot;
      const ofAttach = row.kind === 'attached' && row.key !== null ? considered?.get(row.key) : undefined;
      const name = `${entitlement.id} ${row.seq}`;
      if (ofAttach === undefined && records.has(name)) continue;
      records.set(name, recordOf(entitlement.id, row, slaOf(row, entitlement), ofAttach));
    }
  return [...records.values()].sort(byLedgerOrder);
}

interface Written extends ReturnType<typeof newestCases> {
  readonly rows: readonly WrittenRecord[];
  readonly snapshots: ReturnType<typeof newestSnapshots>;
}

/** The name of a row in the whole ledger. */
const rowName = (row: Pick<WrittenRecord, 'entitlement_id' | 'seq'>): string => `${row.entitlement_id} ${row.seq}`;

/**
 * Answers which rows are new, and which links (entitlement id, blank, case id) were written. The conflict of rows
 * names no index: with one named, PostgreSQL fails a row that another process inserts at the same moment by the other
 * index.
 */
async function runStatement(
  sql: Sql,
  { rows, snapshots, links, freed }: Written,
): Promise<{
  readonly inserted: number;
  readonly isNew: (row: WrittenRecord) => boolean;
  readonly linked: ReadonlySet<string>;
}> {
  const [outcome] = await sql<{ inserted: number; new_rows: string[] | null; linked: string[] }[]>`
    with new_rows as (
      insert into ledger
      select * from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, rows)})
      on conflict do nothing
      returning ${newRowColumns(sql)}
    ), new_snapshots as (
      insert into entitlements
      select * from jsonb_populate_recordset(null::entitlements, ${jsonParameter(sql, snapshots)})
      on conflict (id) do update set
        name = excluded.name, customer_id = excluded.customer_id, status = excluded.status,
        start_date = excluded.start_date, end_date = excluded.end_date, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, remaining_term = excluded.remaining_term, renewed_by_id = excluded.renewed_by_id,
        seq = excluded.seq, generation = greatest(entitlements.generation, excluded.generation),
        deleted = excluded.deleted, updated_at = excluded.updated_at, state = excluded.state,
        owner = excluded.owner, tier = excluded.tier, product_ids = excluded.product_ids,
        allocation_type = excluded.allocation_type, period_ends_at = excluded.period_ends_at,
        paused_since = excluded.paused_since, grace_ends_at = excluded.grace_ends_at,
        is_default = case when excluded.status = 'active' then entitlements.is_default end
      where entitlements.seq < excluded.seq
        or (entitlements.seq = excluded.seq and entitlements.generation < excluded.generation)
    ), new_links as (
      insert into cases
      select * from jsonb_populate_recordset(null::cases, ${jsonParameter(sql, links)})
      on conflict (id) do update set
        customer_id = excluded.customer_id, contact_id = excluded.contact_id, product_id = excluded.product_id,
        channel = excluded.channel, title = excluded.title, status = excluded.status, minutes = excluded.minutes,
        decrement_entitlement_term = excluded.decrement_entitlement_term, entitlement_id = excluded.entitlement_id,
        entitlement_seq = excluded.entitlement_seq, reason = excluded.reason,
        explanation = coalesce(excluded.explanation, cases.explanation), moved_from = excluded.moved_from,
        moved_from_seq = excluded.moved_from_seq, updated_at = excluded.updated_at,
        in_grace = excluded.in_grace, ${slaOfLink(sql)}
      where (cases.entitlement_id = excluded.entitlement_id and cases.entitlement_seq < excluded.entitlement_seq)
        or (excluded.moved_from_seq is null and cases.entitlement_id is null
          and (cases.left_id is distinct from excluded.entitlement_id or cases.left_seq < excluded.entitlement_seq)
          and not ${cameFirstAlone(sql)})
        or (cases.entitlement_id is not distinct from excluded.moved_from
          and coalesce(cases.entitlement_seq, cases.version, 0) = excluded.moved_from_seq)
      returning entitlement_id || ' ' || id as link
    ), freed_cases as (
      update cases set entitlement_id = null, entitlement_seq = null, reason = 'taken_off', explanation = null,
        left_id = freed.entitlement_id, left_seq = freed.entitlement_seq, version = coalesce(cases.version, 0) + 1,
        moved_from = null, moved_from_seq = null, updated_at = freed.at, sla_id = null, first_response_due_at = null,
        resolution_due_at = null, attached_seq = null, considered = null, in_grace = null
      from jsonb_to_recordset(${jsonParameter(sql, freed)}) as
        freed (id text, entitlement_id text, entitlement_seq int, at timestamptz)
      where cases.id = freed.id and cases.entitlement_id = freed.entitlement_id
        and cases.entitlement_seq < freed.entitlement_seq
    )${eventsPart(sql, snapshots)}${auditPart(sql, rows)}${clockWorkPart(sql, rows)}
    select (select count(*)::int from new_rows) as inserted, array(select link from new_links) as linked,
      case when (select count(*) from new_rows) between 1 and ${rows.length - 1}
        then array(select entitlement_id || ' ' || seq from new_rows) end as new_rows`;
  if (outcome === undefined) throw new TypeError('A select without from returns a row.');
  const { inserted, new_rows: some, linked } = outcome;
  const names = some === null ? null : new Set(some);
  const isNew = (row: WrittenRecord) => (names === null ? inserted === rows.length : names.has(rowName(row)));
  return { inserted, isNew, linked: new Set(linked) };
}
