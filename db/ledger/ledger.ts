import { type Entitlement, remainingTerm } from '../../domain/entitlements/entitlement.ts';
import type { CaseId, EntitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../domain/ledger/support-case.ts';
import type { FirstAnswer } from '../../workflows/entitlements/case-messages.ts';
import type { Forgotten, LedgerBatch, LedgerStore, WriteOutcome } from '../../workflows/entitlements/ports.ts';
import { isGivenUp } from '../cases/case-contexts.ts';
import { grouped } from '../postgres/batcher.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import {
  addLateSlas,
  createSlaOfRows,
  type Promised,
  promisedBy,
  type SlaColumns,
  type SlaOfRow,
  slaOfLink,
} from '../slas/case-sla.ts';
import { auditPart } from './ledger-audit.ts';
import { columnsOfEvents, eventsPart } from './ledger-events.ts';
import { type LedgerRecord, rowFromRecord } from './ledger-record.ts';

/** Rows already written under the same number must say the same; anything else is a broken promise. */
export class LedgerConflictError extends Error {
  override readonly name = 'LedgerConflictError';
}

/** Two groups at a time under load: while one commits, the next is parsed. */
const GROUPS_IN_FLIGHT = 2;
const MAX_BATCHES_PER_GROUP = 200;
const ROWS_WORTH_A_GROUP = 100;

/** The ledger and what is read from it, as workflows and API write them: all callers of a moment in one transaction. */
export function createLedgerStore(sql: Sql): LedgerStore {
  const slaOfRows = createSlaOfRows(sql);
  const write = grouped<LedgerBatch, WriteOutcome>(
    async (batches) => writeApart(sql, batches, await slaOfRows(batches)),
    {
      inFlight: GROUPS_IN_FLIGHT,
      maxItems: MAX_BATCHES_PER_GROUP,
      overlapFrom: ROWS_WORTH_A_GROUP,
      weight: ({ rows }) => rows.length,
      isolates: isOfTheData,
    },
  );
  return {
    write,
    loadForgotten: (id, cases, keys) => loadForgotten(sql, id, cases, keys),
    caseAt: (id, seq) => caseAt(sql, id, seq),
  };
}

/** A statement touches a case's record once: batches of two entitlements that speak of one case go one after the other. */
async function writeApart(sql: Sql, batches: readonly LedgerBatch[], slaOf: SlaOfRow): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  for (const together of apartByCase(batches)) outcomes.push(...(await writeBatches(sql, together, slaOf)));
  return outcomes;
}

/** In their order, with a cut wherever a case comes up of another entitlement than before. */
function apartByCase(batches: readonly LedgerBatch[]): readonly (readonly LedgerBatch[])[] {
  const groups: LedgerBatch[][] = [];
  let owners = new Map<string, EntitlementId>();
  for (const batch of batches) {
    const { id } = batch.snapshot.entitlement;
    const cases = batch.rows.flatMap((row) => (row.case === null ? [] : [row.case.caseId]));
    const meets = cases.some((caseId) => (owners.get(caseId) ?? id) !== id);
    if (meets) owners = new Map();
    for (const caseId of cases) owners.set(caseId, id);
    const group = groups.at(-1);
    if (group === undefined || meets) groups.push([batch]);
    else group.push(batch);
  }
  return groups;
}

/** Wrong data or a broken promise, in SQLSTATE's classes 22 and 23: not a database that is away. */
const isOfTheData = (error: unknown): boolean =>
  error instanceof LedgerConflictError ||
  (typeof error === 'object' && error !== null && 'code' in error && /^2[23]...$/.test(String(error.code)));

/**
 * Rows, snapshots and case links in one statement, and so in one transaction. All of it may be there already. Each kind
 * is in order of its key: processes that write the same records take their locks in the same order. The conflict of rows
 * names no index: with one named, PostgreSQL fails a row that another process inserts at the same moment by the other.
 */
