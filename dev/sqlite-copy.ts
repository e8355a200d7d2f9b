import { constants } from 'node:fs';
import { copyFile, open, rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** SQLite's write-ahead log begins with this many bytes, which change whenever the log begins anew. */
const LOG_HEADER_BYTES = 32;
const TRIES = 40;
const TRY_AGAIN_MS = 150;

export const logOf = (file: string): string => `${file}-wal`;
const indexOf = (file: string): string => `${file}-shm`;

/**
 * Copies a SQLite database in write-ahead mode while other processes write to it. The copy holds everything that was
 * committed when the log was copied, and opens like the file of a process that was killed.
 *
 * The file changes only when pages move into it from the log, and they stay in the log until the log begins anew. So the
 * file is copied first and the log after it: whatever the copy of the file has of a later moment, or has torn, the copy
 * of the log has whole. If the log began anew in between, its header differs and both are copied again. Throws when that
 * happens at every try.
 */
export async function copySqlite(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const before = await headerOf(logOf(from));
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await copyLog(from, to);
    const after = await headerOf(logOf(from));
    if (before.equals(after)) return;
    if (tries === TRIES)
      throw new Error(`${from} is written to faster than it can be copied. Try again when there is less to do.`);
    await sleep(TRY_AGAIN_MS);
  }
}

async function copyLog(from: string, to: string): Promise<void> {
  await rm(logOf(to), { force: true });
  await copyFile(logOf(from), logOf(to), constants.COPYFILE_FICLONE).catch((error: NodeJS.ErrnoException) => {
    // A server that stopped in an orderly way leaves no log.
    if (error.code !== 'ENOENT') throw error;
  });
}

async function headerOf(file: string): Promise<Buffer> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return Buffer.alloc(0);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(LOG_HEADER_BYTES), 0, LOG_HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Bytes of the database with its log. */
export async function sizeOfSqlite(file: string): Promise<number> {
  const sizes = await Promise.all(
    [file, logOf(file)].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** The database's file and those that SQLite keeps beside it. */
export const sqliteFiles = (file: string): readonly string[] => [file, logOf(file), indexOf(file)];
