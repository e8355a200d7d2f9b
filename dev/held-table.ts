import type { Sql } from '../db/postgres/sql.ts';
import { inTransaction } from '../db/postgres/transaction.ts';

interface HeldTable {
  /** Gives the lock back. */
  readonly release: () => void;
  /** Settles after `release`: undefined when the lock was held until then, an error when its connection was lost. */
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
  // The driver's own `begin` writes to a connection that is lost meanwhile, which ends the process.
  const ended = inTransaction(sql, async (transaction) => {
    await transaction.unsafe(`lock table ${table} in ${mode} mode`);
    onLocked();
    await released;
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
  const failure = await Promise.race([locked, ended]);
  if (failure !== undefined) throw failure;
  return { release, ended };
}
