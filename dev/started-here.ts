import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POSTGRES_USER } from './postgres-data.ts';
import { dataDir, HOST, readStartSettings } from './settings.ts';

/** Where the port stands in the note that a running PostgreSQL keeps of itself, by its manual. */
const PORT_LINE = 3;
const DATABASE = 'allot';

/**
 * What the programs of bin/ need to reach the servers of a running `npm start`, as environment: `DATABASE_URL`, and
 * `TEMPORAL_ADDRESS` where `npm start` was told another port. What the environment says already stays.
 */
export async function environmentOfStart(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
  const databaseUrl = env.DATABASE_URL ? undefined : await startedDatabase();
  return {
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...(env.TEMPORAL_ADDRESS || !env.ALLOT_TEMPORAL_PORT
      ? {}
      : { TEMPORAL_ADDRESS: `${HOST}:${readStartSettings([], env).ports.temporal}` }),
  };
}

async function startedDatabase(): Promise<string | undefined> {
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8').catch(() => '')).trim();
  const note = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(note.split('\n')[PORT_LINE]);
  return password === '' || !(port > 0)
    ? undefined
    : `postgres://${POSTGRES_USER}:${password}@${HOST}:${port}/${DATABASE}`;
}
