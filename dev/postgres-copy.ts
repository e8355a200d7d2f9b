import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../db/postgres/connect.ts';

/** What PostgreSQL does not want in a copy: it belongs to the running server, or is made anew at the start. */
const LEFT_OUT = new Set(['postmaster.pid', 'postmaster.opts', 'pg_internal.init', 'backup_label', 'tablespace_map']);
const EMPTIED = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);
const WAL_DIR = 'pg_wal';
const WAL_FILE = /^[0-9A-F]{24}$/;
const SLOT = 'allot_backup';

export interface PostgresCopy {
  /** The position in the write-ahead log at which the copy is whole: the moment of the backup. */
  readonly stopLsn: string;
  readonly bytes: number;
}

interface Stopped {
  readonly lsn: string;
  readonly labelfile: string;
  readonly lastWal: string;
}

/**
 * Copies a running server's data directory to `to`, as PostgreSQL's low-level backup describes: the server is told that
 * a copy begins, the files are copied while it serves, and the log of what was written meanwhile comes last. The copy is
 * as of the end of the copying. A slot keeps the log until then, and goes with the session if this process dies.
 */
export async function copyRunningPostgres(databaseUrl: string, dataDir: string, to: string): Promise<PostgresCopy> {
  // One connection: the backup belongs to the session that began it.
  const sql = connect(databaseUrl, { max: 1, purpose: 'migrating' });
  try {
    await sql`select pg_create_physical_replication_slot(${SLOT}, true, true)`;
    const [started] = await sql<{ wal: string }[]>`
      select pg_walfile_name(pg_backup_start('allot', fast => true)) as wal`;
    const bytes = await copyTree(dataDir, to, true);
    const [stopped] = await sql<Stopped[]>`
      select lsn::text as lsn, labelfile, pg_walfile_name(lsn) as "lastWal" from pg_backup_stop(wait_for_archive => false)`;
    if (started === undefined || stopped === undefined) throw new TypeError('A select without from returns a row.');
    await writeFile(join(to, 'backup_label'), stopped.labelfile, { mode: 0o600 });
    const log = await copyLog(join(dataDir, WAL_DIR), join(to, WAL_DIR), started.wal, stopped.lastWal);
    return { stopLsn: stopped.lsn, bytes: bytes + log };
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Copies the data directory of a server that does not run. Answers the bytes. */
export const copyStoppedPostgres = (dataDir: string, to: string): Promise<number> => copyTree(dataDir, to, false);

/** `isServing`: leaves out what belongs to the running server, and takes files that vanish meanwhile for gone. */
async function copyTree(from: string, to: string, isServing: boolean): Promise<number> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  let bytes = 0;
  for (const entry of await readdir(from, { withFileTypes: true })) {
    if (entry.name === 'postmaster.pid' || (isServing && isLeftOut(entry.name))) continue;
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (isServing && EMPTIED.has(entry.name)) await mkdir(target, { mode: 0o700 });
      else bytes += await copyTree(source, target, isServing);
    } else bytes += await copyOne(source, target, isServing);
  }
  return bytes;
}

const isLeftOut = (name: string): boolean => LEFT_OUT.has(name) || name.startsWith('pgsql_tmp');

async function copyOne(source: string, target: string, mayVanish: boolean): Promise<number> {
  try {
    await copyFile(source, target, constants.COPYFILE_FICLONE);
    return (await stat(target)).size;
  } catch (error) {
    if (mayVanish && (error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

/** The segments of the write-ahead log from the first to the last. Their names sort as they were written. */
async function copyLog(from: string, to: string, first: string, last: string): Promise<number> {
  await mkdir(join(to, 'archive_status'), { recursive: true, mode: 0o700 });
  const segments = (await readdir(from)).filter((name) => WAL_FILE.test(name) && name >= first && name <= last).sort();
  if (segments[0] !== first || segments.at(-1) !== last)
    throw new Error(`The write-ahead log from ${first} to ${last} is not complete in ${from}.`);
  let bytes = 0;
  for (const name of segments) bytes += await copyOne(join(from, name), join(to, name), false);
  return bytes;
}
