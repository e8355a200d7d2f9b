import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { lastingPort } from '../../dev/free-port.ts';
import { type PostgresServer, startPostgres } from '../../dev/postgres-server.ts';
import { type Finished, runProgram } from '../../dev/run-program.ts';
import { startProcess } from '../../dev/stack.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { PayloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { readPayloadKeys } from '../../temporal/encryption/payload-keys.ts';
import { copyPreparedPostgres } from './prepared-postgres.ts';

type Part = 'postgres' | 'temporal' | 'worker' | 'api';
interface Running {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface OwnStackOptions {
  readonly temporalInMemory?: boolean;
  /** For worker and API. */
  readonly env?: NodeJS.ProcessEnv;
  /** More for one of them, once the servers run: for example a way to them that leads through a proxy. */
  readonly envOf?: (part: 'worker' | 'api', servers: ServerAddresses) => NodeJS.ProcessEnv;
  /** Called once the servers run, before worker and API. */
  readonly onServers?: (servers: ServerAddresses) => Promise<void>;
}

export interface ServerAddresses {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

const START_TRIES = 3;
const START_AGAIN_MS = 1_000;

/**
 * A whole system of one's own whose parts can be killed outright and started again, each on the same port and data.
 * Ends with `stop`, which drops the data.
 */
export class OwnStack {
  readonly #dir: string;
  readonly #ports: Readonly<Record<'postgres' | 'temporal' | 'api', number>>;
  readonly #temporalInMemory: boolean;
  readonly #moreEnv: NodeJS.ProcessEnv;
  readonly #envOf: NonNullable<OwnStackOptions['envOf']>;
  readonly #running = new Map<Part, Running>();
  #databaseUrl = '';
  #temporalAddress = '';
  #apiKey = '';
  #sql: Sql | undefined;
  #connection: Connection | undefined;

  private constructor(
    dir: string,
    ports: Record<'postgres' | 'temporal' | 'api', number>,
    { temporalInMemory = false, env = {}, envOf = () => ({}) }: OwnStackOptions,
  ) {
    this.#envOf = envOf;
    this.#dir = dir;
    this.#ports = ports;
    this.#temporalInMemory = temporalInMemory;
    this.#moreEnv = env;
  }

