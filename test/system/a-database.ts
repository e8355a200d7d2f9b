import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect, type Sql } from '../../db/connect.ts';

/** An empty database of its own for one test, on the tests' server; dropped after `work`. */
export async function withDatabase(work: (database: { url: string; sql: Sql }) => Promise<void>): Promise<void> {
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  const server = connect(inject('databaseUrl'), { max: 1 });
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  await server`create database ${server(name)}`;
  const sql = connect(url.href, { max: 4 });
  try {
    await work({ url: url.href, sql });
  } finally {
    await sql.end();
    await server`drop database ${server(name)} with (force)`;
    await server.end();
  }
}
