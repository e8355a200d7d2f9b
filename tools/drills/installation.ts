import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Connection } from '@temporalio/client';
import { newAdministratorKey } from '../../db/access/new-key.ts';
import { connect } from '../../db/postgres/connect.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { backUp, restore, type Store } from '../../dev/backup-stores.ts';
import { freePort } from '../../dev/free-port.ts';
import { type PostgresServer, startPostgres } from '../../dev/postgres-server.ts';
import { startProcess } from '../../dev/stack.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { distDir } from '../../runtime/project-dir.ts';
import { clientOn } from '../../temporal/connection.ts';

const OUTPUT_LIMIT_BYTES = 50_000_000;

interface Running {
  readonly pid: number;
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** How a run of `reconcile` ended. */
export interface Reconciliation {
  readonly code: number;
  readonly lines: readonly string[];
  readonly seconds: number;
}

const silent = () => undefined;

/**
 * An installation of its own, laid out as `npm start` lays out `.allot`: its stores can be backed up, killed, lost and
 * restored. Ends with `stop`, which drops everything.
 */
export class Installation {
  readonly #dir: string;
  readonly #ports: Readonly<Record<'postgres' | 'temporal' | 'api', number>>;
  readonly #running = new Map<'postgres' | 'temporal' | 'worker' | 'api', Running>();
  #postgres: PostgresServer | undefined;
  #temporal: TemporalServer | undefined;
  #sql: Sql | undefined;
  #connection: Connection | undefined;
  #apiKey = '';

  private constructor(dir: string, ports: Readonly<Record<'postgres' | 'temporal' | 'api', number>>) {
    this.#dir = dir;
    this.#ports = ports;
  }

  static async start(): Promise<Installation> {
    const dir = await mkdtemp(join(tmpdir(), 'allot-drill-'));
    const installation = new Installation(dir, {
      postgres: await freePort(),
      temporal: await freePort(),
      api: await freePort(),
    });
    try {
      await installation.startServers();
      await installation.makeKey();
      await installation.startWorker();
      await installation.startApi();
      return installation;
    } catch (error) {
      await installation.stop();
      throw error;
    }
  }

  /** What `npm start` would keep in `.allot`. */
  get dataDir(): string {
    return join(this.#dir, 'data');
  }

  get sql(): Sql {
    if (this.#sql === undefined) throw new Error('PostgreSQL does not run.');
    return this.#sql;
  }

  get temporal(): Client {
    return clientOn(this.connection);
  }

  get connection(): Connection {
    if (this.#connection === undefined) throw new Error('Temporal does not run.');
    return this.#connection;
  }

  /** PostgreSQL with an up-to-date schema, and Temporal. */
  async startServers(): Promise<void> {
    await mkdir(this.dataDir, { recursive: true });
    const program = await findTemporalProgram({ say: silent, progress: silent });
    const [postgres, temporal] = await Promise.all([
      startPostgres({
        dataDir: join(this.dataDir, 'postgres'),
        port: this.#ports.postgres,
        logFile: join(this.#dir, 'postgres.log'),
      }),
      startTemporalServer({
        program,
        dataFile: join(this.dataDir, 'temporal.db'),
        port: this.#ports.temporal,
        logFile: join(this.#dir, 'temporal.log'),
      }),
    ]);
    this.#postgres = postgres;
    this.#temporal = temporal;
    this.#running.set('postgres', postgres);
    this.#running.set('temporal', temporal);
    await migrate(postgres.databaseUrl);
    this.#sql = connect(postgres.databaseUrl, { max: 4 });
    this.#connection = await Connection.connect({ address: temporal.address });
  }

  async makeKey(): Promise<void> {
    this.#apiKey = await newAdministratorKey(this.sql, `drill ${Date.now()}`);
  }

  async startWorker(): Promise<void> {
    this.#running.set('worker', await startProcess('worker', this.#env, { logFile: join(this.#dir, 'worker.log') }));
  }

  async startApi(): Promise<void> {
    const env = { ...this.#env, PORT: String(this.#ports.api) };
    this.#running.set('api', await startProcess('api', env, { logFile: join(this.#dir, 'api.log') }));
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.#postgres?.databaseUrl,
      TEMPORAL_ADDRESS: this.#temporal?.address,
      TEMPORAL_NAMESPACE: 'default',
      // Receivers of a drill are on the loopback address.
      ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
      ALLOT_METRICS_ADDRESS: 'off',
      LOG_LEVEL: 'warn',
    };
  }

  /** kill -9 of all processes at once. */
  async crash(): Promise<void> {
    await this.#sql?.end({ timeout: 0 });
    await this.#connection?.close();
    for (const { pid } of this.#running.values()) process.kill(pid, 'SIGKILL');
    await Promise.all([...this.#running.values()].map(({ exited }) => exited));
    this.#running.clear();
  }

  async backUp(name: string): Promise<void> {
    const databaseUrl = this.#postgres?.databaseUrl;
    await backUp({ dataDir: this.dataDir, to: this.#backup(name), databaseUrl, say: silent });
  }

  async restore(name: string, stores: readonly Store[]): Promise<void> {
    await restore({ from: this.#backup(name), dataDir: this.dataDir, stores, say: silent });
  }

  /** Loses a store altogether. */
  async lose(store: Store): Promise<void> {
    const names =
      store === 'postgres' ? ['postgres', 'postgres-password'] : ['', '-wal', '-shm'].map((end) => `temporal.db${end}`);
    for (const name of names) await rm(join(this.dataDir, name), { recursive: true, force: true });
  }

  #backup(name: string): string {
    return join(this.#dir, 'backups', name);
  }

  /** Runs `npm run reconcile` to its end. */
  async reconcile(...args: readonly string[]): Promise<Reconciliation> {
    const startedAt = performance.now();
    const options = { env: { ...process.env, ...this.#env }, maxBuffer: OUTPUT_LIMIT_BYTES };
    const program = join(distDir, 'bin', 'reconcile', 'main.js');
    const { code, stdout, stderr } = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const child = execFile(process.execPath, [program, ...args], options, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, stdout: out, stderr: err }),
      );
    });
    const text = code === 2 ? `${stdout}${stderr}` : stdout;
    const lines = text.trimEnd().split('\n');
    return { code, lines, seconds: (performance.now() - startedAt) / 1_000 };
  }

  /** Asks the API. Throws when it does not answer. */
  async ask(
    method: string,
    path: string,
    body?: object,
    { key, prefer }: { readonly key?: string; readonly prefer?: string } = {},
  ): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.#ports.api}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
        ...(prefer === undefined ? {} : { prefer }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** The body of an answer that must have this status. */
  async must(
    status: number,
    method: string,
    path: string,
    body?: object,
    key?: string,
  ): Promise<Record<string, unknown>> {
    const answer = await this.ask(method, path, body, key === undefined ? {} : { key });
    if (answer.status !== status)
      throw new Error(`${method} ${path}: ${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async stop(): Promise<void> {
    await this.#sql?.end({ timeout: 1 });
    await this.#connection?.close();
    for (const part of ['api', 'worker', 'temporal', 'postgres'] as const) await this.#running.get(part)?.stop();
    await rm(this.#dir, { recursive: true, force: true });
  }
}
