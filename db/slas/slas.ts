import type { SlaId } from '../../domain/ids.ts';
import type { Sla, SlaPromise } from '../../domain/slas/sla.ts';
import type { ChangeOrigin } from '../access/audit.ts';
import { auditedUpsert, type RecordTable, type Upserted } from '../access/audited-upsert.ts';
import type { Page } from '../postgres/page.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

export interface SlaRecord extends Sla {
  /** Counts the changes of the SLA, from 1. */
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const slaColumns = (sql: Sql) => sql`
  id, name, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes", calendar,
  warn_at_percent as "warnAtPercent", first_response_paused_by as "firstResponsePausedBy",
  resolution_paused_by as "resolutionPausedBy", mail_to as "mailTo"`;
/** Without the version, which nobody gives. */
const columns = (sql: Sql) => sql`${slaColumns(sql)}, created_at as "createdAt", updated_at as "updatedAt"`;

const slaTable = (sql: Sql): RecordTable<Sla, string | number | null | Fragment> => ({
  table: 'slas',
  recordType: 'sla',
  columns,
  values: ({ name, firstResponseMinutes, resolutionMinutes, calendar, ...rules }) => ({
    name,
    first_response_minutes: firstResponseMinutes,
    resolution_minutes: resolutionMinutes,
    warn_at_percent: sql`${[...rules.warnAtPercent]}::integer[]`,
    first_response_paused_by: textArray(sql, rules.firstResponsePausedBy),
    resolution_paused_by: textArray(sql, rules.resolutionPausedBy),
    mail_to: textArray(sql, rules.mailTo),
    // Sent as text, so that the days of the calendar keep their order.
    calendar: sql`${JSON.stringify(calendar)}::text::json`,
  }),
});

const textArray = (sql: Sql, texts: readonly string[] | null) => (texts === null ? null : sql`${[...texts]}::text[]`);

/**
 * Creates or changes the SLA, with a row in the audit. A change makes a new version of it; the same SLA again changes
 * nothing, not even `updatedAt`.
 */
export async function upsertSla(sql: Sql, sla: Sla, origin: ChangeOrigin): Promise<Upserted<SlaRecord>> {
  const { created } = await auditedUpsert<Omit<SlaRecord, 'version'>, Sla>(sql, slaTable(sql), sla, origin);
  const record = await findSla(sql, sla.id);
  if (record === undefined) throw new TypeError('SLAs are never deleted.');
  return { record, created };
}

/** Undefined where the SLA does not exist. */
export const findSla = async (sql: Sql, id: string): Promise<SlaRecord | undefined> =>
  (await sql<SlaRecord[]>`select ${columns(sql)}, version from slas where id = ${id}`)[0];

/** SLAs in order of id. */
export const listSlas = async (sql: Sql, { limit, after }: Page): Promise<SlaRecord[]> =>
  await sql<SlaRecord[]>`
    select ${columns(sql)}, version from slas where ${after}::text is null or id > ${after} order by id limit ${limit}`;

/** What an SLA promises, and the version of the SLA that promises it. */
export interface VersionedSla extends SlaPromise {
  readonly id: SlaId;
  readonly version: number;
}

/** A changed SLA applies to new cases after this time at the latest. */
const REMEMBERED_MS = 5_000;

/**
 * Reads SLAs by id and remembers them for `REMEMBERED_MS`: they are few, change rarely, and every new case needs one.
 */
export function createSlaReader(sql: Sql): (ids: ReadonlySet<SlaId>) => Promise<ReadonlyMap<SlaId, VersionedSla>> {
  const remembered = new Map<SlaId, { sla: VersionedSla; readAt: number }>();
  return async (ids) => {
    const isFresh = (id: SlaId) => (remembered.get(id)?.readAt ?? 0) > Date.now() - REMEMBERED_MS;
    const asked = [...ids].filter((id) => !isFresh(id));
    if (asked.length > 0) {
      const readAt = Date.now();
      const read = await sql<VersionedSla[]>`
        select id, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes", calendar,
          version
        from slas where id = any(${asked})`;
      for (const sla of read) remembered.set(sla.id, { sla, readAt });
    }
    const found = new Map<SlaId, VersionedSla>();
    for (const id of ids) {
      const known = remembered.get(id);
      if (known !== undefined) found.set(id, known.sla);
    }
    return found;
  };
}
