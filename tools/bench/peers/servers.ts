import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../../db/postgres/connect.ts';
import { createDatabaseIfMissing } from '../../../db/postgres/databases.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { freePort } from '../../../dev/free-port.ts';
import { startPostgres } from '../../../dev/postgres-server.ts';
import { startServers } from '../../../dev/stack.ts';

/**
 * What the measurements need of PostgreSQL beside Allot's own settings: statements are counted, and commits have times.
 * Checkpoints come only when they are asked for: after each, every page is written to the log whole once, so figures
 * would depend on when one happened to come.
 */
const SETTINGS = {
  shared_preload_libraries: 'pg_stat_statements',
  track_commit_timestamp: 'on',
  checkpoint_timeout: '1h',
  max_wal_size: '16GB',
};

export interface PeerServers {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
  readonly pids: { readonly postgres: number; readonly temporal: number };
  /** A connection to the server's own database, for what all peers share. */
  readonly sql: Sql;
  /** Makes a database and returns its address. */
  newDatabase(name: string): Promise<string>;
  /** The size of Temporal's files in bytes. */
  temporalBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts one PostgreSQL for all peers, and a Temporal for Allot, with their data in `dir`. */
export async function startPeerServers(dir: string, say: (line: string) => void): Promise<PeerServers> {
  await setUpPostgres(dir, say);
  const servers = await startServers({ dir, onStep: say });
  const sql = connect(addressOf(servers.databaseUrl, 'postgres'), { max: 2 });
  await sql`create extension if not exists pg_stat_statements`;
  return {
    ...servers,
    sql,
    newDatabase: async (name) => {
      await createDatabaseIfMissing(sql, name);
      return addressOf(servers.databaseUrl, name);
    },
    temporalBytes: async () => {
      const files = ['temporal.db', 'temporal.db-wal'].map((name) => stat(join(dir, name)).catch(() => ({ size: 0 })));
      return (await Promise.all(files)).reduce((sum, { size }) => sum + size, 0);
    },
    stop: async () => {
      await sql.end();
      await servers.stop();
    },
  };
}

/** Some settings count from the server's start, so it starts once to note them. */
async function setUpPostgres(dir: string, say: (line: string) => void): Promise<void> {
  const server = await startPostgres({
    dataDir: join(dir, 'postgres'),
    port: await freePort(),
    logFile: join(dir, 'postgres.log'),
    say,
  });
  const sql = connect(server.databaseUrl, { max: 1 });
  // Names and values are constants of this program.
  for (const [name, value] of Object.entries(SETTINGS)) await sql.unsafe(`alter system set ${name} = '${value}'`);
  await sql.end();
  await server.stop();
}

function addressOf(databaseUrl: string, database: string): string {
  const address = new URL(databaseUrl);
  address.pathname = `/${database}`;
  return address.href;
}
