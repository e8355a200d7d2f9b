import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POSTGRES_USER } from '../dev/postgres-data.ts';
import { dataDir, HOST, readStartSettings } from '../dev/settings.ts';

/** A failure whose message is the whole story. */
export class CannotReconcile extends Error {}

/** Where the port stands in the note that a running PostgreSQL keeps of itself, by its manual. */
const PORT_LINE = 3;
const DATABASE = 'allot';

/** The database of the environment, else that of a running `npm start`. */
export async function databaseUrlFrom(env: NodeJS.ProcessEnv): Promise<string> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8').catch(() => '')).trim();
  const note = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(note.split('\n')[PORT_LINE]);
  if (password === '' || !(port > 0))
    throw new CannotReconcile('There is no database: `npm start` is not running here, and DATABASE_URL is not set.');
  return `postgres://${POSTGRES_USER}:${password}@${HOST}:${port}/${DATABASE}`;
}

/** Where `npm start` runs Temporal, when it was told another port; undefined: Temporal's own settings say where. */
export function startedTemporalAddress(env: NodeJS.ProcessEnv): string | undefined {
  if (env.TEMPORAL_ADDRESS || !env.ALLOT_TEMPORAL_PORT) return undefined;
  return `${HOST}:${readStartSettings([], env).ports.temporal}`;
}
