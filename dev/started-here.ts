import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { devKeyFile } from './dev-key.ts';
import { POSTGRES_USER } from './postgres-data.ts';
import { notedAddresses } from './running-note.ts';
import { dataDir, HOST, readStartSettings } from './settings.ts';

/** The line of `postmaster.pid`, counted from 0, on which a running PostgreSQL notes its port. */
const PORT_LINE = 3;
const DATABASE = 'allot';

/**
 * The environment with which a program of bin/ or tools/ reaches the servers of a running `npm start`: `DATABASE_URL`,
 * `ALLOT_API_KEY`, `ALLOT_URL` and `TEMPORAL_ADDRESS`, whatever ports it was given. Leaves out what is set already, and
 * what `npm start` has not made yet.
 */
export async function environmentOfStart(env: NodeJS.ProcessEnv, noteFile?: string): Promise<Record<string, string>> {
  const noted = await notedAddresses(noteFile);
  const ports = () => readStartSettings([], env).ports;
  const found = {
    DATABASE_URL: env.DATABASE_URL ? undefined : await startedDatabase(),
    ALLOT_API_KEY: env.ALLOT_API_KEY ? undefined : (await textOf(devKeyFile)) || undefined,
    ALLOT_URL: env.ALLOT_URL ? undefined : env.PORT ? `http://${HOST}:${ports().api}` : noted.api,
    TEMPORAL_ADDRESS: env.TEMPORAL_ADDRESS
      ? undefined
      : env.ALLOT_TEMPORAL_PORT
        ? `${HOST}:${ports().temporal}`
        : noted.temporal,
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]])),
  );
}

/** The address of the database that `npm start` runs; undefined when it has never run, or is not running. */
async function startedDatabase(): Promise<string | undefined> {
  const password = await textOf(join(dataDir, 'postgres-password'));
  const note = await textOf(join(dataDir, 'postgres', 'postmaster.pid'));
  const port = Number(note.split('\n')[PORT_LINE]);
  return password === '' || !(port > 0)
    ? undefined
    : `postgres://${POSTGRES_USER}:${password}@${HOST}:${port}/${DATABASE}`;
}

/** What the file holds, without blanks around it; nothing when there is no such file. */
async function textOf(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
