import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { newAdministratorKey } from '../db/access/new-key.ts';
import { connect } from '../db/postgres/connect.ts';
import { startProcess, startServers } from '../dev/stack.ts';
import { projectDir } from '../runtime/project-dir.ts';
import { keepTemplate } from './support/a-database.ts';
import { copyPreparedPostgres, preparePostgres } from './support/prepared-postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    databaseUrl: string;
    temporalAddress: string;
    apiUrl: string;
    apiKey: string;
    /** A folder for files of tests, dropped when all have run. */
    scratchDir: string;
  }
}

/** The servers run from dist/, and so does the console: `npx vitest run` on its own must not test what was built before. */
async function bringBuildUpToDate(): Promise<void> {
  const build = spawn(process.execPath, [join(projectDir, 'dev', 'build.mjs')], { stdio: ['ignore', 2, 2] });
  const code = await new Promise((resolve, reject) => build.once('error', reject).once('exit', resolve));
  if (code !== 0) throw new Error('dist/ could not be built (see above), so no test was run.');
}

/** One PostgreSQL, one Temporal, one worker and one API for all tests; each test makes records of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await bringBuildUpToDate();
  const dir = await mkdtemp(join(tmpdir(), 'allot-test-'));
  await preparePostgres(dir);
  await copyPreparedPostgres(join(dir, 'postgres'));
  const servers = await startServers({
    dir,
    temporalInMemory: true,
    throwaway: true,
    onStep: (line) => console.error(`test set-up: ${line}`),
  });
  const { databaseUrl, temporalAddress } = servers;
  await keepTemplate(databaseUrl);
  const sql = connect(databaseUrl, { max: 1 });
  const key = await newAdministratorKey(sql, 'tests');
  await sql.end();
  const env = {
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporalAddress,
    // Receivers of the tests are on the loopback address.
    ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
    // No test opens it.
    ALLOT_TEMPORAL_UI_URL: 'http://127.0.0.1:8233/',
  };
  // Shown under the tests: a warning that no test asked for is worth a look.
  const onWarning = (line: string) => console.error(line);
  const [worker, api] = await Promise.all([
    startProcess('worker', env, { onWarning }),
    startProcess('api', env, { onWarning }),
  ]);
  project.provide('databaseUrl', databaseUrl);
  project.provide('temporalAddress', temporalAddress);
  project.provide('apiUrl', `http://127.0.0.1:${api.port}`);
  project.provide('apiKey', key);
  project.provide('scratchDir', dir);
  return async () => {
    await api.stop();
    await worker.stop();
    await servers.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
