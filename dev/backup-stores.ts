import { chown, copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannot-start.ts';
import { copyRunningPostgres, copyStoppedPostgres, type PostgresCopy } from './postgres-copy.ts';
import { type Owner, ownerFor } from './postgres-data.ts';
import { copySqlite, logOf, sizeOfSqlite, sqliteFiles } from './sqlite-copy.ts';

/** What is backed up: PostgreSQL's data with its password, Temporal's file, or both. */
export type Store = 'postgres' | 'temporal';
export const STORES: readonly Store[] = ['postgres', 'temporal'];

const POSTGRES = 'postgres';
const PASSWORD = 'postgres-password';
const DEV_KEY = 'dev-key';
const TEMPORAL = 'temporal.db';
const NOTE = 'backup.json';

/** What a backup says of itself. It is written last: a directory without it is not a whole backup. */
export interface BackupNote {
  readonly format: 1;
  /** RFC 3339: when the copying of each store was complete. */
  readonly temporalAt: string | null;
  readonly postgresAt: string | null;
  /** PostgreSQL's position of the copy; null if the server was stopped. */
  readonly postgresLsn: string | null;
  readonly whileServing: boolean;
  readonly bytes: number;
}

export interface BackupOptions {
  /** What `npm start` keeps: `.allot`. */
  readonly dataDir: string;
  readonly to: string;
  readonly stores?: readonly Store[];
  /** The running database; undefined if nothing runs on the data. */
  readonly databaseUrl: string | undefined;
  readonly say: (line: string) => void;
}

/**
 * Copies the stores of an installation, whether it runs or not. Temporal comes first and PostgreSQL last: what
 * PostgreSQL has beyond Temporal's copy is in its ledger, from which `reconcile --repair` mends the workflows, while
 * what Temporal would have beyond PostgreSQL would have to be read from histories. Throws CannotStart when `to` holds
 * something already.
 */
export async function backUp({ dataDir, to, stores = STORES, databaseUrl, say }: BackupOptions): Promise<BackupNote> {
  await makeEmpty(to);
  let bytes = 0;
  let temporalAt: string | null = null;
  if (stores.includes('temporal')) {
    await copySqlite(join(dataDir, TEMPORAL), join(to, TEMPORAL)).catch(failedFor(join(dataDir, TEMPORAL)));
    temporalAt = new Date().toISOString();
    const size = await sizeOfSqlite(join(to, TEMPORAL));
    bytes += size;
    say(`Temporal's data copied, ${shown(size)}, as of ${temporalAt}`);
  }
  let copy: PostgresCopy | undefined;
  let postgresAt: string | null = null;
  if (stores.includes('postgres')) {
    copy = await copyPostgres(join(dataDir, POSTGRES), join(to, POSTGRES), databaseUrl);
    postgresAt = new Date().toISOString();
    for (const name of [PASSWORD, DEV_KEY]) await copyIfThere(join(dataDir, name), join(to, name));
    bytes += copy.bytes;
    say(`PostgreSQL's data copied, ${shown(copy.bytes)}, as of ${postgresAt}`);
  }
  const note: BackupNote = {
    format: 1,
    temporalAt,
    postgresAt,
    postgresLsn: databaseUrl === undefined ? null : (copy?.stopLsn ?? null),
    whileServing: databaseUrl !== undefined,
    bytes,
  };
  await writeFile(join(to, NOTE), `${JSON.stringify(note, null, 2)}\n`, { mode: 0o600 });
  return note;
}

async function copyPostgres(from: string, to: string, databaseUrl: string | undefined): Promise<PostgresCopy> {
  if (databaseUrl !== undefined) return await copyRunningPostgres(databaseUrl, from, to);
  return { stopLsn: '', bytes: await copyStoppedPostgres(from, to).catch(failedFor(from)) };
}

const failedFor = (path: string) => (error: NodeJS.ErrnoException) => {
  if (error.code === 'ENOENT' && error.path === path)
    throw new CannotStart(`There is nothing to back up: ${path} does not exist. \`npm start\` makes it.`);
  throw error;
};

/** Reads what a backup says of itself. Throws CannotStart for a directory that holds no whole backup. */
export async function readNote(from: string): Promise<BackupNote> {
  const text = await readFile(join(from, NOTE), 'utf8').catch(() => {
    throw new CannotStart(
      `${from} holds no whole backup: ${NOTE}, which is written last, is missing. Name the directory that \`npm run backup\` reported as complete.`,
    );
  });
  return JSON.parse(text) as BackupNote;
}

export interface RestoreOptions {
  readonly from: string;
  readonly dataDir: string;
  readonly stores?: readonly Store[];
  readonly say: (line: string) => void;
}

/**
 * Puts stores back from a backup. What stands in their place is moved to a directory beside, which it answers;
 * undefined: nothing stood there. Nobody may run on the data. A restore that was interrupted can be run again. Leaves a
 * note, so that the next start repairs before it serves.
 */
export async function restore({
  from,
  dataDir,
  stores = STORES,
  say,
}: RestoreOptions): Promise<{ readonly setAside: string | undefined }> {
  const note = await readNote(from);
  for (const store of stores)
    if ((store === 'postgres' ? note.postgresAt : note.temporalAt) === null)
      throw new CannotStart(`The backup in ${from} does not hold ${store}.`);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Before anything is moved: whatever is started after an interruption must be repaired too.
  await writeFile(restoredNote(dataDir), `${JSON.stringify({ from, stores, note })}\n`, { mode: 0o600 });
  const aside = join(dataDir, `before-restore-${new Date().toISOString().replaceAll(':', '-')}`);
  let moved = 0;
  for (const store of stores) {
    moved += await setAside(store, dataDir, aside);
    if (store === 'temporal') {
      for (const name of [TEMPORAL, logOf(TEMPORAL)]) await copyIfThere(join(from, name), join(dataDir, name));
      say(`Temporal's data is as of ${note.temporalAt}`);
    } else {
      await putPostgres(from, dataDir);
      say(`PostgreSQL's data is as of ${note.postgresAt}`);
    }
  }
  return { setAside: moved === 0 ? undefined : aside };
}

/** The file that says that a store was restored and the workflows are not repaired yet. */
export const restoredNote = (dataDir: string): string => join(dataDir, 'restored.json');

async function setAside(store: Store, dataDir: string, aside: string): Promise<number> {
  const names = store === 'temporal' ? sqliteFiles(TEMPORAL) : [POSTGRES, PASSWORD, DEV_KEY];
  let moved = 0;
  for (const name of names) {
    if ((await stat(join(dataDir, name)).catch(() => undefined)) === undefined) continue;
    await mkdir(aside, { recursive: true, mode: 0o700 });
    await rename(join(dataDir, name), join(aside, name));
    moved += 1;
  }
  return moved;
}

/** Copied under another name and then renamed, so that an interruption does not leave half a database. */
async function putPostgres(from: string, dataDir: string): Promise<void> {
  const [target, fresh] = [join(dataDir, POSTGRES), join(dataDir, `${POSTGRES}.restoring`)];
  await rm(fresh, { recursive: true, force: true });
  const owner = await ownerFor(target);
  await copyStoppedPostgres(join(from, POSTGRES), fresh);
  if (owner !== undefined) await giveTo(owner, fresh);
  for (const name of [PASSWORD, DEV_KEY]) await copyIfThere(join(from, name), join(dataDir, name));
  await rename(fresh, target);
}

async function giveTo(owner: Owner, path: string): Promise<void> {
  await chown(path, owner.uid, owner.gid);
  for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
    await chown(join(entry.parentPath ?? entry.path, entry.name), owner.uid, owner.gid);
}

async function makeEmpty(dir: string): Promise<void> {
  await mkdir(dirname(dir), { recursive: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if ((await readdir(dir)).length > 0)
    throw new CannotStart(`${dir} is not empty, and a backup overwrites nothing: name a new directory.`);
}

async function copyIfThere(from: string, to: string): Promise<void> {
  await copyFile(from, to).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

const BYTES_PER_MB = 1_000_000;
export const shown = (bytes: number): string => `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;
