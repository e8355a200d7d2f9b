import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { distDir } from '../runtime/project-dir.ts';
import { freePort } from './free-port.ts';
import { endWithin, prepareLog } from './server-process.ts';

export type ProcessKind = 'worker' | 'api' | 'codec';

export interface NodeProcess {
  pid: number;
  /** Where it listens; a worker does not. */
  port: number | undefined;
  kill(signal: NodeJS.Signals): void;
  /** Asks it to drain and waits; kills it when it takes too long. */
  stop(): Promise<void>;
  exited: Promise<string>;
}

export interface NodeProcessOptions {
  /** Gets every line the process writes. */
  logFile?: string;
  /** The built program to run; by default that of this project. */
  program?: string;
  /** Told each warning and worse. */
  onWarning?: (line: string) => void;
}

const PROGRAMS: Record<ProcessKind, string> = {
  worker: join(distDir, 'bin', 'worker.js'),
  api: join(distDir, 'bin', 'api.js'),
  codec: join(distDir, 'bin', 'codec.js'),
};
const PORT_NAMES: Partial<Record<ProcessKind, string>> = { api: 'PORT', codec: 'ALLOT_CODEC_PORT' };
// Most of what a request allocates is garbage at its end: a larger nursery is emptied less often. A tenth less CPU
// under load.
const NODE_FLAGS = ['--max-semi-space-size=64'];
/** Several workers can run on this machine; their logs say where their metrics are. */
const METRICS_ANYWHERE = { ALLOT_METRICS_ADDRESS: '127.0.0.1:0' };
const START_LIMIT_MS = 60_000;
const DRAIN_LIMIT_MS = 30_000;
// pino's number for a warning.
const WARNING_LEVEL = 40;
const LAST_LINES = 8;

/**
 * Starts a program from dist/ and waits until it says that it is ready. `env` adds to this process's own environment;
 * an API without a PORT there, or a codec endpoint without an ALLOT_CODEC_PORT, gets a free one.
 */
export async function startProcess(
  kind: ProcessKind,
  env: NodeJS.ProcessEnv,
  options: NodeProcessOptions = {},
): Promise<NodeProcess> {
  const portName = PORT_NAMES[kind];
  const port = portName === undefined ? undefined : Number(env[portName] ?? (await freePort()));
  if (options.logFile !== undefined) await prepareLog(options.logFile);
  // A session of its own: Ctrl-C in a terminal must reach it only through us, in order. The channel's end tells it when
  // we are gone.
  const child = spawn(process.execPath, [...NODE_FLAGS, options.program ?? PROGRAMS[kind]], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...METRICS_ANYWHERE, ...process.env, ...env, ...(portName !== undefined && { [portName]: String(port) }) },
  });
  const lastLines = recordOutput(child, options);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });
  await ready(kind, child, exited, lastLines);
  return {
    pid: child.pid ?? 0,
    port,
    exited,
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await endWithin(exited, DRAIN_LIMIT_MS, () => child.kill('SIGKILL'));
    },
  };
}

async function ready(
  kind: ProcessKind,
  child: ChildProcess,
  exited: Promise<string>,
  lastLines: string[],
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const outcome = await Promise.race([
    new Promise<'ready'>((resolve) => child.on('message', (message) => isReady(message) && resolve('ready'))),
    new Promise<string>((resolve) => child.once('error', (error) => resolve(`could not start: ${error.message}`))),
    exited.then((how) => `ended while starting (${how})`),
    new Promise<string>((resolve) => {
      timer = setTimeout(() => resolve(`was not ready within ${START_LIMIT_MS / 1_000} s`), START_LIMIT_MS);
    }),
  ]);
  clearTimeout(timer);
  if (outcome === 'ready') return;
  child.kill('SIGKILL');
  throw new Error([`The ${kind} ${outcome}.`, ...lastLines].join('\n'));
}

function isReady(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

function recordOutput(child: ChildProcess, { logFile, onWarning }: NodeProcessOptions): string[] {
  const log: WriteStream | undefined = logFile === undefined ? undefined : createWriteStream(logFile, { flags: 'a' });
  log?.on('error', () => undefined);
  const lastLines: string[] = [];
  const limit = new WarningLimit(logFile);
  const hear = (line: string) => {
    log?.write(`${line}\n`);
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    const warning = onWarning && warningIn(line);
    if (warning !== undefined) for (const shown of limit.shown(warning)) onWarning?.(shown);
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', hear);
  }
  child.once('close', () => log?.end());
  return lastLines;
}

const SHOWN_AT_ONCE = 5;
const SHOWN_WITHIN_MS = 10_000;

/** Shows the first few warnings of a moment. Of a flood it says only that there are more, and where. */
class WarningLimit {
  readonly #logFile: string | undefined;
  #since = 0;
  #count = 0;

  constructor(logFile: string | undefined) {
    this.#logFile = logFile;
  }

  shown(warning: string): string[] {
    const now = performance.now();
    if (now - this.#since > SHOWN_WITHIN_MS) [this.#since, this.#count] = [now, 0];
    this.#count += 1;
    if (this.#count <= SHOWN_AT_ONCE || this.#logFile === undefined) return [warning];
    return this.#count === SHOWN_AT_ONCE + 1 ? [`more warnings stand in ${this.#logFile}`] : [];
  }
}

// A line that pino did not write comes from a crash or from Node itself, and is shown.
function warningIn(line: string): string | undefined {
  const entry = parse(line);
  if (entry === undefined) return line.trim() === '' ? undefined : line;
  if (typeof entry.level === 'number' && entry.level < WARNING_LEVEL) return undefined;
  const { err } = entry;
  const cause = typeof err === 'object' && err !== null && 'message' in err ? `: ${String(err.message)}` : '';
  return `${String(entry.msg ?? line)}${cause}`;
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
