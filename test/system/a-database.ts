import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';

interface OwnDatabase {
  readonly url: string;
  readonly sql: Sql;
  readonly drop: () => Promise<void>;
}

/** An empty database of its own on the tests' server, until `drop`. */
export async function aDatabase({ max = 4 }: { max?: number } = {}): Promise<OwnDatabase> {
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  const server = connect(inject('databaseUrl'), { max: 1 });
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  await server`create database ${server(name)}`;
  const sql = connect(url.href, { max });
  const drop = async () => {
    await sql.end();
    await server`drop database ${server(name)} with (force)`;
    await server.end();
  };
  return { url: url.href, sql, drop };
}

/** The same for one test; dropped after `work`. */
export async function withDatabase(work: (database: { url: string; sql: Sql }) => Promise<void>): Promise<void> {
  const { drop, ...database } = await aDatabase();
  try {
    await work(database);
  } finally {
    await drop();
  }
}