async function writeBatches(sql: Sql, batches: readonly LedgerBatch[], slaOf: SlaOfRow): Promise<WriteOutcome[]> {
  const rows = batches.flatMap(({ rows: ofOne, snapshot }) =>
    ofOne.map((row) => ledgerRecord(snapshot.entitlement.id, row, slaOf(row, snapshot.entitlement))),
  );
  const distinct = [...new Map(rows.map((row) => [`${row.entitlement_id} ${row.seq}`, row])).values()].sort(
    byLedgerOrder,
  );
  const snapshots = newestSnapshots(batches);
  const { links, freed } = newestCases(batches, slaOf);
  const [outcome] = await sql<{ inserted: number; linked: string[] }[]>`
    with new_rows as (
      insert into ledger
      select * from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, distinct)})
      on conflict do nothing
      returning ${columnsOfEvents(sql)}
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
        allocation_type = excluded.allocation_type,
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
        ${slaOfLink(sql)}
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
        resolution_due_at = null, attached_seq = null
      from jsonb_to_recordset(${jsonParameter(sql, freed)}) as
        freed (id text, entitlement_id text, entitlement_seq int, at timestamptz)
      where cases.id = freed.id and cases.entitlement_id = freed.entitlement_id
        and cases.entitlement_seq < freed.entitlement_seq
    )${eventsPart(sql, snapshots)}${auditPart(sql, distinct)}
    select (select count(*)::int from new_rows) as inserted, array(select link from new_links) as linked`;
  if (outcome === undefined) throw new TypeError('A select without from returns a row.');
  if (outcome.inserted < distinct.length) await assertSameRows(sql, distinct);
  const linked = new Set(outcome.linked);
  const unlinked = batches.map(({ rows: ofOne, snapshot }) =>
    attachedIn(ofOne).filter((id) => !linked.has(`${snapshot.entitlement.id} ${id}`)),
  );
  if (unlinked.every((cases) => cases.length === 0)) return batches.map(() => NOTHING_LOST);
  await addLateSlas(
    sql,
    links.filter((link) => link.sla_id !== undefined && !linked.has(`${link.entitlement_id} ${link.id}`)),
  );
  return await findLost(sql, batches, unlinked);
}

/**
 * The key of the attach put the case on record without an entitlement first, as its decision was not written by then: that
 * answer stands, and the attach is given up. Rows that this statement writes are not in the ledger that it sees.
 */
const cameFirstAlone = (sql: Sql) => sql`(
  exists (select from new_rows join unattached_events alone on alone.key = new_rows.key
    where new_rows.case_id = excluded.id and new_rows.kind = 'attached')
  or exists (select from ledger join unattached_events alone on alone.key = ledger.key
    where ledger.case_id = excluded.id and ledger.entitlement_id = excluded.entitlement_id and ledger.kind = 'attached'))`;

const NOTHING_LOST: WriteOutcome = { lost: [] };

/**
 * Of the cases whose link was not written, those that another entitlement has, or none; the others had a newer link already.
 * One that another entitlement took over from this very stay is not lost: its move is finished by whoever moved it.
 */
async function findLost(
  sql: Sql,
  batches: readonly LedgerBatch[],
  unlinked: readonly (readonly CaseId[])[],
): Promise<WriteOutcome[]> {
  const asked = batches.flatMap(({ rows, snapshot }, index) =>
    (unlinked[index] ?? []).map((caseId) => ({
      caseId,
      entitlementId: snapshot.entitlement.id,
      seq: Math.max(...rows.flatMap((row) => (row.kind === 'attached' && row.caseId === caseId ? [row.seq] : []))),
    })),
  );
  const found = await sql<{ caseId: CaseId; entitlementId: EntitlementId; owner: EntitlementId | null }[]>`
    select q."caseId", q."entitlementId", c.entitlement_id as owner
    from jsonb_to_recordset(${jsonParameter(sql, asked)}) as q ("caseId" text, "entitlementId" text, seq int)
    join cases c on c.id = q."caseId"
    where c.entitlement_id is distinct from q."entitlementId" and not exists (
      select from ledger taken
      where taken.case_id = c.id and taken.kind = 'attached' and taken.facts ->> 'movedFromId' = q."entitlementId"
        and (taken.case_after -> 'movedFrom' ->> 'seq')::int >= q.seq)`;
  return batches.map(({ snapshot }, index) => ({
    lost: found.flatMap(({ caseId, entitlementId, owner }) =>
      entitlementId === snapshot.entitlement.id && unlinked[index]?.includes(caseId) ? [{ caseId, owner }] : [],
    ),
  }));
}

