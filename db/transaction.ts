import type { Sql } from './connect.ts';

/**
 * Runs `work` in one transaction on a connection of its own. Not the driver's `begin`: when the connection is lost before
 * the commit, that one writes to a socket that is gone and ends the process.
 */
export async function inTransaction<Result>(sql: Sql, work: (transaction: Sql) => Promise<Result>): Promise<Result> {
  const connection = await sql.reserve();
  try {
    await connection`begin`;
    const result = await work(connection);
    await connection`commit`;
    return result;
  } catch (error) {
    await connection`rollback`.catch(() => undefined);
    throw error;
  } finally {
    connection.release();
  }
}
