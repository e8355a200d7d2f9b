import type { SlaId } from '../domain/ids.ts';
import type { Sla } from '../domain/sla.ts';
import type { Sql } from './connect.ts';
import type { Page, Upserted } from './records.ts';

export interface SlaRecord extends Sla {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const columns = (sql: Sql) => sql`
  id, name, first_response_minutes as "firstResponseMinutes", resolution_minutes as "resolutionMinutes", calendar,
  created_at as "createdAt", updated_at as "updatedAt"`;

/** The same again changes nothing, not even when it was changed last. */
export async function upsertSla(sql: Sql, sla: Sla): Promise<Upserted<SlaRecord>> {
  const [row] = await sql<(SlaRecord & { created: boolean })[]>`
    insert into slas (id, name, first_response_minutes, resolution_minutes, calendar)
    values (${sla.id}, ${sla.name}, ${sla.firstResponseMinutes}, ${sla.resolutionMinutes},
      ${JSON.stringify(sla.calendar)}::text::json)
    on conflict (id) do update set name = excluded.name, first_response_minutes = excluded.first_response_minutes,
      resolution_minutes = excluded.resolution_minutes, calendar = excluded.calendar,
      updated_at = case
        when (slas.name, slas.first_response_minutes, slas.resolution_minutes, slas.calendar::jsonb) is not distinct from
          (excluded.name, excluded.first_response_minutes, excluded.resolution_minutes, excluded.calendar::jsonb)
        then slas.updated_at else now() end
    returning ${columns(sql)}, xmax = 0 as created`;
  if (row === undefined) throw new TypeError('An upsert returns its row.');
  const { created, ...record } = row;
  return { record, created };
}

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
