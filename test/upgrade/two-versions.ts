import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import { lastingPort } from '../../dev/free-port.ts';
import { type PostgresServer, startPostgres } from '../../dev/postgres-server.ts';
import { startProcess } from '../../dev/stack.ts';
import { findTemporalProgram } from '../../dev/temporal-program.ts';
import { startTemporalServer, type TemporalServer } from '../../dev/temporal-server.ts';
import { OLD_PROGRAMS } from './old-version.ts';

type Part = 'worker' | 'api';
type Version = 'old' | 'present';

/**
 * One PostgreSQL and one Temporal with its data in a file, on which processes of both versions run, one after the other or
 * side by side. Ports and data stay the same over every stop; `end` drops the data.
 */
export class TwoVersions {
  readonly #dir: string;
  readonly #oldDir: string;
  readonly #ports: Readonly<Record<'postgres' | 'temporal' | 'api', number>>;
  readonly #running = new Map<string, { stop(): Promise<void> }>();
  #postgres: PostgresServer | undefined;
  #temporal: TemporalServer | undefined;
  #sql: Sql | undefined;
  #connection: Connection | undefined;
  #apiKey = '';

  private constructor(dir: string, oldDir: string, ports: Record<'postgres' | 'temporal' | 'api', number>) {
    this.#dir = dir;
    this.#oldDir = oldDir;
    this.#ports = ports;
  }

  /** The servers, the schema of the old version, and a key for its API. */
  static async begin(oldDir: string): Promise<TwoVersions> {
    const dir = await mkdtemp(join(tmpdir(), 'allot-upgrade-'));
    const [postgres, temporal, api] = [await lastingPort(), await lastingPort(), await lastingPort()];
    const system = new TwoVersions(dir, oldDir, { postgres, temporal, api });
    try {
      await system.startServers();
      await system.#runOld(OLD_PROGRAMS.migrate, []);
      system.#apiKey = (await system.#runOld(OLD_PROGRAMS.makeKey, ['upgrade'])).trim();
      return system;
    } catch (error) {
      await system.end();
      throw error;
    }
  }

  async startServers(): Promise<void> {
    const program = await findTemporalProgram({ say: () => undefined, progress: () => undefined });
    [this.#postgres, this.#temporal] = await Promise.all([
      startPostgres({
        dataDir: join(this.#dir, 'postgres'),
        port: this.#ports.postgres,
        logFile: this.#logFile('postgres'),
      }),
      startTemporalServer({
        program,
        port: this.#ports.temporal,
        dataFile: join(this.#dir, 'temporal.db'),
        logFile: this.#logFile('temporal'),
      }),
    ]);
  }

  async start(version: Version, part: Part): Promise<void> {
    const name = `${version}-${part}`;
    const options = {
      logFile: this.#logFile(name),
      ...(version === 'old' ? { program: join(this.#oldDir, OLD_PROGRAMS[part]) } : {}),
    };
    this.#running.set(name, await startProcess(part, { ...this.#env, PORT: String(this.#ports.api) }, options));
  }

  async stop(version: Version, part: Part): Promise<void> {
    const name = `${version}-${part}`;
    await this.#running.get(name)?.stop();
    this.#running.delete(name);
  }

  /** Everything stops, and the data stays. */
  async stopAll(): Promise<void> {
    for (const part of ['api', 'worker'] as const)
      for (const version of ['old', 'present'] as const) await this.stop(version, part);
    await this.#sql?.end({ timeout: 2 });
    await this.#connection?.close();
    [this.#sql, this.#connection] = [undefined, undefined];
    await this.#temporal?.stop();
    await this.#postgres?.stop();
  }

  async end(): Promise<void> {
    await this.stopAll();
    await rm(this.#dir, { recursive: true, force: true });
  }

  get databaseUrl(): string {
    if (this.#postgres === undefined) throw new Error('PostgreSQL does not run.');
    return this.#postgres.databaseUrl;
  }

  get sql(): Sql {
    this.#sql ??= connect(this.databaseUrl, { max: 4 });
    return this.#sql;
  }

  async client(): Promise<Client> {
    this.#connection ??= await Connection.connect({ address: this.#temporal?.address ?? '' });
    return new Client({ connection: this.#connection });
  }

  /** Moves the clock of one workflow ahead; also past its end, when it completes on the way. */
  async skip(workflowId: string, ms: number): Promise<void> {
    await this.client();
    if (this.#connection === undefined) return;
    await fastForward(this.#connection, 'default', workflowId, ms).catch((error: Error) => {
      if (!error.message.includes('the execution ended before')) throw error;
    });
  }

  /** What the API of the version that runs answers, JSON read. */
  async ask<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    key?: string,
  ): Promise<{ status: number; body: Body }> {
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    };
    const payload = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`http://127.0.0.1:${this.#ports.api}${path}`, { method, headers, ...payload });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
  }

  /** Everything that a process of that version has logged. */
  async logOf(version: Version, part: Part): Promise<string[]> {
    const text = await readFile(this.#logFile(`${version}-${part}`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      DATABASE_URL: this.databaseUrl,
      TEMPORAL_ADDRESS: this.#temporal?.address,
      TEMPORAL_NAMESPACE: 'default',
      // The receiver of the deliveries is on this machine.
      ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
  }

  #logFile(name: string): string {
    return join(this.#dir, `${name}.log`);
  }

  async #runOld(program: string, args: readonly string[]): Promise<string> {
    const options = { env: { ...process.env, ...this.#env } };
    const { stdout } = await promisify(execFile)(process.execPath, [join(this.#oldDir, program), ...args], options);
    return stdout;
  }
}
