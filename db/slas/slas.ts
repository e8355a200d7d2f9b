import type { SlaId } from '../../domain/ids.ts';
import type { Sla } from '../../domain/slas/sla.ts';
import type { ChangeOrigin } from '../access/audit.ts';
import { auditedUpsert, present, type Upserted } from '../access/audited-upsert.ts';
import type { Page } from '../postgres/page.ts';
import type { Sql } from '../postgres/sql.ts';

export interface SlaRecord extends Sla {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  id, name, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes", calendar,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** The same again changes nothing, not even when it was changed last. Recorded in the audit. */
export const upsertSla = async (sql: Sql, sla: Sla, origin: ChangeOrigin): Promise<Upserted<SlaRecord>> =>
  present(
    await auditedUpsert<SlaRecord>(
      sql,
      {
        table: 'slas',
        recordType: 'sla',
        record: sla,
        values: {
          name: sla.name,
          first_response_minutes: sla.firstResponseMinutes,
          resolution_minutes: sla.resolutionMinutes,
          // As text, so that its days keep their order.
          calendar: sql`${JSON.stringify(sla.calendar)}::text::json`,
        },
        columns,
      },
      origin,
    ),
  );

export const findSla = async (sql: Sql, id: string): Promise<SlaRecord | undefined> =>
  (await sql<SlaRecord[]>`select ${columns(sql)} from slas where id = ${id}`)[0];

export const listSlas = async (sql: Sql, { limit, after }: Page): Promise<SlaRecord[]> =>
  await sql<SlaRecord[]>`
    select ${columns(sql)} from slas where ${after}::text is null or id > ${after} order by id limit ${limit}`;

/** A changed SLA counts for new cases within this time. */
const REMEMBERED_MS = 5_000;

/** Reads SLAs by id, and remembers them for some seconds: they are few, change rarely, and every new case needs one. */
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
