import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { isPortFree, lastingPort } from '../../dev/free-port.ts';
import { type PostgresServer, startPostgres } from '../../dev/postgres-server.ts';
import { type Finished, runProgram } from '../../dev/run-program.ts';
import { spawnServer, untilReady } from '../../dev/server-process.ts';
import { startProcess } from '../../dev/stack.ts';
import type { TemporalPrograms } from '../../dev/temporal-build.ts';
import { projectDir } from '../../runtime/project-dir.ts';
import type { Service } from './compose.ts';
import { type Placed, placed } from './placement.ts';
import { type Prepared, prepare, settingsOf } from './prepared.ts';
import { RoundRobin } from './round-robin.ts';
import { TIME_SKIPPING } from './temporal-extras.ts';
import { toolsPath } from './tools-path.ts';

interface Running {
  readonly pid: number;
  readonly exited: Promise<string>;
  /** Where it listens; an API alone. */
  readonly port?: number | undefined;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly programs: TemporalPrograms;
  /** The CLI that `npm start` uses. */
  readonly temporalCli: string;
  /** Variables of docker-compose.yml beside the passwords. */
  readonly variables: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
  /** For data and logs; without it a folder of its own, which is dropped at the end. */
  readonly dir?: string;
  /** More environment for a worker or an API. */
  readonly envOf?: (part: string, servers: ServerAddresses) => Promise<NodeJS.ProcessEnv>;
}

export interface ServerAddresses {
  readonly databaseUrl: string;
  readonly temporalAddress: string;
}

const START_LIMIT_MS = 120_000;
const START_TRIES = 3;
const STOP_GRACE_MS = 20_000;
const OUTPUT_LIMIT_BYTES = 20_000_000;
const LAST_LINES = 12;

/**
 * The services of docker-compose.yml as processes of this machine: the same programs, settings, scripts and numbers of
 * workers and APIs, in the order of the file. What had to change is in `changes`.
 */
export class ProductionStack {
  readonly dir: string;
  readonly front: RoundRobin;
  /** What is not as the file says, by service. */
  readonly changes = new Map<string, readonly string[]>();
  readonly #options: StackOptions;
  readonly #services: Readonly<Record<string, Service>>;
  readonly #ports: ReadonlyMap<string, number>;
  readonly #running = new Map<string, Running>();
  readonly #apiPorts = new Map<string, number>();
  readonly #envs = new Map<string, NodeJS.ProcessEnv>();
  readonly #metrics = new Map<string, string>();
  readonly #internalPorts: Readonly<Record<string, string>>;
  #path = '';
  #postgres: PostgresServer | undefined;
  #sql: Sql | undefined;
  #connection: Connection | undefined;
  #apiKey = '';

  private constructor(dir: string, front: RoundRobin, options: StackOptions, made: Prepared) {
    this.dir = dir;
    this.front = front;
    this.#options = options;
    this.#services = made.services;
    this.#ports = made.ports;
    this.#internalPorts = made.internalPorts;
  }

