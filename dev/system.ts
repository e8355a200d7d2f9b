import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../db/postgres/migrate.ts';
import { payloadEncryption } from '../temporal/encryption/payload-encryption.ts';
import { restoredNote } from './backup-stores.ts';
import { developmentKey } from './dev-key.ts';
import { type MailFolder, startMailFolder } from './mail-folder.ts';
import { type NodeProcess, type ProcessKind, startProcess } from './node-process.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { repairAfterRestore } from './repair-after-restore.ts';
import { dataDir, HOST, type StartSettings } from './settings.ts';
import type { Step } from './steps.ts';
import { Supervised } from './supervisor.ts';
import { findTemporalProgram, type TemporalProgram } from './temporal-program.ts';
import { startTemporalServer, type TemporalServer } from './temporal-server.ts';

const logFile = (name: string) => join(dataDir, 'logs', `${name}.log`);

/** The folder of the e-mails that are sent during development. */
export const mailsDir = join(dataDir, 'mails');

/** The processes of a development system, the steps that bring them up, and their orderly end. */
export class System {
  readonly #settings: StartSettings;
  readonly #wasRestored = existsSync(restoredNote(dataDir));
  readonly #say: (line: string) => void;
  readonly #postgres: Supervised<PostgresServer>;
  readonly #temporal: Supervised<TemporalServer>;
  readonly #worker: Supervised<NodeProcess>;
  readonly #api: Supervised<NodeProcess>;
  readonly #codec: Supervised<NodeProcess>;
  /**
   * The part of the codec endpoint's path that lets the Temporal UI in. The UI tells it to whoever opens the UI, which
   * answers this machine alone.
   */
  readonly #codecSecret = randomBytes(32).toString('base64url');
  #program: TemporalProgram | undefined;
  #databaseUrl: string | undefined;
  #temporalAddress: string | undefined;
  #temporalUiUrl: string | undefined;
  #apiKey = '';
  #mails: MailFolder | undefined;

  constructor(settings: StartSettings, say: (line: string) => void) {
    this.#settings = settings;
    this.#say = say;
    this.#databaseUrl = settings.databaseUrl;
    this.#temporalAddress = settings.temporalAddress;
    this.#postgres = new Supervised('PostgreSQL', () => this.#beginPostgres(), say);
    this.#temporal = new Supervised('Temporal', () => this.#beginTemporal(), say);
    this.#worker = new Supervised('worker', () => this.#beginProcess('worker'), say);
    this.#api = new Supervised('API', () => this.#beginProcess('api'), say);
    this.#codec = new Supervised('codec endpoint', () => this.#beginProcess('codec'), say);
  }

