import { createServer } from 'node:net';
import { describe, expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { listenOnLoopback } from '../../../dev/listening.ts';
import { TcpProxy } from '../../../dev/tcp-proxy.ts';
import { databaseServer, databaseThrough, LOST_CONNECTION } from '../../support/database-addresses.ts';
import { soon } from '../../support/waiting.ts';

describe('a serving connection', () => {
  test('gives up a statement that takes too long and runs the next one', async () => {
    const serving = connect(inject('databaseUrl'), { max: 1, purpose: 'serving' });
    await expect(serving`select pg_sleep(60)`).rejects.toMatchObject({ code: '57014' });
    expect(await serving`select 1 as one`).toEqual([{ one: 1 }]);
    await serving.end();
  }, 30_000);

  test('settles every statement when its server stops answering, and recovers by itself', async () => {
    const proxy = await TcpProxy.start(databaseServer);
    const serving = connect(databaseThrough(proxy.port), { max: 3, purpose: 'serving' });
    await Promise.all(Array.from({ length: 9 }, () => serving`select pg_sleep(0.05)`));
    proxy.begin('halfOpen');
    const settled = await Promise.allSettled(Array.from({ length: 9 }, (_, n) => serving`select ${n}::int as n`));
    const codes = settled.map((one) => (one.status === 'rejected' ? one.reason.code : 'answered'));
    expect(codes.filter((code) => !LOST_CONNECTION.has(code))).toEqual([]);
    proxy.end();
    expect(await serving`select 1 as one`).toEqual([{ one: 1 }]);
    await serving.end();
    await proxy.stop();
  }, 300_000);

  // The driver alone leaves statements unsettled that come between the error and the end of a connection.
  test('settles every statement while its connections are reset again and again', async () => {
    const proxy = await TcpProxy.start(databaseServer);
    const serving = connect(databaseThrough(proxy.port), { max: 4, purpose: 'serving' });
    let answered = 0;
    const failures = new Set<string>();
    const until = performance.now() + 4_000;
    const caller = async (n: number) => {
      while (performance.now() < until) {
        await serving`select ${n}::int as n, ${['a', 'b']}::text[] as list`.then(
          () => {
            answered += 1;
          },
          (error: { code?: string }) => failures.add(error.code ?? String(error)),
        );
        // Statements begin in every phase of the event loop.
        await (n % 2 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
      }
    };
    const callers = Array.from({ length: 24 }, (_, n) => caller(n));
    const resets = setInterval(() => proxy.begin('reset'), 40);
    await Promise.all(callers);
    clearInterval(resets);
    proxy.end();
    expect(answered).toBeGreaterThan(5);
    // A statement that fails does so because of its connection, never for another reason.
    expect([...failures].filter((code) => !LOST_CONNECTION.has(code))).toEqual([]);
    expect(failures.size).toBeGreaterThan(0);
    const before = performance.now();
    // The last reset may still close a connection under the first statements after it.
    await soon(async () =>
      expect(await Promise.all(Array.from({ length: 8 }, () => serving`select 1 as one`))).toHaveLength(8),
    );
    // A start-up message that was not sent would cost five seconds.
    expect(performance.now() - before).toBeLessThan(4_500);
    await serving.end();
    await proxy.stop();
  }, 300_000);

  test('fails a statement when the server closes each connection at once, instead of retrying forever', async () => {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted += 1;
      socket.end();
    });
    const serving = connect(databaseThrough(await listenOnLoopback(server)), { max: 1 });
    await expect(serving`select 1`).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    expect(accepted).toBe(1);
    await serving.end();
    server.close();
  });
});
