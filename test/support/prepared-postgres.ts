import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { migrate } from '../../db/postgres/migrate.ts';
import { freePort } from '../../dev/free-port.ts';
import { startPostgres } from '../../dev/postgres-server.ts';

const runFile = promisify(execFile);

/** Where the processes of a test run find the data; nothing where a stack is started by another program. */
const PLACE = 'ALLOT_TEST_POSTGRES';

/**
 * Makes the data of a PostgreSQL with the present schema, once for a whole test run: to copy it takes a tenth of the time
 * that PostgreSQL and the migrations take to make it.
 */
export async function preparePostgres(dir: string): Promise<void> {
  const dataDir = join(dir, 'prepared');
  const server = await startPostgres({
    dataDir,
    port: await freePort(),
    logFile: join(dir, 'prepared.log'),
    throwaway: true,
  });
  try {
    await migrate(server.databaseUrl);
  } finally {
    await server.stop();
  }
  process.env[PLACE] = dataDir;
}

/** Puts a copy of it, with the password, where a PostgreSQL of one's own keeps its data. */
export async function copyPreparedPostgres(dataDir: string): Promise<void> {
  const prepared = process.env[PLACE];
  if (prepared === undefined) return;
  await mkdir(dirname(dataDir), { recursive: true });
  // Started by root, PostgreSQL runs as another user. `cp -a` leaves that user the owner of the files.
  await runFile('cp', ['-a', prepared, dataDir]);
  await runFile('cp', ['-a', `${prepared}-password`, `${dataDir}-password`]);
}
