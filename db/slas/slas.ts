import type { SlaId } from '../../domain/ids.ts';
import type { Sla } from '../../domain/slas/sla.ts';
import type { ChangeOrigin } from '../access/audit.ts';
import { auditedUpsert, type RecordTable, type Upserted } from '../access/audited-upsert.ts';
import type { Page } from '../postgres/page.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

export interface SlaRecord extends Sla {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  id, name, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes", calendar,
  created_at as "createdAt", updated_at as "updatedAt"`;

const slaTable = (sql: Sql): RecordTable<Sla, string | number | null | Fragment> => ({
  table: 'slas',
  recordType: 'sla',
  columns,
  values: ({ name, firstResponseMinutes, resolutionMinutes, calendar }) => ({
    name,
    first_response_minutes: firstResponseMinutes,
    resolution_minutes: resolutionMinutes,
    // Sent as text, so that the days of the calendar keep their order.
    calendar: sql`${JSON.stringify(calendar)}::text::json`,
  }),
});

/** Creates or changes the SLA, with a row in the audit. The same SLA again changes nothing, not even `updatedAt`. */
export const upsertSla = (sql: Sql, sla: Sla, origin: ChangeOrigin): Promise<Upserted<SlaRecord>> =>
  auditedUpsert<SlaRecord, Sla>(sql, slaTable(sql), sla, origin);

/** Undefined where the SLA does not exist. */
export const findSla = async (sql: Sql, id: string): Promise<SlaRecord | undefined> =>
  (await sql<SlaRecord[]>`select ${columns(sql)} from slas where id = ${id}`)[0];

/** SLAs in order of id. */
export const listSlas = async (sql: Sql, { limit, after }: Page): Promise<SlaRecord[]> =>
  await sql<SlaRecord[]>`
    select ${columns(sql)} from slas where ${after}::text is null or id > ${after} order by id limit ${limit}`;

/** A changed SLA applies to new cases after this time at the latest. */
const REMEMBERED_MS = 5_000;

/**
 * Reads SLAs by id and remembers them for `REMEMBERED_MS`: they are few, change rarely, and every new case needs one.
 */
export function createSlaReader(sql: Sql): (ids: ReadonlySet<SlaId>) => Promise<ReadonlyMap<SlaId, Sla>> {
  const remembered = new Map<SlaId, { sla: Sla; readAt: number }>();
  return async (ids) => {
    const isFresh = (id: SlaId) => (remembered.get(id)?.readAt ?? 0) > Date.now() - REMEMBERED_MS;
    const asked = [...ids].filter((id) => !isFresh(id));
    if (asked.length > 0) {
      const readAt = Date.now();
      const read = await sql<Sla[]>`
        select id, name, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes",
          calendar
        from slas where id = any(${asked})`;
      for (const sla of read) remembered.set(sla.id, { sla, readAt });
    }
    const found = new Map<SlaId, Sla>();
    for (const id of ids) {
      const known = remembered.get(id);
      if (known !== undefined) found.set(id, known.sla);
    }
    return found;
  };
}
