import type { ReservedSql } from 'postgres';
import type { Sql } from './connect.ts';

/**
 * Runs `work` in one transaction on a connection of its own; `work` waits for nothing but its statements. Rejects with what
 * `work` threw, and with the driver's error when the connection is lost: then nothing is written.
 *
 * Not the driver's `begin`, nor its `release` of a connection that was lost on the way: both go on to write to a socket that
 * is gone, outside of any promise, and so end the process (porsager/postgres, issues 1154 and 1208).
 */
export async function inTransaction<Result>(sql: Sql, work: (transaction: Sql) => Promise<Result>): Promise<Result> {
  const connection = await sql.reserve();
  const life = await begun(connection);
  try {
    const result = await work(connection);
    await connection`commit`;
    return result;
  } catch (error) {
    if (!life.isLost) await connection`rollback`.catch(() => undefined);
    throw error;
  } finally {
    end(connection, life);
  }
}

/** What the driver hands to whoever executes: its own connection, which tells its end. Beyond the driver's types, as its `begin` uses it. */
interface DriverConnection {
  onclose: (() => void) | null;
}

interface Life {
  isLost: boolean;
  /** Hears no more of the connection, which serves others from now on. */
  forget(): void;
}

/** Begins, and watches the connection from then on. */
async function begun(connection: ReservedSql): Promise<Life> {
  const life: Life = { isLost: false, forget: () => undefined };
  const onexecute = (own: DriverConnection): true => {
    own.onclose = () => {
      life.isLost = true;
    };
    life.forget = () => {
      own.onclose = null;
    };
    return true;
  };
  try {
    await connection.unsafe('begin', [], { onexecute } as object);
  } catch (error) {
    end(connection, life);
    throw error;
  }
  return life;
}

/** The driver puts a lost connection back where it opens it anew. */
function end(connection: ReservedSql, life: Life): void {
  life.forget();
  if (!life.isLost) connection.release();
}
