import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { Pool } from 'undici';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { startProcess, startServers } from '../../dev/stack.ts';
import { distDir } from '../../runtime/project-dir.ts';

const HTTP_CONNECTIONS = 256;

/** Servers, worker, API and bare worker of their own, as `npm start` runs them, and clients for them. */
export interface BenchStack {
  readonly temporal: Client;
  readonly sql: Sql;
  /** Sends a request and returns the parsed answer; throws on any other status than the expected. */
  send<Body>(method: 'GET' | 'PUT' | 'POST', path: string, body: object | null, expected: number): Promise<Body>;
  /** Process ids by what they are. */
  readonly pids: Readonly<Record<'temporal' | 'postgres' | 'worker' | 'api', number>>;
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
  const [worker, api, bare] = await Promise.all([
    startProcess('worker', env, { onWarning: say }),
    startProcess('api', env, { onWarning: say }),
    startBareWorker(env),
  ]);
  say('worker, API and bare worker are up');
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const pool = new Pool(`http://127.0.0.1:${api.port}`, { connections: HTTP_CONNECTIONS });
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  return {
    temporal: new Client({ connection }),
    sql,
    pids: { ...servers.pids, worker: worker.pid, api: api.pid },
    send: async (method, path, body, expected) => {
      const answer = await pool.request({ method, path, headers, body: body === null ? null : JSON.stringify(body) });
      const text = await answer.body.text();
      if (answer.statusCode !== expected) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`);
      return JSON.parse(text);
    },
    onFired: bare.onFired,
    stop: async () => {
      await pool.close();
      await connection.close();
      await sql.end();
      await Promise.all([api.stop(), bare.stop()]);
      await worker.stop();
      await servers.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function startBareWorker(env: Record<string, string>) {
  const child = fork(join(distDir, 'tools', 'bench', 'bare-worker.js'), { env: { ...process.env, ...env } });
  let listener: (count: number) => void = () => undefined;
  let fired = 0;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the bare worker ended with ${code}`)));
    child.on('message', (message: { type: string; count?: number }) => {
      if (message.type === 'ready') resolve();
      else {
        fired = message.count ?? fired;
        listener(fired);
      }
    });
  });
  return {
    onFired: (next: (count: number) => void) => {
      const before = fired;
      listener = (count) => next(count - before);
    },
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await exited;
    },
  };
}