/** The cases that rows say are on the entitlement. */
const attachedIn = (rows: readonly LedgerRow[]): CaseId[] => [
  ...new Set(rows.flatMap((row) => (row.kind === 'attached' && row.caseId !== null ? [row.caseId] : []))),
];

/** The same number with other content means that two histories of one entitlement exist: that must never pass in silence. */
async function assertSameRows(sql: Sql, rows: readonly WrittenRecord[]): Promise<void> {
  const other = await sql<{ entitlement_id: string; seq: number }[]>`
    select given.entitlement_id, given.seq
    from jsonb_populate_recordset(null::ledger, ${jsonParameter(sql, rows)}) given
    left join ledger using (entitlement_id, seq)
    where (given.kind, given.key, given.fingerprint, given.case_id, given.change, given.remaining_after)
      is distinct from (ledger.kind, ledger.key, ledger.fingerprint, ledger.case_id, ledger.change, ledger.remaining_after)`;
  const [first] = other;
  if (first !== undefined)
    throw new LedgerConflictError(
      `Ledger row ${first.seq} of entitlement ${first.entitlement_id} exists with other content, or its key under another number.`,
    );
}

const inOrder = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
const byId = (one: { id: string }, other: { id: string }): number => inOrder(one.id, other.id);
const byLedgerOrder = (one: LedgerRecord, other: LedgerRecord): number =>
  inOrder(one.entitlement_id, other.entitlement_id) || one.seq - other.seq;

/** A row as it is written: with what the SLA promises to the case that it attaches. */
type WrittenRecord = LedgerRecord & { readonly sla?: Promised };

/** The rows of one decision have one time: it is written out once. */
let lastIso = { at: Number.NaN, text: '' };
function iso(at: number): string {
  if (at !== lastIso.at) lastIso = { at, text: new Date(at).toISOString() };
  return lastIso.text;
}

function ledgerRecord(entitlement: EntitlementId, row: LedgerRow, sla: SlaColumns | undefined): WrittenRecord {
  return {
    entitlement_id: entitlement,
    seq: row.seq,
    kind: row.kind,
    at: iso(row.at),
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
  };
}

/** One statement may touch a record once: the newest of each. */
function newestSnapshots(batches: readonly LedgerBatch[]) {
  const newest = new Map<string, LedgerBatch['snapshot']>();
  for (const { snapshot } of batches) {
    const known = newest.get(snapshot.entitlement.id);
    const newer = known === undefined || known.entitlement.seq <= snapshot.entitlement.seq ? snapshot : known;
    const generation = Math.max(known?.generation ?? 0, snapshot.generation);
    newest.set(snapshot.entitlement.id, { ...newer, generation });
  }
  return [...newest.values()].map(({ entitlement, generation }) => snapshotRecord(entitlement, generation)).sort(byId);
}

function snapshotRecord(entitlement: Entitlement, generation: number) {
  const { id, details, status, startsAt, endsAt, seq, deleted, renewedById, renewsId, createdAt, updatedAt } =
    entitlement;
  return {
    id,
    name: details.name,
    customer_id: details.customerId,
    status,
    start_date: details.startDate,
    end_date: details.endDate,
    starts_at: startsAt === null ? null : iso(startsAt),
    ends_at: endsAt === null ? null : iso(endsAt),
    remaining_term: remainingTerm(entitlement),
    renewed_by_id: renewedById,
    renews_id: renewsId,
    seq,
    generation,
    deleted,
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    state: entitlement,
    owner: details.owner,
    tier: details.tier,
    product_ids: details.productIds,
    allocation_type: details.allocationType,
  };
}

/**
 * The newest state of each case, and the cases that were given up: those that have not another entitlement already have
 * none. Where two entitlements attach the same case at once, the first keeps it.
 */
