import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Sql } from '../../db/postgres/sql.ts';
import { inTransaction } from '../../db/postgres/transaction.ts';
import { projectDir } from '../../runtime/project-dir.ts';

type Row = Readonly<Record<string, unknown>>;
/** The rows of each table, in an order that depends on their content alone. */
export type Rows = Readonly<Record<string, readonly Row[]>>;

export async function readRows(sql: Sql): Promise<Rows> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`;
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const [found] = await sql<{ rows: string }[]>`
        select coalesce(json_agg(to_jsonb(record) order by to_jsonb(record)::text collate "C"), '[]')::text as rows
        from ${sql(name)} record`;
      return [name, JSON.parse(found?.rows ?? '[]') as Row[]] as const;
    }),
  );
  return Object.fromEntries(rows);
}

/** Puts rows into tables that are there, in place of what is in them. No trigger runs, and references are not checked. */
export async function putRows(sql: Sql, rows: Rows): Promise<void> {
  await inTransaction(sql, async (own) => {
    await own`set local session_replication_role = replica`;
    await own`truncate ${own(Object.keys(rows))} cascade`;
    for (const [table, records] of Object.entries(rows))
      await own`
        insert into ${own(table)} overriding system value
        select * from json_populate_recordset(null::${own(table)}, ${JSON.stringify(records)}::text::json)`;
  });
}

const fileOf = (version: string): string => join(projectDir, 'test', 'schema', `${version}-rows.json.gz`);

/** What the code of a released version wrote: entitlements, cases and ledgers of every kind, renewals, deliveries. */
export async function rowsOf(version: string): Promise<Rows> {
  return JSON.parse(gunzipSync(await readFile(fileOf(version))).toString('utf8')) as Rows;
}

/** Keeps rows for the versions to come, without secrets and without the workers that ran. Throws when the version has them. */
export async function keepRows(version: string, rows: Rows): Promise<void> {
  const { api_keys: keys = [], webhook_endpoints: webhooks = [] } = rows;
  const kept = {
    ...rows,
    api_keys: keys.map((key) => ({ ...key, hash: `\\x${'00'.repeat(32)}` })),
    webhook_endpoints: webhooks.map((webhook) => ({ ...webhook, secret: `whsec_${'A'.repeat(43)}=` })),
    workers: [],
  };
  await writeFile(fileOf(version), gzipSync(JSON.stringify(kept), { level: 9 }), { flag: 'wx' });
}
