import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';

interface OwnDatabase {
  readonly url: string;
  readonly sql: Sql;
  readonly drop: () => Promise<void>;
}

/** The database with the present schema and nothing in it, from which others are copied. */
const TEMPLATE = 'migrated';

/** Makes it from a database that has the schema and nothing in it, while nobody is connected to that. */
export async function keepTemplate(databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const sql = connect(url.href, { max: 1 });
  await sql`create database ${sql(TEMPLATE)} template ${sql(name)}`;
  await sql.end();
}

interface DatabaseOptions {
  readonly max?: number;
  /** It has the present schema. */
  readonly isMigrated?: boolean;
}

/** An empty database of its own on the tests' server, until `drop`. */
export async function aDatabase({ max = 4, isMigrated = false }: DatabaseOptions = {}): Promise<OwnDatabase> {
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  const server = connect(inject('databaseUrl'), { max: 1 });
  const url = new URL(inject('databaseUrl'));
  url.pathname = `/${name}`;
  await server`create database ${server(name)} template ${server(isMigrated ? TEMPLATE : 'template1')}`;
  const sql = connect(url.href, { max });
  const drop = async () => {
    await sql.end();
    await server`drop database ${server(name)} with (force)`;
    await server.end();
  };
  return { url: url.href, sql, drop };
}

/** The same for one test; dropped after `work`. */
export async function withDatabase(
  work: (database: { url: string; sql: Sql }) => Promise<void>,
  options: DatabaseOptions = {},
): Promise<void> {
  const { drop, ...database } = await aDatabase(options);
  try {
    await work(database);
  } finally {
    await drop();
  }
}

/** The same with the present schema. */
export const withMigratedDatabase = (work: (database: { url: string; sql: Sql }) => Promise<void>): Promise<void> =>
  withDatabase(work, { isMigrated: true });
