import type { Sql } from './sql.ts';

/** Creates the database on the server of `sql`, unless it exists. `name` is a constant of the program, never input. */
export async function createDatabaseIfMissing(sql: Sql, name: string): Promise<void> {
  const found = await sql`select 1 from pg_database where datname = ${name}`;
  if (found.length === 0) await sql`create database ${sql(name)}`;
}

/** Resolves once the server has answered a statement; rejects with the driver's error. */
export async function askDatabase(sql: Sql): Promise<void> {
  await sql`select 1`;
}