  get databaseUrl(): string {
    if (this.#databaseUrl === undefined) throw new Error('PostgreSQL has not been started');
    return this.#databaseUrl;
  }

  get temporalAddress(): string {
    if (this.#temporalAddress === undefined) throw new Error('Temporal has not been started');
    return this.#temporalAddress;
  }

  /** Undefined when an existing Temporal server is used. */
  get temporalUiUrl(): string | undefined {
    return this.#temporalUiUrl;
  }

  /** Whether the Temporal UI that is started here needs an endpoint that decrypts payloads. */
  get #hasCodec(): boolean {
    return payloadEncryption().hasKeys && this.#settings.temporalAddress === undefined;
  }

  get apiUrl(): string {
    return `http://${HOST}:${this.#settings.ports.api}`;
  }

  get apiKey(): string {
    return this.#apiKey;
  }

  /** Groups in order; the steps of one group may run at the same time. */
  steps(): Step[][] {
    return [
      [this.#postgresStep(), this.#temporalStep(), { name: 'E-mail', work: () => this.#receiveMails() }],
      [{ name: 'Migrations', work: () => this.#migrate() }],
      [{ name: 'Development key', work: () => this.#makeKey() }],
      ...(this.#wasRestored ? [[this.#workerStep()], [this.#repairStep()]] : []),
      [...(this.#wasRestored ? [] : [this.#workerStep()]), this.#apiStep(), ...this.#codecSteps()],
    ];
  }

  #workerStep(): Step {
    return { name: 'Worker', work: async () => `runs as pid ${(await this.#worker.start()).pid}` };
  }

  #apiStep(): Step {
    return { name: 'API', work: async () => `runs as pid ${(await this.#api.start()).pid}` };
  }

  #codecSteps(): Step[] {
    if (!this.#hasCodec) return [];
    return [{ name: 'Codec endpoint', work: async () => `runs as pid ${(await this.#codec.start()).pid}` }];
  }

  /** After a restore: what the stores prove is mended before anybody is served. */
  #repairStep(): Step {
    const work = async () => {
      const { summary, logFile: log } = await repairAfterRestore(this.#env(), (line) => this.#say(`repair: ${line}`));
      return `${summary} All of it: ${log}`;
    };
    return { name: 'Repair after the restore', work };
  }

  /** Stops the API first, so that nothing new comes in; then the worker, which finishes its work; then the servers. */
  async stop(): Promise<void> {
    for (const each of [this.#api, this.#codec, this.#worker, this.#temporal, this.#postgres]) await each.stop();
    await this.#mails?.stop();
  }

  kill(): void {
    for (const each of [this.#api, this.#codec, this.#worker, this.#temporal, this.#postgres]) each.kill();
  }

  #postgresStep(): Step {
    const work = async () => {
      if (this.#settings.databaseUrl !== undefined) return 'using DATABASE_URL; no server is started';
      const { pid } = await this.#postgres.start();
      return `runs on port ${this.#settings.ports.postgres} as pid ${pid}`;
    };
    return { name: 'PostgreSQL', work };
  }

  #temporalStep(): Step {
    return {
      name: 'Temporal',
      work: async (narrator) => {
        const outside = this.#settings.temporalAddress;
        if (outside !== undefined) return `using TEMPORAL_ADDRESS ${outside}; no server is started`;
        this.#program = await findTemporalProgram(narrator);
        const { pid } = await this.#temporal.start();
        return `runs on port ${this.#settings.ports.temporal} as pid ${pid}`;
      },
    };
  }

  async #beginPostgres(): Promise<PostgresServer> {
    const { postgres: port } = this.#settings.ports;
    const server = await startPostgres({
      dataDir: join(dataDir, 'postgres'),
      port,
      logFile: logFile('postgres'),
      newPassword: this.#settings.newPassword,
      say: this.#say,
    });
    this.#databaseUrl = server.databaseUrl;
    return server;
  }

  async #beginTemporal(): Promise<TemporalServer> {
    if (this.#program === undefined) throw new Error('there is no Temporal program');
    const { temporal: port, temporalUi: uiPort } = this.#settings.ports;
    const dataFile = join(dataDir, 'temporal.db');
    const server = await startTemporalServer({
      program: this.#program,
      dataFile,
      port,
      uiPort,
      codecUrl: this.#hasCodec ? `http://${HOST}:${this.#settings.ports.codec}/${this.#codecSecret}` : undefined,
      logFile: logFile('temporal'),
    });
    this.#temporalAddress = server.address;
    this.#temporalUiUrl = server.uiUrl;
    return server;
  }

  #env() {
    return {
      DATABASE_URL: this.databaseUrl,
      TEMPORAL_ADDRESS: this.temporalAddress,
      TEMPORAL_NAMESPACE: this.#settings.namespace,
    };
  }

  #beginProcess(kind: ProcessKind): Promise<NodeProcess> {
    const env = {
      ...this.#env(),
      PORT: String(this.#settings.ports.api),
      ALLOT_HOST: HOST,
      ...(kind === 'codec' && {
        ALLOT_CODEC_PORT: String(this.#settings.ports.codec),
        ALLOT_CODEC_HOST: HOST,
        ALLOT_CODEC_PATH_SECRET: this.#codecSecret,
      }),
      ALLOT_METRICS_ADDRESS: process.env.ALLOT_METRICS_ADDRESS || `${HOST}:9464`,
      // Webhook receivers under development run on this machine.
      ALLOT_WEBHOOK_ALLOW_PRIVATE: process.env.ALLOT_WEBHOOK_ALLOW_PRIVATE || 'true',
      ALLOT_TEMPORAL_UI_URL: process.env.ALLOT_TEMPORAL_UI_URL || this.#temporalUiUrl,
      ...(this.#mails === undefined ? {} : { SMTP_URL: this.#mails.url }),
    };
    return startProcess(kind, env, { logFile: logFile(kind), onWarning: (line) => this.#say(`${kind}: ${line}`) });
  }

  /** The mail server runs in this process: it starts before the worker and ends after it. */
  async #receiveMails(): Promise<string> {
    if (this.#settings.smtpUrl !== undefined) return 'using SMTP_URL: e-mails are sent for real';
    this.#mails = await startMailFolder(mailsDir);
    return `${this.#mails.url} keeps all in a folder and sends none`;
  }

  async #migrate(): Promise<string> {
    const { applied } = await migrate(this.databaseUrl);
    return applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`;
  }

  async #makeKey(): Promise<string> {
    const { key, isNew } = await developmentKey(this.databaseUrl);
    this.#apiKey = key;
    return isNew ? 'made' : 'kept';
  }
}