  /** Everything up to a key for the API. Leaves nothing running when a step fails. */
  static async start(options: StackOptions): Promise<ProductionStack> {
    const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'allot-production-')));
    const stack = new ProductionStack(dir, await RoundRobin.start(), options, await prepare(options.variables));
    try {
      await stack.#bringUp();
      return stack;
    } catch (error) {
      await stack.stop({ keepFiles: true });
      throw new Error(`The production shape did not start; its logs are in ${dir}.`, { cause: error });
    }
  }

  async #bringUp(): Promise<void> {
    const { programs, temporalCli } = this.#options;
    this.#path = await toolsPath(join(this.dir, 'bin'), programs, temporalCli);
    await this.#step('postgres', () => this.begin('postgres'));
    await this.#step('databases, by the script of the file', () => this.#makeDatabases());
    await this.#step('temporal-schema', () => this.runOnce('temporal-schema'));
    await this.#step('temporal', () => this.begin('temporal'));
    await this.#step('temporal-namespace', () => this.runOnce('temporal-namespace'));
    await this.#step('migrate', () => this.runOnce('migrate'));
    await this.#step(this.appParts.join(', '), async () => {
      await Promise.all(this.appParts.map((part) => this.begin(part)));
    });
    this.#apiKey = (await this.runOnce('migrate', ['node', 'dist/bin/make-key.js', 'production'])).trim();
  }

  async #step(name: string, work: () => Promise<unknown>): Promise<void> {
    const startedAt = performance.now();
    await work();
    this.#options.say(`  ${name} (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  }

  /** `worker-1`, `worker-2`, `api-1`, … as many as the file has. */
  get appParts(): readonly string[] {
    return ['worker', 'api'].flatMap((kind) =>
      Array.from({ length: this.#service(kind).replicas }, (_, n) => `${kind}-${n + 1}`),
    );
  }

  get databaseUrl(): string {
    return this.#placed('api').environment.DATABASE_URL ?? '';
  }

  get temporalAddress(): string {
    return this.#placed('api').environment.TEMPORAL_ADDRESS ?? '';
  }

  get namespace(): string {
    return this.#placed('api').environment.TEMPORAL_NAMESPACE ?? '';
  }

  get apiKey(): string {
    return this.#apiKey;
  }

  /** The lines of a worker's metrics. */
  async metricsOf(worker: string): Promise<string[]> {
    return (await (await fetch(`http://${this.#metrics.get(worker)}/metrics`)).text()).split('\n');
  }

  get sql(): Sql {
    this.#sql ??= connect(this.databaseUrl, { max: 4 });
    return this.#sql;
  }

  async client(): Promise<Client> {
    this.#connection ??= await Connection.connect({ address: this.temporalAddress });
    return new Client({ connection: this.#connection, namespace: this.namespace });
  }

  async connection(): Promise<Connection> {
    await this.client();
    if (this.#connection === undefined) throw new Error('Temporal does not run.');
    return this.#connection;
  }

  /** The environment of the programs that speak to this system, such as the replay. */
  get env(): NodeJS.ProcessEnv {
    const { environment } = this.#placed('api');
    return { ...environment, NODE_ENV: 'production', ALLOT_URL: this.front.url, ALLOT_API_KEY: this.#apiKey };
  }

  /**
   * Starts a part, for the first time or again, and waits until it serves. `root` is the checkout whose programs a worker
   * or an API runs; `env` adds to its environment.
   */
  async begin(part: string, { root = projectDir, env = {} }: { root?: string; env?: NodeJS.ProcessEnv } = {}) {
    const logFile = join(this.dir, `${part}.log`);
    const running = await patiently(() => this.#started(part, logFile, root, env));
    this.#running.set(part, running);
    if (part.startsWith('api')) this.#balance();
    return running;
  }

  /** Ends a part in an orderly way. New connections go to the other APIs before an API is told to end. */
  async end(part: string): Promise<void> {
    const running = this.#running.get(part);
    this.#running.delete(part);
    if (part.startsWith('api')) this.#balance();
    await running?.stop();
  }

  /** Starts a new process in the place of a part, and then ends the old one: for a while both serve. */
  async replace(part: string, how: { root: string; env?: NodeJS.ProcessEnv }): Promise<void> {
    const old = this.#running.get(part);
    await this.begin(part, how);
    await old?.stop();
  }

  runningPart(part: string): Running {
    const running = this.#running.get(part);
    if (running === undefined) throw new Error(`${part} does not run.`);
    return running;
  }

  /** Where an API listens. */
  portOf(part: string): number {
    return this.runningPart(part).port ?? 0;
  }

  #balance(): void {
    const apis = [...this.#running].filter(([part]) => part.startsWith('api'));
    this.front.sendTo(apis.flatMap(([, { port }]) => port ?? []));
  }

  async #started(part: string, logFile: string, root: string, env: NodeJS.ProcessEnv): Promise<Running> {
    if (part === 'postgres') return await this.#startedPostgres(logFile);
    if (part === 'temporal') return await this.#startedTemporal(logFile);
    const kind = part.startsWith('api') ? 'api' : 'worker';
    const port = kind === 'api' ? await this.#apiPort(part) : undefined;
    const { environment, program } = this.#placed(kind, port);
    const [, file = ''] = program;
    const own = this.#envs.get(part) ?? (await this.#options.envOf?.(part, this)) ?? {};
    this.#envs.set(part, own);
    const metrics = `127.0.0.1:${await lastingPort()}`;
    this.#metrics.set(part, metrics);
    const all = { ...environment, NODE_ENV: 'production', ALLOT_METRICS_ADDRESS: metrics, ...own, ...env };
    return await startProcess(kind, all, { logFile, program: join(root, file) });
  }

  /** The port that it had before; another while the process before still serves there. */
  async #apiPort(part: string): Promise<number> {
    const before = this.#apiPorts.get(part);
    const isServing = before !== undefined && !(await isPortFree(before));
    const port = before === undefined || isServing ? await lastingPort() : before;
    this.#apiPorts.set(part, port);
    return port;
  }

  async #startedPostgres(logFile: string): Promise<Running> {
    this.#postgres = await startPostgres({
      dataDir: join(this.dir, 'postgres'),
      port: this.#port('postgres:5432'),
      logFile,
      // As in its image.
      user: 'postgres',
      database: 'postgres',
      settings: settingsOf(this.#service('postgres').program),
    });
    return this.#postgres;
  }

  async #startedTemporal(logFile: string): Promise<Running> {
    const { environment, files } = this.#placed('temporal');
    for (const [path, content] of files) await write(path, content + TIME_SKIPPING);
    const port = this.#port('temporal:7233');
    const server = await spawnServer({
      command: this.#options.programs.server,
      args: ['start'],
      env: { PATH: process.env.PATH, ...environment, ...this.#internalPorts, FRONTEND_GRPC_PORT: String(port) },
      logFile,
      stopSignal: 'SIGTERM',
    });
    await untilReady(server, { name: 'Temporal', logFile, limitMs: START_LIMIT_MS, ready: () => answers(port) });
    return { pid: server.pid, exited: server.exited, stop: () => server.stop(STOP_GRACE_MS) };
  }

  async #makeDatabases(): Promise<void> {
    const { environment, files } = this.#placed('postgres');
    const { port, password } = new URL(this.#postgres?.databaseUrl ?? '');
    const env = { ...environment, PGHOST: '127.0.0.1', PGPORT: port, PGPASSWORD: password };
    for (const [path, content] of files) {
      await write(path, content);
      await this.#run(['/bin/sh', path], env);
    }
  }

  /** Runs a service that ends by itself, and answers what it printed. */
  async runOnce(service: string, command?: readonly string[]): Promise<string> {
    const { environment, program, files } = this.#placed(service);
    for (const [path, content] of files) await write(path, content);
    return await this.#run(command ?? program, environment);
  }

  async #run([command = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const program = command === 'node' ? process.execPath : command;
    const options = {
      cwd: projectDir,
      env: { PATH: this.#path, HOME: this.dir, ...env },
      maxBuffer: OUTPUT_LIMIT_BYTES,
    };
    try {
      return (await promisify(execFile)(program, args, options)).stdout;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-LAST_LINES);
      throw new Error([`${[command, ...args].join(' ')} failed:`, ...lines].join('\n'), { cause: error });
    }
  }

  /** Runs one of the project's programs (`tools/replay/main.js`) against this system, to its end. */
  run(program: string, args: readonly string[]): Promise<Finished> {
    return runProgram(program, args, { env: this.env });
  }

  /** Everything that a part has logged, also in earlier lives. */
  async logOf(part: string): Promise<string[]> {
    const text = await readFile(join(this.dir, `${part}.log`), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }

  async stop({ keepFiles = false } = {}): Promise<void> {
    await this.#sql?.end({ timeout: 2 });
    await this.#connection?.close();
    // Nothing new comes in once the APIs have ended, and the servers end last.
    for (const kind of ['api', 'worker', 'temporal', 'postgres'])
      await Promise.all(
        [...this.#running.keys()].filter((part) => part.startsWith(kind)).map((part) => this.end(part)),
      );
    await this.front.stop();
    if (!keepFiles) await rm(this.dir, { recursive: true, force: true });
  }

  #service(name: string): Service {
    const service = this.#services[name];
    if (service === undefined) throw new Error(`docker-compose.yml has no service ${name}.`);
    return service;
  }

  #placed(name: string, ownPort?: number): Placed {
    const ports = ownPort === undefined ? this.#ports : new Map([...this.#ports, ['api:8080', ownPort]]);
    const made = placed(this.#service(name), ports, join(this.dir, name));
    this.changes.set(name, made.changes);
    return made;
  }

  #port(address: string): number {
    const port = this.#ports.get(address);
    if (port === undefined) throw new Error(`${address} has no port here.`);
    return port;
  }
}

/** Again when it fails: a busy machine starts a process slowly, and a port that was free a moment ago may be taken. */
async function patiently<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === START_TRIES) throw error;
    }
  }
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** What the health check of the file asks: whether somebody listens. */
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = tcpConnect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
