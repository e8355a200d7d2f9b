import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import { lastingPort } from '../../dev/free-port.ts';
import { type NodeProcess, startProcess } from '../../dev/node-process.ts';
import { type PostgresServer, startPostgres } from '../../dev/postgres-server.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { Links } from './links.ts';
import { type ChaosStack, type Part, type PartKind, partNames, type RunningPart, type StartStack } from './stack.ts';

const START_TRIES = 4;
const START_AGAIN_MS = 1_000;

interface Stoppable extends RunningPart {
  stop(): Promise<void>;
}

/** A PostgreSQL, a Temporal as `npm start` runs it, workers and APIs, each with its data and logs in the directory. */
export const startOwnStack: StartStack = async ({ dir, workers, apis, env, say }) => {
  const parts: OwnPart<Stoppable>[] = [];
  const links = new Links();
  const stop = async () => {
    for (const part of parts.toReversed()) await part.stop();
    await links.stop();
    for (const name of ['postgres', 'temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'postgres-password'])
      await rm(join(dir, name), { recursive: true, force: true });
  };
  async function begin<Running extends Stoppable>(name: string, kind: PartKind, once: () => Promise<Running>) {
    const part = await OwnPart.begin(name, kind, once);
    parts.push(part);
    return part;
  }
  try {
    return await whole();
  } catch (error) {
    await stop();
    throw error;
  }

  async function whole(): Promise<ChaosStack> {
    const logOf = (name: string) => join(dir, `${name}.log`);
    const [postgresPort, temporalPort] = [await lastingPort(), await lastingPort()];
    const program = await findTemporalProgram({ say, progress: () => undefined });
    const [postgres, temporal] = await Promise.all([
      begin<PostgresServer>('postgres', 'postgres', () =>
        startPostgres({ dataDir: join(dir, 'postgres'), port: postgresPort, logFile: logOf('postgres') }),
      ),
      begin<TemporalServer>('temporal', 'temporal', () =>
        startTemporalServer({
          program,
          port: temporalPort,
          logFile: logOf('temporal'),
          dataFile: join(dir, 'temporal.db'),
        }),
      ),
    ]);
    const servers = { databaseUrl: postgres.running.databaseUrl, temporalAddress: temporal.running.address };
    await migrate(servers.databaseUrl);
    const apiKey = await keyOf(servers.databaseUrl);
    say(`PostgreSQL on port ${postgresPort}, Temporal on port ${temporalPort}`);
    const started = partNames('worker', workers).map(async (name) => {
      const all = { ...env, ...(await links.toServers(name, servers)) };
      await begin<NodeProcess>(name, 'worker', () => startProcess('worker', all, { logFile: logOf(name) }));
    });
    const listening = partNames('api', apis).map(async (name) => {
      const port = await lastingPort();
      const all = { ...env, ...(await links.toServers(name, servers)), PORT: String(port) };
      await begin<NodeProcess>(name, 'api', () => startProcess('api', all, { logFile: logOf(name) }));
      return await links.toApi(name, port);
    });
    await Promise.all(started);
    const apiUrls = await Promise.all(listening);
    const clientTemporalAddress = await links.toTemporal('client', servers);
    say(`${workers} workers and ${apis} APIs are up`);
    return { parts, links, apiUrls, clientTemporalAddress, ...servers, namespace: 'default', apiKey, stop };
  }
};

async function keyOf(databaseUrl: string): Promise<string> {
  const sql = connect(databaseUrl, { max: 1 });
  try {
    return await newAdministratorKey(sql, 'chaos');
  } finally {
    await sql.end({ timeout: 2 });
  }
}

/** A part that is started again by the same call; it tries again, because a port may be taken for as short. */
class OwnPart<Running extends Stoppable> implements Part {
  readonly name: string;
  readonly kind: PartKind;
  readonly #once: () => Promise<Running>;
  #running: Running;

  private constructor(name: string, kind: PartKind, once: () => Promise<Running>, running: Running) {
    this.name = name;
    this.kind = kind;
    this.#once = once;
    this.#running = running;
  }

  static async begin<Running extends Stoppable>(
    name: string,
    kind: PartKind,
    once: () => Promise<Running>,
  ): Promise<OwnPart<Running>> {
    return new OwnPart(name, kind, once, await tried(once));
  }

  get running(): Running {
    return this.#running;
  }

  async start(): Promise<RunningPart> {
    this.#running = await tried(this.#once);
    return this.#running;
  }

  async stop(): Promise<void> {
    await this.#running.stop();
  }
}

async function tried<Running>(once: () => Promise<Running>): Promise<Running> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await once();
    } catch (error) {
      if (tries === START_TRIES) throw error;
      await sleep(START_AGAIN_MS);
    }
  }
}
