import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotStart } from './cannot-start.ts';

export interface ServerProcess {
  pid: number;
  /** Resolves with a description of how the process ended. */
  exited: Promise<string>;
  hasExited(): boolean;
  /** Asks for an orderly end with the server's own signal, and kills the process after `graceMs`. */
  stop(graceMs: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

export interface ServerCommand {
  command: string;
  args: string[];
  logFile: string;
  /** The signal that makes this server end in an orderly way. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  env?: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number };
}

// A log older than this is set aside at the next start; one earlier log is kept.
const LOG_LIMIT_BYTES = 20_000_000;
const POLL_MS = 50;

/** Sets a large log aside, and makes its directory. */
export async function prepareLog(logFile: string): Promise<void> {
  await mkdir(dirname(logFile), { recursive: true });
  const found = await stat(logFile).catch(() => undefined);
  if (found !== undefined && found.size > LOG_LIMIT_BYTES) await rename(logFile, `${logFile}.1`);
}

// When this process is killed outright it cannot stop its servers. A waiting shell can: it sees its input end, leaves
// worker and API (which see their channel end) a moment to finish what they do with the servers, and then ends its own.
function guard(pid: number, signal: string): ChildProcess {
  const script = 'read -r word; [ "$word" = done ] || { sleep 3; kill -"$1" "$2"; } 2>/dev/null';
  const shell = spawn('/bin/sh', ['-c', script, 'allot-guard', signal.replace('SIG', ''), String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.on('error', () => undefined);
  shell.stdin?.on('error', () => undefined);
  shell.unref();
  return shell;
}

/** Starts a server in a session of its own, so that Ctrl-C reaches it only through us, in order. */
export async function spawnServer(wanted: ServerCommand): Promise<ServerProcess> {
  await prepareLog(wanted.logFile);
  const log = openSync(wanted.logFile, 'a');
  const child = spawn(wanted.command, wanted.args, {
    detached: true,
    stdio: ['ignore', log, log],
    env: wanted.env ?? process.env,
    ...wanted.user,
  });
  closeSync(log);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid;
  if (pid === undefined) throw new Error(`${wanted.command} did not start`);
  const watcher = guard(pid, wanted.stopSignal);
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      watcher.stdin?.end('done\n');
      resolve(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
  });
  const hasExited = () => child.exitCode !== null || child.signalCode !== null;
  return {
    pid,
    exited,
    hasExited,
    kill: (signal) => void child.kill(signal),
    stop: async (graceMs) => {
      if (hasExited()) return;
      child.kill(wanted.stopSignal);
      await endWithin(exited, graceMs, () => child.kill('SIGKILL'));
    },
  };
}

/** Waits for the end; after `graceMs` calls `force` and goes on waiting. */
export async function endWithin(exited: Promise<unknown>, graceMs: number, force: () => void): Promise<void> {
  const timer = setTimeout(force, graceMs);
  try {
    await exited;
  } finally {
    clearTimeout(timer);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process runs and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Waits until a process that is not our child has ended; false when it still runs after `limitMs`. */
export async function gone(pid: number, limitMs: number): Promise<boolean> {
  for (const deadline = Date.now() + limitMs; Date.now() < deadline; await sleep(POLL_MS)) {
    if (!isAlive(pid)) return true;
  }
  return !isAlive(pid);
}

/** Calls `ready` until it answers true; throws with the end of the log when the server ends first or takes too long. */
export async function untilReady(
  server: { hasExited(): boolean },
  options: {
    name: string;
    logFile: string;
    limitMs: number;
    /** A CannotStart from it ends the waiting. */
    ready: () => Promise<boolean>;
    /** What a person must know of a damaged file, from the end of the log of a server that ended. */
    damageIn?: (logEnd: string) => string | undefined;
  },
): Promise<void> {
  for (const deadline = Date.now() + options.limitMs; ; await sleep(POLL_MS)) {
    if (server.hasExited() || Date.now() > deadline) {
      const what = server.hasExited() ? 'ended while starting' : `did not answer within ${options.limitMs / 1_000} s`;
      const damage = server.hasExited() ? options.damageIn?.(await logEnd(options.logFile)) : undefined;
      if (damage !== undefined) throw new CannotStart(damage);
      throw new Error(`${options.name} ${what}. Its log, ${options.logFile}, ends:\n${await logEnd(options.logFile)}`);
    }
    if (await options.ready().catch(unlessHopeless)) return;
  }
}

/** An error counts as not ready yet, unless it is a CannotStart: waiting does not help then. */
function unlessHopeless(error: unknown): false {
  if (error instanceof CannotStart) throw error;
  return false;
}

const LOG_END_LINES = 8;

async function logEnd(logFile: string): Promise<string> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-LOG_END_LINES).join('\n');
}
