import type { Sql } from '../../db/postgres/sql.ts';

interface HeldTable {
  /** Gives the lock back. */
  readonly release: () => void;
  /** Undefined once the lock was given back; an error when its connection was lost before. */
  readonly ended: Promise<unknown>;
}

/** Locks a table in a transaction of its own; settles once the lock is held. `share` stops writers, not readers. */
export async function holdTable(sql: Sql, table: string, mode: 'share' | 'access exclusive'): Promise<HeldTable> {
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let onLocked = (): void => undefined;
  const locked = new Promise<void>((resolve) => {
    onLocked = resolve;
  });
  const ended = sql
    .begin(async (transaction) => {
      await transaction.unsafe(`lock table ${table} in ${mode} mode`);
      onLocked();
      await released;
    })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  const failure = await Promise.race([locked, ended]);
  if (failure !== undefined) throw failure;
  return { release, ended };
}
