import type { EpochMs } from '../../domain/calendar.ts';
import type { NamedClock } from '../../domain/slas/case-clocks.ts';
import type { ClockReading, ClockStatus } from '../../domain/slas/clock-reading.ts';
import { jsonParameter } from '../postgres/connect.ts';
import { instantText, instantTextOrNull } from '../postgres/instant-text.ts';
import type { Sql } from '../postgres/sql.ts';

type ClockIdentity = Pick<NamedClock, 'entitlementId' | 'attachedSeq' | 'target'>;

/** The name of a clock among all clocks of its case. */
export const clockName = ({ entitlementId, attachedSeq, target }: ClockIdentity): string =>
  `${entitlementId}:${attachedSeq}:${target}`;

/** What is on record about a clock, as it was looked at last. */
export interface ClockMark {
  readonly status: ClockStatus;
  /** Names of occurrences. */
  readonly announced: readonly string[];
  readonly breachedAt: EpochMs | null;
  /** When the clock was looked at last. */
  readonly asOf: EpochMs;
}

/** What is on record about the clocks of a case, by `clockName`. */
export async function readClockMarks(sql: Sql, caseId: string): Promise<ReadonlyMap<string, ClockMark>> {
  const rows = await sql<
    (ClockIdentity &
      Pick<ClockMark, 'status' | 'announced'> & { readonly breachedAt: Date | null; readonly asOf: Date })[]
  >`
    select entitlement_id as "entitlementId", attached_seq as "attachedSeq", target, status, announced,
      breached_at as "breachedAt", as_of as "asOf"
    from case_clocks where case_id = ${caseId}`;
  return new Map(
    rows.map(({ status, announced, breachedAt, asOf, ...identity }) => [
      clockName(identity),
      { status, announced, breachedAt: breachedAt?.getTime() ?? null, asOf: asOf.getTime() },
    ]),
  );
}

/** A clock as it is recorded. */
interface RecordedClock {
  readonly clock: NamedClock;
  readonly reading: ClockReading;
  readonly announced: readonly string[];
}

/** Records how the clocks of a case stand at an instant, in the transaction that announces what happened to them. */
export async function recordClocks(
  tx: Sql,
  { caseId, customerId, asOf }: { readonly caseId: string; readonly customerId: string; readonly asOf: EpochMs },
  clocks: readonly RecordedClock[],
): Promise<void> {
  if (clocks.length === 0) return;
  const rows = clocks.map(({ clock, reading, announced }) => ({
    case_id: caseId,
    entitlement_id: clock.entitlementId,
    attached_seq: clock.attachedSeq,
    target: clock.target,
    customer_id: customerId,
    sla_id: clock.sla.slaId,
    sla_version: clock.sla.version,
    status: reading.status,
    started_at: instantText(reading.startedAt),
    due_at: instantText(reading.dueAt),
    warns_at: instantTextOrNull(reading.warnsAt),
    paused_since: instantTextOrNull(reading.pausedSince),
    paused_minutes: reading.pausedMinutes,
    used_minutes: reading.usedMinutes,
    met_at: instantTextOrNull(reading.metAt),
    breached_at: instantTextOrNull(reading.breachedAt),
    announced,
    as_of: instantText(asOf),
  }));
  await tx`
    insert into case_clocks (case_id, entitlement_id, attached_seq, target, customer_id, tier, sla_id, sla_version,
      status, started_at, due_at, warns_at, paused_since, paused_minutes, used_minutes, met_at, breached_at, announced,
      as_of)
    select case_id, entitlement_id, attached_seq, target, customer_id,
      (select tier from entitlements where entitlements.id = entitlement_id), sla_id, sla_version, status, started_at,
      due_at, warns_at, paused_since, paused_minutes, used_minutes, met_at, breached_at, announced, as_of
    from jsonb_populate_recordset(null::case_clocks, ${jsonParameter(tx, rows)})
    on conflict (case_id, entitlement_id, attached_seq, target) do update set
      status = excluded.status, due_at = excluded.due_at, warns_at = excluded.warns_at,
      paused_since = excluded.paused_since, paused_minutes = excluded.paused_minutes,
      used_minutes = excluded.used_minutes, met_at = excluded.met_at, breached_at = excluded.breached_at,
      announced = excluded.announced, as_of = greatest(case_clocks.as_of, excluded.as_of)`;
}

/** Whom a case belongs to; undefined for an unknown case. */
export async function readCaseOfClocks(
  sql: Sql,
  caseId: string,
): Promise<
  { readonly customerId: string; readonly customerName: string | null; readonly title: string | null } | undefined
> {
  const [found] = await sql<{ customerId: string; customerName: string | null; title: string | null }[]>`
    select customer_id as "customerId", (select name from customers where customers.id = customer_id) as "customerName",
      title
    from cases where id = ${caseId}`;
  return found;
}
