import { execFile } from 'node:child_process';
import { constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { createDatabaseIfMissing } from '../db/postgres/databases.ts';
import { CannotStart } from './cannot-start.ts';
import {
  clearLeftovers,
  initialise,
  isInitialised,
  keepNewPassword,
  keptPassword,
  type Owner,
  ownerFor,
  POSTGRES_USER,
  postgresPrograms,
  wrongPassword,
} from './postgres-data.ts';
import { endWithin, type ServerProcess, spawnServer, untilReady } from './server-process.ts';

export interface PostgresServerOptions {
  dataDir: string;
  port: number;
  logFile: string;
  /** Gives an existing database a new password, in place of one that was lost. */
  newPassword?: boolean;
  /** The superuser; made with the data. */
  user?: string;
  /** The database of `databaseUrl`, made when it is missing. */
  database?: string;
  /** Replaces the settings that suit development; what is not named keeps PostgreSQL's own default. */
  settings?: Readonly<Record<string, string>>;
  /** True: nothing waits for the disk. The data survives the death of the server, but not that of the machine. */
  throwaway?: boolean;
  say?: (line: string) => void;
}

export interface PostgresServer {
  databaseUrl: string;
  pid: number;
  exited: Promise<string>;
  stop(): Promise<void>;
  kill(): void;
}

const runFile = promisify(execFile);

const HOST = '127.0.0.1';
const DATABASE = 'allot';
// Crash recovery comes before the first answer, and may replay a whole write-ahead log.
const START_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 20_000;
const PROBE_LIMIT_SECONDS = 2;

const PLACE = {
  listen_addresses: HOST,
  // No socket file: two servers on one machine would fight for its name in /tmp.
  unix_socket_directories: '',
};
const SETTINGS = {
  // Two APIs, two workers and their pools, with room for a person and the tests.
  max_connections: '200',
  shared_buffers: '256MB',
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

const THROWAWAY_SETTINGS = { fsync: 'off', full_page_writes: 'off' };

/** Starts PostgreSQL on `dataDir`, made at the first start, and waits until its database answers. */
export async function startPostgres(options: PostgresServerOptions): Promise<PostgresServer> {
  const { dataDir, port, logFile, newPassword = false, throwaway = false, say = () => undefined } = options;
  const { user: superuser = POSTGRES_USER, database = DATABASE } = options;
  const programs = await postgresPrograms();
  const wasThere = await isInitialised(dataDir);
  const password = await (newPassword && wasThere ? keepNewPassword(dataDir) : keptPassword(dataDir));
  const owner = await ownerFor(dataDir);
  const launch = launcher(owner, owner !== undefined && (await isClosed([programs.postgres, dirname(dataDir)])));
  await initialise(dataDir, { superuser, password, owner, launch, programs, throwaway });
  for (const line of await clearLeftovers(dataDir)) say(line);
  if (newPassword && wasThere)
    await setPassword(launch(programs.postgres, singleUserArgs(dataDir)), superuser, password);
  const wanted = { ...PLACE, ...(options.settings ?? SETTINGS), ...(throwaway && THROWAWAY_SETTINGS) };
  const settings = Object.entries(wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { command, args, user } = launch(programs.postgres, ['-D', dataDir, '-p', String(port), ...settings]);
  // SIGINT is PostgreSQL's "fast" end: it breaks connections off and loses nothing.
  const server = await spawnServer({ command, args, logFile, stopSignal: 'SIGINT', ...(user && { user }) });
  const urlOf = (name: string) => `postgres://${superuser}:${password}@${HOST}:${port}/${name}`;
  try {
    await untilReady(server, {
      name: 'PostgreSQL',
      logFile,
      limitMs: START_LIMIT_MS,
      ready: () => hasDatabase(urlOf('postgres'), database, dataDir),
    });
  } catch (error) {
    // The next start must find nobody on the data.
    server.kill('SIGQUIT');
    await endWithin(server.exited, STOP_GRACE_MS, () => server.kill('SIGKILL'));
    throw error;
  }
  return describe(server, urlOf(database));
}

function describe(server: ServerProcess, databaseUrl: string): PostgresServer {
  return {
    databaseUrl,
    pid: server.pid,
    exited: server.exited,
    stop: () => server.stop(STOP_GRACE_MS),
    // SIGQUIT ends every backend at once; SIGKILL would leave them to notice by themselves.
    kill: () => server.kill('SIGQUIT'),
  };
}

type Launch = (program: string, args: string[]) => { command: string; args: string[]; user?: Owner };

// Root's home is closed to other users, and a project may be in it. `setpriv` lets the server through: a process of
// that user with one right of root's, to pass closed directories. The securebit makes `access()`, which initdb asks,
// see that right too.
function launcher(owner: Owner | undefined, reach: boolean): Launch {
  if (owner === undefined) return (program, args) => ({ command: program, args });
  if (!reach) return (program, args) => ({ command: program, args, user: owner });
  const ids = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups'];
  const rights = ['--securebits=+no_setuid_fixup', '--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return (program, args) => ({ command: 'setpriv', args: [...ids, ...rights, program, ...args] });
}

async function isClosed(paths: string[]): Promise<boolean> {
  for (const path of paths) {
    for (let dir = path; dir !== dirname(dir); dir = dirname(dir)) {
      const found = await stat(dir).catch(() => undefined);
      if (found === undefined || (found.mode & constants.S_IXOTH) !== 0) continue;
      await runFile('setpriv', ['--version']).catch(() => {
        throw new Error(
          `PostgreSQL cannot run as root, and no other user may enter ${dir}. Move the project elsewhere, install setpriv (util-linux), or set DATABASE_URL.`,
        );
      });
      return true;
    }
  }
  return false;
}

const singleUserArgs = (dataDir: string): string[] => ['--single', '-j', '-D', dataDir, 'postgres'];

/**
 * Uses a server that serves nobody else and asks for no password; only the owner of the files can start such a server.
 */
async function setPassword(
  { command, args, user }: ReturnType<Launch>,
  superuser: string,
  password: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = execFile(command, args, { ...user, cwd: '/' }, (error) =>
      error === null ? resolve() : reject(error),
    );
    // The password is letters, digits, - and _: nothing to escape.
    child.stdin?.end(`alter role ${superuser} password '${password}'\n;\n\n`);
  });
}

/** PostgreSQL's codes for a password that is wrong, and for a user that is not there. */
const REFUSED_LOGIN = ['28P01', '28000'];

async function hasDatabase(url: string, name: string, dataDir: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: PROBE_LIMIT_SECONDS, onnotice: () => undefined });
  try {
    await createDatabaseIfMissing(sql, name);
    return true;
  } catch (error) {
    if (error instanceof postgres.PostgresError && REFUSED_LOGIN.includes(error.code))
      throw new CannotStart(wrongPassword(dataDir));
    throw error;
  } finally {
    await sql.end({ timeout: PROBE_LIMIT_SECONDS });
  }
}
