import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject, test } from 'vitest';
import { connect, type Sql } from '../../db/connect.ts';
import { inTransaction } from '../../db/transaction.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });
const other = connect(inject('databaseUrl'), { max: 1 });
afterAll(async () => {
  await Promise.all([sql.end(), other.end()]);
});

/** Ends the transaction's connection from outside. */
async function loser(tx: Sql): Promise<() => Promise<unknown>> {
  const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return async () => await other`select pg_terminate_backend(${own?.pid ?? 0}, 5000)`;
}

/** The driver tells the first one that comes after it why the connection was lost. */
async function isWellAgain(): Promise<void> {
  await sql`select 1`.catch(() => undefined);
  for (let round = 0; round < 5; round++) expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
}

// Where the driver writes to the socket that is gone, the process of the test ends.
test('a connection that is lost in the midst of a statement fails the transaction alone', async () => {
  const lost = inTransaction(sql, async (tx) => {
    const lose = await loser(tx);
    const sleeping = tx`select pg_sleep(20)`;
    await Promise.all([sleeping, sleep(100).then(lose)]);
  });
  await expect(lost).rejects.toThrow();
  await isWellAgain();
});

test('one that is lost while the work throws, too', async () => {
  const lost = inTransaction(sql, async (tx) => {
    await (await loser(tx))();
    await sleep(200);
    throw new Error('its own');
  });
  await expect(lost).rejects.toThrow('its own');
  await isWellAgain();
});

test('what threw is undone, what returned is there, and the connection serves the next', async () => {
  const name = 'transaction-test';
  const write = async (tx: Sql) => {
    await tx`insert into migrations (name) values (${name})`;
  };
  await expect(
    inTransaction(sql, async (tx) => {
      await write(tx);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  expect(await sql`select from migrations where name = ${name}`).toHaveLength(0);
  await inTransaction(sql, write);
  expect(await sql`delete from migrations where name = ${name} returning name`).toHaveLength(1);
});
