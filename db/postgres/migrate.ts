import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Umzug, type UmzugStorage } from 'umzug';
import { projectDir } from '../../runtime/project-dir.ts';
import { connect } from './connect.ts';
import { indexBuiltBy, isConcurrent, readMigration } from './migration-file.ts';
import type { Sql } from './sql.ts';
import { inTransaction } from './transaction.ts';

/** The advisory lock of migrations. Any number works if every migrating process takes the same one. */
const MIGRATION_LOCK = 7_263_551;
const ASK_LOCK_AGAIN_MS = 200;

/**
 * How long a migration waits for a table's lock. While it waits, every later statement on the table waits behind it, so
 * callers wait this long at most, and then the migration lets them pass and tries again.
 */
const LOCK_WITHIN_MS = 1_000;
const LOCK_AGAIN_MS = 1_000;
const LOCK_TRIES = 120;
/** PostgreSQL's code for a lock that was not to be had within `lock_timeout`. */
const LOCK_NOT_AVAILABLE = '55P03';

interface MigrateOptions {
  /** The last migration to run, for tests of what comes after it; all of them if it is not named. */
  readonly to?: string;
  /** Told when a migration must wait for a lock, before it is tried again. */
  readonly onWait?: (line: string) => void;
}

/**
 * Brings the schema up to date and names the migrations that it applied. Two calls at once run one after the other. A
 * migration that does not get a lock within `LOCK_WITHIN_MS` is tried again for some minutes, and then fails whole.
 */
export async function migrate(
  databaseUrl: string,
  { to, onWait = () => undefined }: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const sql = connect(databaseUrl, { max: 1, purpose: 'migrating' });
  try {
    await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
    await takeLock(sql);
    const umzug = new Umzug({ migrations: await plainSqlFiles(sql, onWait), storage: storage(sql), logger: undefined });
    const applied = await umzug.up(to === undefined ? {} : { to });
    return { applied: applied.map(({ name }) => name) };
  } finally {
    await sql.end();
  }
}

/** Asks again and again instead of waiting in a statement, for which an index that is built concurrently would wait. */
async function takeLock(sql: Sql): Promise<void> {
  for (;;) {
    const [answer] = await sql<{ taken: boolean }[]>`select pg_try_advisory_lock(${MIGRATION_LOCK}) as taken`;
    if (answer?.taken) return;
    await sleep(ASK_LOCK_AGAIN_MS);
  }
}

/** Applies each file, and records that it was applied, in one transaction unless the file says that it cannot. */
async function plainSqlFiles(sql: Sql, onWait: (line: string) => void) {
  const folder = join(projectDir, 'db', 'migrations');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return names.map((name) => ({
    name,
    up: async () => {
      const migration = readMigration(await readFile(join(folder, name), 'utf8'));
      const patiently = (work: (transaction: Sql) => Promise<unknown>) =>
        withLocks(sql, work, () => onWait(waits(name)));
      if (migration.kind === 'statements') return await runOneByOne(sql, name, migration.statements, patiently);
      await patiently(async (transaction) => {
        await transaction.unsafe(migration.text);
        await transaction`insert into migrations (name) values (${name})`;
      });
    },
  }));
}

const waits = (name: string): string =>
  `${name} waits for a lock that others hold; it lets callers pass and tries again`;

/** Does the work in a transaction that gives up each lock which it does not get in time, and then tries it again. */
async function withLocks(sql: Sql, work: (transaction: Sql) => Promise<unknown>, onWait: () => void): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await inTransaction(sql, async (transaction) => {
        await transaction`select set_config('lock_timeout', ${`${LOCK_WITHIN_MS}ms`}, true)`;
        await work(transaction);
      });
      return;
    } catch (error) {
      if (!isLocked(error) || tries === LOCK_TRIES) throw error;
      onWait();
      await sleep(LOCK_AGAIN_MS);
    }
  }
}

const isLocked = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === LOCK_NOT_AVAILABLE;

/**
 * Each statement can be run again: if this process dies between two of them, the next one begins with the first. What
 * works concurrently waits for others without holding them up, so it has no limit.
 */
async function runOneByOne(
  sql: Sql,
  name: string,
  statements: readonly string[],
  patiently: (work: (transaction: Sql) => Promise<unknown>) => Promise<void>,
): Promise<void> {
  for (const statement of statements) {
    const index = indexBuiltBy(statement);
    if (index !== undefined) await dropIfUnfinished(sql, index);
    if (isConcurrent(statement)) await sql.unsafe(statement);
    else await patiently((transaction) => transaction.unsafe(statement));
  }
  await sql`insert into migrations (name) values (${name})`;
}

/** A build that was interrupted leaves an index that is kept up to date and never used; `if not exists` would keep it. */
async function dropIfUnfinished(sql: Sql, index: string): Promise<void> {
  const unfinished = await sql`
    select from pg_index join pg_class on pg_class.oid = indexrelid where relname = ${index} and not indisvalid`;
  if (unfinished.length > 0) await sql.unsafe(`drop index concurrently ${index}`);
}

const storage = (sql: Sql): UmzugStorage => ({
  logMigration: async () => undefined,
  unlogMigration: async () => {
    throw new Error('Migrations cannot be undone.');
  },
  executed: async () =>
    (await sql<{ name: string }[]>`select name from migrations order by name`).map(({ name }) => name),
});
