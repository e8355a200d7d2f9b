import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Connection } from '@temporalio/client';
import { Pool } from 'undici';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { startProcess, startServers } from '../../dev/stack.ts';
import { distDir } from '../../runtime/project-dir.ts';
import { clientOn } from '../../temporal/connection.ts';

const HTTP_CONNECTIONS = 256;
/** As `startProcess` runs the product's processes. */
const NODE_FLAGS = ['--max-semi-space-size=64'];

/** Servers, worker, API and bare worker of their own, as `npm start` runs them, and clients for them. */
export interface BenchStack {
  readonly temporal: Client;
  readonly sql: Sql;
  /** Sends a request and returns the parsed answer; throws on any other status than the expected. */
  send<Body>(
    method: 'GET' | 'PUT' | 'POST' | 'DELETE',
    path: string,
    body: object | null,
    expected: number,
  ): Promise<Body>;
  /** The same for the floor's server, which knows no key; see floor-server.ts. */
  sendToFloor(path: string, body: object): Promise<void>;
  /** Process ids by what they are. */
  readonly pids: Readonly<Record<'temporal' | 'postgres' | 'worker' | 'api' | 'bare' | 'floor', number>>;
  /** Calls back for each bare workflow that fires, with how many have since this call. */
  onFired(listener: (count: number) => void): void;
  stop(): Promise<void>;
}

export async function startBenchStack(say: (line: string) => void): Promise<BenchStack> {
  const dir = await mkdtemp(join(tmpdir(), 'allot-bench-'));
  const servers = await startServers({ dir, onStep: say });
  const env = {
    DATABASE_URL: servers.databaseUrl,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    LOG_LEVEL: 'warn',
    // Receivers of the bench are on the loopback address.
    ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
  };
  await migrate(servers.databaseUrl);
  const sql = connect(servers.databaseUrl, { max: 4 });
  const key = await newAdministratorKey(sql, 'bench');
  await sql`create table bench_floor (id text primary key, sum int not null, body jsonb not null)`;
  const [worker, api, bare, floor] = await Promise.all([
    startProcess('worker', env, { onWarning: say }),
    startProcess('api', env, { onWarning: say }),
    startBareWorker(env),
    startFloorServer(env),
  ]);
  say('worker, API, bare worker and floor server are up');
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const pool = new Pool(`http://127.0.0.1:${api.port}`, { connections: HTTP_CONNECTIONS });
  const floorPool = new Pool(`http://127.0.0.1:${floor.port}`, { connections: HTTP_CONNECTIONS });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    temporal: clientOn(connection),
    sql,
    pids: { ...servers.pids, worker: worker.pid, api: api.pid, bare: bare.pid, floor: floor.pid },
    send: async (method, path, body, expected) => {
      const answer = await pool.request({ method, path, headers, body: body === null ? null : JSON.stringify(body) });
      const text = await answer.body.text();
      if (answer.statusCode !== expected) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
    sendToFloor: async (path, body) => {
      const answer = await floorPool.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
      const text = await answer.body.text();
      if (answer.statusCode !== 201) throw new Error(`${path} answered ${answer.statusCode}: ${text}`);
      JSON.parse(text);
    },
    onFired: bare.onFired,
    stop: async () => {
      await Promise.all([pool.close(), floorPool.close()]);
      await connection.close();
      await sql.end();
      await Promise.all([api.stop(), bare.stop(), floor.stop()]);
      await worker.stop();
      await servers.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Starts a program of the bench from dist/; `heard` gets what it tells. Resolves when it tells that it is ready. */
async function startChild(
  program: string,
  env: Record<string, string>,
  heard: (message: ChildMessage) => void,
): Promise<{ readonly pid: number; readonly stop: () => Promise<void> }> {
  const child = fork(join(distDir, 'tools', 'bench', program), {
    env: { ...process.env, ...env },
    execArgv: NODE_FLAGS,
  });
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}`)));
    child.on('message', (message: ChildMessage) => {
      heard(message);
      if (message.type === 'ready') resolve();
    });
  });
  const stop = async () => {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await exited;
  };
  return { pid: child.pid ?? 0, stop };
}

interface ChildMessage {
  readonly type: 'ready' | 'fired';
  readonly port?: number;
  readonly count?: number;
}

async function startFloorServer(env: Record<string, string>) {
  let port = 0;
  const child = await startChild('floor-server.js', env, (message) => {
    port = message.port ?? port;
  });
  return { ...child, port };
}

async function startBareWorker(env: Record<string, string>) {
  let listener: (count: number) => void = () => undefined;
  let fired = 0;
  const child = await startChild('bare-worker.js', env, ({ type, count }) => {
    if (type !== 'fired') return;
    fired = count ?? fired;
    listener(fired);
  });
  return {
    ...child,
    onFired: (next: (count: number) => void) => {
      const before = fired;
      listener = (count) => next(count - before);
    },
  };
}
