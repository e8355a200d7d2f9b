import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { inTransaction } from '../../../db/postgres/transaction.ts';
import { freePort } from '../../../dev/free-port.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });
/** The server's own last words (57P01: terminated by an administrator), or the driver's when those were lost. */
const CONNECTION_LOST = expect.stringMatching(/^(57P01|CONNECTION_CLOSED|CONNECTION_ENDED)$/);
const other = connect(inject('databaseUrl'), { max: 1 });
afterAll(async () => {
  await Promise.all([sql.end(), other.end()]);
});

/** Ends the transaction's connection from outside. */
async function loser(tx: Sql): Promise<() => Promise<unknown>> {
  const [own] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return async () => await other`select pg_terminate_backend(${own?.pid ?? 0}, 5000)`;
}

async function isWell(): Promise<void> {
  const one = (from: Sql) => from`select 1 as one`;
  for (let round = 0; round < 5; round++)
    expect([await one(sql), await inTransaction(sql, one)]).toEqual([[{ one: 1 }], [{ one: 1 }]]);
}

// Where the driver writes to the socket that is gone, the process of the test ends.
test('a connection lost during a statement fails only its transaction', async () => {
  const lost = inTransaction(sql, async (tx) => {
    const lose = await loser(tx);
    const sleeping = tx`select pg_sleep(20)`;
    await Promise.all([sleeping, sleep(100).then(lose)]);
  });
  await expect(lost).rejects.toMatchObject({ code: CONNECTION_LOST });
  await isWell();
});

test('a connection lost while the work throws fails only its transaction', async () => {
  const lost = inTransaction(sql, async (tx) => {
    await (await loser(tx))();
    await sleep(200);
    throw new Error('its own');
  });
  await expect(lost).rejects.toThrow('its own');
  await isWell();
});

test('nothing is written after the connection is lost, whatever the work waited for', async () => {
  const lost = inTransaction(sql, async (tx) => {
    await (await loser(tx))();
    await sleep(200);
    await tx`insert into migrations (name) values ('outside-of-its-transaction')`;
  });
  await expect(lost).rejects.toMatchObject({ code: CONNECTION_LOST });
  expect(await sql`select from migrations where name = 'outside-of-its-transaction'`).toHaveLength(0);
  await isWell();
});

test('more transactions than connections wait for each other, also behind failing ones', async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) =>
      inTransaction(sql, async (tx) => {
        await tx`select pg_sleep(0.01)`;
        if (n % 3 === 0) throw new Error('its own');
        return n;
      }),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(26);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.message] : []));
  expect(failures).toEqual(Array(14).fill('its own'));
  await isWell();
});

test('without a server transactions fail, and no connection is made later without need', async () => {
  const port = await freePort();
  const away = new URL(inject('databaseUrl'));
  away.port = String(port);
  const nowhere = connect(away.href, { max: 1 });
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let round = 0; round < 5; round++)
        await expect(inTransaction(nowhere, (tx) => tx`select 1`)).rejects.toThrow(/ECONNREFUSED/);
    }),
  );
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket)).listen(port, '127.0.0.1');
  await sleep(1_500);
  expect(accepted).toEqual([]);
  server.close();
  await nowhere.end();
});

test('a statement whose error is ignored still fails the transaction', async () => {
  const passedOver = inTransaction(sql, async (tx) => {
    await tx`select 1 / 0`.catch(() => undefined);
  });
  await expect(passedOver).rejects.toThrow('nothing is written');
  await isWell();
});

test('after the end no transaction begins, and those under way finish', async () => {
  const own = connect(inject('databaseUrl'), { max: 1 });
  const underWay = inTransaction(own, async (tx) => {
    await tx`select pg_sleep(0.2)`;
    return await tx`select 2 as two`;
  });
  await sleep(50);
  const ending = own.end();
  await expect(inTransaction(own, (tx) => tx`select 1`)).rejects.toMatchObject({ code: 'CONNECTION_ENDED' });
  expect(await underWay).toEqual([{ two: 2 }]);
  await ending;
});

test('work that throws is rolled back, work that returns is committed, and the connection is used again', async () => {
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