  static async start(options: OwnStackOptions = {}): Promise<OwnStack> {
    const dir = await mkdtemp(join(tmpdir(), 'allot-own-'));
    const [postgres, temporal, api] = [await lastingPort(), await lastingPort(), await lastingPort()];
    const stack = new OwnStack(dir, { postgres, temporal, api }, options);
    try {
      await copyPreparedPostgres(stack.#postgresDir);
      await Promise.all([stack.begin('postgres'), stack.begin('temporal')]);
      await migrate(stack.#databaseUrl);
      await options.onServers?.({ databaseUrl: stack.#databaseUrl, temporalAddress: stack.#temporalAddress });
      stack.#apiKey = await newAdministratorKey(stack.sql, 'tests');
      await Promise.all([stack.begin('worker'), stack.begin('api')]);
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.#ports.api}`;
  }

  get databaseUrl(): string {
    return this.#databaseUrl;
  }

  /** The folder of the servers' data and logs. */
  get dir(): string {
    return this.#dir;
  }

  get #postgresDir(): string {
    return join(this.#dir, 'postgres');
  }

  /** The superuser's connections; they come back by themselves after PostgreSQL was away. */
  get sql(): Sql {
    this.#sql ??= connect(this.#databaseUrl, { max: 4 });
    return this.#sql;
  }

  /** A connection to Temporal; it comes back by itself after Temporal was away. */
  async connection(): Promise<Connection> {
    this.#connection ??= await Connection.connect({ address: this.#temporalAddress });
    return this.#connection;
  }

  /** A Temporal client as a case system of its own would have it. */
  async client(): Promise<Client> {
    const { ofClients } = new PayloadEncryption(readPayloadKeys(this.#moreEnv.ALLOT_PAYLOAD_KEYS));
    return new Client({ connection: await this.connection(), dataConverter: ofClients });
  }

  /**
   * Starts a part, for the first time or after it was killed. Again when that fails: a port that was free a moment ago
   * has been found taken for as short, on a busy machine.
   */
  async begin(part: Part): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#running.set(part, await this.#started(part));
        return;
      } catch (error) {
        if (tries === START_TRIES) throw error;
        await sleep(START_AGAIN_MS);
      }
    }
  }

  async #started(part: Part): Promise<Running> {
    const logFile = join(this.#dir, `${part}.log`);
    if (part === 'postgres') return await this.#startedPostgres(logFile);
    if (part === 'temporal') return await this.#startedTemporal(logFile);
    const { api: port } = this.#ports;
    const own = this.#envOf(part, { databaseUrl: this.#databaseUrl, temporalAddress: this.#temporalAddress });
    const env = { ...this.env, ...own, ...(part === 'api' ? { PORT: String(port) } : {}) };
    return await startProcess(part, env, { logFile });
  }

  async #startedPostgres(logFile: string): Promise<PostgresServer> {
    const dataDir = this.#postgresDir;
    const server = await startPostgres({ dataDir, port: this.#ports.postgres, logFile, throwaway: true });
    this.#databaseUrl = server.databaseUrl;
    return server;
  }

  async #startedTemporal(logFile: string): Promise<TemporalServer> {
    const program = await findTemporalProgram({ say: () => undefined, progress: () => undefined });
    const data = this.#temporalInMemory ? {} : { dataFile: join(this.#dir, 'temporal.db') };
    const server = await startTemporalServer({ program, port: this.#ports.temporal, logFile, ...data });
    this.#temporalAddress = server.address;
    return server;
  }

  /** The process of a part that runs. */
  pidOf(part: Part): number {
    const running = this.#running.get(part);
    if (running === undefined) throw new Error(`${part} does not run`);
    return running.pid;
  }

  /** kill -9, and waits until it is gone. */
  async kill(part: Part): Promise<void> {
    const running = this.#running.get(part);
    if (running === undefined) throw new Error(`${part} does not run`);
    process.kill(running.pid, 'SIGKILL');
    await running.exited;
    this.#running.delete(part);
  }

  /** Tells a part to stop, and waits until it has finished what it does. */
  async end(part: Part): Promise<void> {
    await this.#running.get(part)?.stop();
    this.#running.delete(part);
  }

  /** Starts every part that does not run. */
  async beginMissing(): Promise<void> {
    for (const part of ['postgres', 'temporal', 'worker', 'api'] as const)
      if (!this.#running.has(part)) await this.begin(part);
  }

  /** Everything that a part has logged so far, also in earlier lives. */
  async logOf(part: Part): Promise<string[]> {
    const text = await readFile(join(this.#dir, `${part}.log`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  /** The end of each part's log, for a failing test. */
  async logs(): Promise<string> {
    const ends = (['worker', 'api', 'postgres', 'temporal'] as const).map(async (part) => {
      const text = await readFile(join(this.#dir, `${part}.log`), 'utf8').catch(() => '');
      return `--- ${part}\n${text.split('\n').slice(-15).join('\n')}`;
    });
    return (await Promise.all(ends)).join('\n');
  }

  get env(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.#databaseUrl,
      TEMPORAL_ADDRESS: this.#temporalAddress,
      TEMPORAL_NAMESPACE: 'default',
      ...this.#moreEnv,
    };
  }

  /** Runs one of the project's programs (`tools/replay/main.js`) against this system, to its end. */
  run(program: string, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Finished> {
    const env = { ...this.env, ALLOT_URL: this.apiUrl, ALLOT_API_KEY: this.#apiKey, ...more };
    return runProgram(program, args, { env });
  }

  /** What the API answers, JSON read. Throws when it does not answer. */
  async ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<{ status: number; body: Body }> {
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(this.apiUrl + path, { method, headers, ...payload, signal: signal ?? null });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  async stop(): Promise<void> {
    await this.#sql?.end({ timeout: 2 });
    await this.#connection?.close();
    for (const part of ['api', 'worker', 'temporal', 'postgres'] as const) await this.#running.get(part)?.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
