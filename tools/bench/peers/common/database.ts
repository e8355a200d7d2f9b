import { readFile } from 'node:fs/promises';
import postgres from 'postgres';

/** The connections of one peer, for each pool that it has. */
export const POOL = 16;

/** A pool as the driver's documents recommend it: prepared statements, pipelined over few connections. */
export const openPool = (databaseUrl: string, max: number = POOL): postgres.Sql =>
  postgres(databaseUrl, { max, onnotice: () => undefined, types: { json: jsonOrItsText } }) as unknown as postgres.Sql;

/** pg-boss sends JSON as text that is ready, which the driver would quote once more. */
const jsonOrItsText = {
  to: 114,
  from: [114, 3802],
  serialize: (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value)),
  parse: (text: string): unknown => JSON.parse(text),
};

/** Creates the peer's tables in an empty database; a peer that starts again finds them. */
export async function createTables(sql: postgres.Sql): Promise<void> {
  const [found] = await sql<{ found: boolean }[]>`select to_regclass('ledger') is not null as found`;
  if (found?.found === true) return;
  await sql.unsafe(await readFile(new URL('schema.sql', import.meta.url), 'utf8'));
}

/** PostgreSQL's code for a row whose key is there already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505';
