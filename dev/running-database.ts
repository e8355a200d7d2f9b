import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { POSTGRES_USER } from './postgres-data.ts';
import { dataDir, HOST } from './settings.ts';

/** Where the port stands in the note that a running PostgreSQL keeps of itself, by its manual. */
const PORT_LINE = 3;
const DATABASE = 'allot';

/** The database of the environment, else that of a running `npm start`; undefined when there is neither. */
export async function findDatabaseUrl(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (env.DATABASE_URL) return env.DATABASE_URL;
  const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8').catch(() => '')).trim();
  const note = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  const port = Number(note.split('\n')[PORT_LINE]);
  return password === '' || !(port > 0)
    ? undefined
    : `postgres://${POSTGRES_USER}:${password}@${HOST}:${port}/${DATABASE}`;
}