function newestCases(batches: readonly LedgerBatch[], slaOf: SlaOfRow) {
  const newest = new Map<string, CaseRecord>();
  const freed = new Map<string, { id: string; entitlement_id: string; entitlement_seq: number; at: string }>();
  for (const { rows, snapshot } of batches) {
    const { id } = snapshot.entitlement;
    for (const row of rows) {
      // A part belongs to a case that another entitlement has.
      if (row.case === null || row.case.part !== undefined) continue;
      const { caseId, detached } = row.case;
      const known = newest.get(caseId);
      if (known !== undefined && known.entitlement_id !== id) continue;
      const sla = slaOf(row, snapshot.entitlement);
      if (known !== undefined && known.entitlement_seq > row.seq) {
        if ((sla?.attached_seq ?? 0) > (known.attached_seq ?? 0)) newest.set(caseId, { ...known, ...sla });
        continue;
      }
      if (detached) {
        newest.delete(caseId);
        freed.set(caseId, { id: caseId, entitlement_id: id, entitlement_seq: row.seq, at: iso(row.at) });
      } else newest.set(caseId, caseRecord(id, row, row.case, known, sla ?? known));
    }
  }
  for (const id of newest.keys()) freed.delete(id);
  return { links: [...newest.values()].sort(byId), freed: [...freed.values()].sort(byId) };
}

type CaseRecord = ReturnType<typeof caseRecord>;

const caseRecord = (
  entitlement: EntitlementId,
  row: LedgerRow,
  supportCase: SupportCase,
  known: { explanation: string | null } | undefined,
  sla: SlaColumns | undefined,
) => ({
  id: supportCase.caseId,
  customer_id: supportCase.customerId,
  contact_id: supportCase.contactId,
  product_id: supportCase.productId,
  channel: supportCase.channel,
  title: supportCase.title,
  status: supportCase.status,
  minutes: supportCase.minutes,
  decrement_entitlement_term: supportCase.decrements,
  entitlement_id: entitlement,
  entitlement_seq: row.seq,
  reason: supportCase.pickedBy,
  // An attach says why anew; '' where its caller named the entitlement.
  explanation: row.kind === 'attached' ? (row.detail ?? '') : (known?.explanation ?? null),
  moved_from: supportCase.movedFrom?.entitlementId ?? null,
  moved_from_seq: supportCase.movedFrom?.seq ?? null,
  created_at: iso(row.at),
  updated_at: iso(row.at),
  sla_id: sla?.sla_id,
  first_response_due_at: sla?.first_response_due_at,
  resolution_due_at: sla?.resolution_due_at,
  attached_seq: sla?.attached_seq,
});

async function caseAt(sql: Sql, id: EntitlementId, seq: number): Promise<SupportCase | undefined> {
  const [row] = await sql<{ case_after: SupportCase | null }[]>`
    select case_after from ledger where entitlement_id = ${id} and seq = ${seq}`;
  return row?.case_after ?? undefined;
}

async function loadForgotten(
  sql: Sql,
  id: EntitlementId,
  cases: readonly string[],
  keys: readonly string[],
): Promise<Forgotten> {
  const [[entitlement], rows, latest, elsewhere] = await Promise.all([
    sql<
      { state: Entitlement; generation: number }[]
    >`select state, generation from entitlements where id = ${id} and not deleted`,
    keys.length === 0
      ? []
      : sql<LedgerRecord[]>`select * from ledger where entitlement_id = ${id} and key = any(${[...keys]})`,
    cases.length === 0
      ? []
      : sql<{ case_after: SupportCase }[]>`
          select distinct on (case_id) case_after from ledger
          where entitlement_id = ${id} and case_id = any(${[...cases]}) and case_after is not null
          order by case_id, seq desc`,
    keys.length === 0 ? [] : answersElsewhere(sql, id, keys),
  ]);
  return {
    cases: latest.map(({ case_after }) => case_after),
    rows: rows.map(rowFromRecord),
    snapshot: entitlement === undefined ? null : { entitlement: entitlement.state, generation: entitlement.generation },
    elsewhere,
  };
}

/**
 * What these keys were answered other than by rows of this ledger that stand. A row that was given up counts only where
 * the key has no other.
 */
async function answersElsewhere(sql: Sql, id: EntitlementId, keys: readonly string[]): Promise<FirstAnswer[]> {
  const found = await sql<FirstAnswer[]>`
    select distinct on (key) * from (
      select key, fingerprint, entitlement_id as "entitlementId", seq, refusal, detail, ${isGivenUp(sql, sql`ledger`)} as "isGivenUp"
      from ledger where key = any(${[...keys]})
      union all
      select key, fingerprint, null, null, null, null, false from unattached_events where key = any(${[...keys]})) answers
    order by key, "isGivenUp", "entitlementId" = ${id} desc nulls last`;
  return found.filter(({ entitlementId, isGivenUp: came }) => entitlementId !== id || came);
}
