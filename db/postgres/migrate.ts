import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Umzug, type UmzugStorage } from 'umzug';
import { projectDir } from '../../runtime/project-dir.ts';
import { connect } from './connect.ts';
import type { Sql } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** The advisory lock of migrations. Any number works if every migrating process takes the same one. */
const MIGRATION_LOCK = 7_263_551;

/** Brings the schema up to date and names the migrations that it applied. Two calls at once run one after the other. */
export async function migrate(databaseUrl: string): Promise<{ applied: string[] }> {
  const sql = connect(databaseUrl, { max: 1, purpose: 'migrating' });
  try {
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
    const umzug = new Umzug({ migrations: await plainSqlFiles(sql), storage: storage(sql), logger: undefined });
    const applied = await umzug.up();
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await sql.end();
  }
}

/** Applies each file, and records that it was applied, in one transaction. */
async function plainSqlFiles(sql: Sql) {
  const folder = join(projectDir, 'db', 'migrations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return names.map((name) => ({
    name,
    up: async () => {
      const text = await readFile(join(folder, name), 'utf8');
      await inTransaction(sql, async (transaction) => {
        await transaction.unsafe(text);
        await transaction`insert into migrations (name) values (${name})`;
      });
    },
  }));
}

const storage = (sql: Sql): UmzugStorage => ({
  logMigration: async () => undefined,
  unlogMigration: async () => {
    throw new Error('Migrations cannot be undone.');
  },
  executed: async () =>
    (await sql<{ name: string }[]>`select name from migrations order by name`).map(({ name }) => name),
});
