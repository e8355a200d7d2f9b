import { open } from 'node:fs/promises';
import { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { CannotStart } from './cannot-start.ts';
import { freePort } from './free-port.ts';
import { type ServerProcess, spawnServer, untilReady } from './server-process.ts';
import type { TemporalProgram } from './temporal-program.ts';

export interface TemporalServerOptions {
  program: TemporalProgram;
  /** The database file. Without it all data is lost when the server stops. */
  dataFile?: string;
  port: number;
  /** The port of the UI; without it there is none. */
  uiPort?: number;
  /** Where the UI has encrypted payloads decrypted. */
  codecUrl?: string | undefined;
  ip?: string;
  logFile: string;
}

export interface TemporalServer {
  address: string;
  uiUrl: string | undefined;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
  kill(): void;
}

const NAMESPACE = 'default';
const SEARCH_ATTRIBUTES = {
  AllotStatus: 'Keyword',
  AllotCustomer: 'Keyword',
  AllotEndsAt: 'Datetime',
  AllotPausedSince: 'Datetime',
  AllotRenewalStage: 'Keyword',
};

// The settings that a fast-forward of a workflow's clock needs; the second is the number of timers that one
// fast-forward may pass.
const TIME_SKIPPING = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  'frontend.WorkflowTimeSkippingMaxSkipPerSession=100000',
];

// How late a due timer may be looked for. The default of a second allows for several machines' clocks; here is one.
// Each timer that a fast-forward passes costs this much: 10 timers took 9.0 s with the default and 0.5 s so.
const PROMPT_TIMERS = 'history.timerProcessorMaxTimeShift="50ms"';
// By default the next run of an entitlement waits until the one before is a second old: a busy one would stand still
// meanwhile.
const PROMPT_RUNS = 'history.workflowIdReuseMinimalInterval="0s"';
// By default a task is failed when more than 100 messages come while it runs, and so is the next one under a stream of
// signals.
const ROOM_FOR_SIGNALS = 'history.maximumBufferedEventsBatch=2000';
// From the fourth try on, each try of a workflow's task may take longer, up to ten minutes more by default. If the worker
// of such a try dies, the entitlement stands still for all that time, and its callers are refused at once.
const PROMPT_TASKS = 'history.workflowTaskRetryMaxInterval="5s"';

// With a data file: more than twice the updates a second of SQLite's defaults, and safe when the process is killed
// (not when the machine loses its power, which a development server may).
const FILE_PRAGMAS = ['journal_mode=wal', 'synchronous=off'];

const START_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 10_000;
const PROBE_LIMIT_MS = 2_000;

/** Starts a Temporal development server and waits until a worker and a client could use it. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<TemporalServer> {
  const { program, port, uiPort, logFile, dataFile, ip = '127.0.0.1' } = options;
  if (dataFile !== undefined) await checkDataFile(dataFile);
  const server = await spawnServer({
    command: program.path,
    args: await serverArgs(options),
    logFile,
    stopSignal: 'SIGTERM',
  });
  const address = `${ip}:${port}`;
  try {
    await untilReady(server, {
      name: 'Temporal',
      logFile,
      limitMs: START_LIMIT_MS,
      ready: () => isReady(address),
      damageIn: (log) => (dataFile !== undefined && SQLITE_DAMAGE.test(log) ? damaged(dataFile) : undefined),
    });
  } catch (error) {
    server.kill('SIGKILL');
    throw error;
  }
  return describe(server, address, uiPort === undefined ? undefined : `http://${ip}:${uiPort}`);
}

/** The first bytes of every SQLite database. */
const SQLITE_HEADER = 'SQLite format 3\0';
/** What SQLite says of a file that is not a database, or is damaged. */
const SQLITE_DAMAGE = /malformed|not a database|SQLITE_(CORRUPT|NOTADB)|unable to open database/i;

const damaged = (dataFile: string): string =>
  `${dataFile} is damaged: Temporal cannot read its data. The database (records, ledger, keys) is safe; the workflows in this file are not. Put the file back from a copy, or start with an empty one, where each entitlement comes back when it is next used: mv ${dataFile} ${dataFile}.damaged; rm -f ${dataFile}-wal ${dataFile}-shm`;

/** Throws CannotStart when the file is not a SQLite database. The server creates one that is missing or empty. */
async function checkDataFile(dataFile: string): Promise<void> {
  const beginning = await readBeginning(dataFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new CannotStart(damaged(dataFile));
  });
  if (beginning !== '' && beginning !== SQLITE_HEADER) throw new CannotStart(damaged(dataFile));
}

async function readBeginning(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
    return buffer.subarray(0, bytesRead).toString('latin1');
  } finally {
    await handle.close();
  }
}

function describe(server: ServerProcess, address: string, uiUrl: string | undefined): TemporalServer {
  return {
    address,
    uiUrl,
    pid: server.pid,
    exited: server.exited,
    stop: () => server.stop(STOP_GRACE_MS),
    kill: () => server.kill('SIGKILL'),
  };
}

async function serverArgs({
  dataFile,
  port,
  uiPort,
  codecUrl,
  ip = '127.0.0.1',
}: TemporalServerOptions): Promise<string[]> {
  // Named here, because the program's own choice of free ports can collide when several servers start at once.
  const [metricsPort, httpPort] = await Promise.all([freePort(), freePort()]);
  return [
    ['server', 'start-dev', '--ip', ip, '--port', String(port)],
    // Early in the line: who looks at the process list sees whose data it is.
    dataFile === undefined
      ? []
      : ['--db-filename', dataFile, ...FILE_PRAGMAS.flatMap((pragma) => ['--sqlite-pragma', pragma])],
    ['--log-level', 'warn', '--log-format', 'json'],
    ['--metrics-port', String(metricsPort), '--http-port', String(httpPort)],
    uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch'],
    uiPort === undefined || codecUrl === undefined ? [] : ['--ui-codec-endpoint', codecUrl],
    [...TIME_SKIPPING, PROMPT_TIMERS, PROMPT_RUNS, PROMPT_TASKS, ROOM_FOR_SIGNALS].flatMap((value) => [
      '--dynamic-config-value',
      value,
    ]),
    Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  ].flat();
}

// The port answers before the namespace and its search attributes are there; a worker that came in between would fail.
async function isReady(address: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: PROBE_LIMIT_MS });
  try {
    return await connection.withDeadline(Date.now() + PROBE_LIMIT_MS, async () => {
      const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: NAMESPACE });
      const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: NAMESPACE });
      const registered = namespaceInfo?.state === proto.temporal.api.enums.v1.NamespaceState.NAMESPACE_STATE_REGISTERED;
      return registered && Object.keys(SEARCH_ATTRIBUTES).every((name) => name in customAttributes);
    });
  } finally {
    await connection.close();
  }
}
