import type { Sql } from './sql.ts';

/** Writes one row. Resolves once it is committed; rejects when the database does not accept writes. */
export async function probeWrite(sql: Sql, id: string): Promise<void> {
  await sql`
    with old as (delete from probes where written_at < now() - interval '1 day')
    insert into probes (id) values (${id})
    on conflict (id) do update set written_at = now()`;
}
