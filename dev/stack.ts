import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { startPostgres } from './postgres-server.ts';
import { findTemporalProgram } from './temporal-program.ts';
import { startTemporalServer } from './temporal-server.ts';

export { startProcess } from './node-process.ts';

export interface ServersOptions {
  /** Where all data goes; made when absent, and left when the servers stop. */
  dir: string;
  /** True: Temporal keeps its data in memory; faster, and lost at the stop. */
  temporalInMemory?: boolean;
  /** True: PostgreSQL does not wait for the disk; for tests, never for figures. */
  throwaway?: boolean;
  /** True: starts a Temporal UI too. */
  withUi?: boolean;
  onStep?: (line: string) => void;
}

export interface Servers {
  databaseUrl: string;
  temporalAddress: string;
  temporalUiUrl: string | undefined;
  pids: { postgres: number; temporal: number };
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL and a Temporal on free ports, for tests and benchmarks. It ignores DATABASE_URL and
 * TEMPORAL_ADDRESS: a test must never write into somebody's database.
 */
export async function startServers({
  dir,
  temporalInMemory = false,
  throwaway = false,
  withUi = false,
  onStep = () => undefined,
}: ServersOptions): Promise<Servers> {
  await mkdir(dir, { recursive: true });
  const [postgresPort, temporalPort] = await Promise.all([freePort(), freePort()]);
  const uiPort = withUi ? await freePort() : undefined;
  const starts = [
    startPostgres({
      dataDir: join(dir, 'postgres'),
      port: postgresPort,
      logFile: join(dir, 'postgres.log'),
      throwaway,
      say: onStep,
    }),
    findTemporalProgram({ say: onStep, progress: () => undefined }).then((program) =>
      startTemporalServer({
        program,
        port: temporalPort,
        logFile: join(dir, 'temporal.log'),
        ...(uiPort !== undefined && { uiPort }),
        ...(!temporalInMemory && { dataFile: join(dir, 'temporal.db') }),
      }),
    ),
  ] as const;
  const results = await Promise.allSettled(starts);
  const [postgres, temporal] = results;
  const stop = async () => {
    await Promise.all(results.map((result) => (result.status === 'fulfilled' ? result.value.stop() : undefined)));
  };
  if (postgres.status === 'rejected' || temporal.status === 'rejected') {
    await stop();
    throw postgres.status === 'rejected' ? postgres.reason : temporal.status === 'rejected' && temporal.reason;
  }
  onStep(`PostgreSQL on port ${postgresPort}, Temporal on port ${temporalPort}`);
  return {
    databaseUrl: postgres.value.databaseUrl,
    temporalAddress: temporal.value.address,
    temporalUiUrl: temporal.value.uiUrl,
    pids: { postgres: postgres.value.pid, temporal: temporal.value.pid },
    stop,
  };
}
