import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import fc from 'fast-check';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import { TcpProxy } from '../connections/tcp-proxy.ts';

const databaseUrl = new URL(inject('databaseUrl'));
const place = { host: databaseUrl.hostname, port: Number(databaseUrl.port) };
const sql = connect(databaseUrl.href, { max: 2 });
afterAll(async () => {
  await sql.end();
});

const through = (port: number, search = ''): string => {
  const url = new URL(databaseUrl.href);
  url.port = String(port);
  url.search = search;
  return url.href;
};

describe('a serving connection', () => {
  test('gives up a statement that takes too long, and serves the next', async () => {
    const serving = connect(databaseUrl.href, { max: 1, purpose: 'serving' });
    await expect(serving`select pg_sleep(60)`).rejects.toMatchObject({ code: '57014' });
    expect(await serving`select 1 as one`).toEqual([{ one: 1 }]);
    await serving.end();
  }, 30_000);

  test('settles every statement when its server falls silent, and comes back by itself', async () => {
    const proxy = await TcpProxy.start(place);
    const serving = connect(through(proxy.port), { max: 3, purpose: 'serving' });
    await Promise.all(Array.from({ length: 9 }, () => serving`select pg_sleep(0.05)`));
    proxy.begin('halfOpen');
    const settled = await Promise.allSettled(Array.from({ length: 9 }, (_, n) => serving`select ${n}::int as n`));
    expect(new Set(settled.map(({ status }) => status))).toEqual(new Set(['rejected']));
    proxy.end();
    expect(await serving`select 1 as one`).toEqual([{ one: 1 }]);
    await serving.end();
    await proxy.stop();
  }, 60_000);

  // The driver alone leaves statements unsettled that come between the error and the end of a connection.
  test('settles every statement while its connections are reset again and again', async () => {
    const proxy = await TcpProxy.start(place);
    const serving = connect(through(proxy.port), { max: 4, purpose: 'serving' });
    let settled = 0;
    const until = performance.now() + 4_000;
    const caller = async (n: number) => {
      while (performance.now() < until) {
        await serving`select ${n}::int as n, ${['a', 'b']}::text[] as list`.catch(() => undefined);
        settled += 1;
        // Statements begin in every phase of the event loop.
        await (n % 2 === 0 ? new Promise((resolve) => setImmediate(resolve)) : undefined);
      }
    };
    const callers = Array.from({ length: 24 }, (_, n) => caller(n));
    const resets = setInterval(() => proxy.begin('reset'), 40);
    await Promise.all(callers);
    clearInterval(resets);
    proxy.end();
    expect(settled).toBeGreaterThan(24);
    const before = performance.now();
    expect(await Promise.all(Array.from({ length: 8 }, () => serving`select 1 as one`))).toHaveLength(8);
    // A start-up message that was not sent would cost five seconds.
    expect(performance.now() - before).toBeLessThan(4_500);
    await serving.end();
    await proxy.stop();
  }, 60_000);

  test('a server that accepts and closes at once fails a statement instead of being asked for ever', async () => {
    let accepted = 0;
    const server = createServer((socket) => {
      accepted += 1;
      socket.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const serving = connect(through(typeof address === 'object' && address !== null ? address.port : 0), { max: 1 });
    await expect(serving`select 1`).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    expect(accepted).toBe(1);
    await serving.end();
    server.close();
  });
});

describe('lists', () => {
  const texts = fc.array(fc.oneof(fc.string(), fc.constantFrom('NULL', 'null', '', ',', '"', '\\', '{}', ' a ')), {
    maxLength: 6,
  });

  test('come back as they went, whatever is in them', async () => {
    const clean = texts.map((list) => list.map((text) => text.replaceAll('\0', '')));
    await fc.assert(
      fc.asyncProperty(clean, fc.array(fc.integer({ min: -1_000, max: 1_000 })), async (list, numbers) => {
        const [row] = await sql`
          select ${list}::text[] as list, ${numbers}::int[] as numbers, array[${list[0] ?? null}::text, null] as nulls,
            array[true, false] as flags, coalesce(array_length(${list}::text[], 1), 0) as length`;
        expect(row).toEqual({
          list,
          numbers,
          nulls: [list[0] ?? null, null],
          flags: [true, false],
          length: list.length,
        });
      }),
      { numRuns: 200 },
    );
  });

  test('of no type that PostgreSQL was told are understood by their place', async () => {
    expect(await sql`select n from generate_series(1, 5) n where n = any(${[2, 4]}) order by n`).toEqual([
      { n: 2 },
      { n: 4 },
    ]);
  });
});

const hasOpenssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl)('TLS', () => {
  test.each([
    ['require', true],
    ['prefer', true],
    ['prefer', false],
  ])('sslmode=%s works where the server speaks it: %s', async (mode, speaksTls) => {
    const server = await tlsBefore(speaksTls);
    const secure = connect(through(server.port, `sslmode=${mode}`), { max: 2, purpose: 'serving' });
    expect(await secure`select ${'x'.repeat(100_000)} as text`).toEqual([{ text: 'x'.repeat(100_000) }]);
    expect(server.secured()).toBe(speaksTls);
    server.resetAll();
    await secure`select 1`.catch(() => undefined);
    expect(await secure`select 2 as two`).toEqual([{ two: 2 }]);
    await secure.end();
    server.stop();
  });

  test('sslmode=require refuses a server that does not speak it, sslmode=verify-full one that nobody vouches for', async () => {
    const plain = await tlsBefore(false);
    const required = connect(through(plain.port, 'sslmode=require'), { max: 1 });
    await expect(required`select 1`).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    await required.end();
    plain.stop();
    const own = await tlsBefore(true);
    const verified = connect(through(own.port, 'sslmode=verify-full'), { max: 1 });
    await expect(verified`select 1`).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await verified.end();
    own.stop();
  });

  /** What a PostgreSQL with a certificate of its own does at first, before the test's database. */
  async function tlsBefore(speaksTls: boolean) {
    const certificate = await ownCertificate();
    const sockets = new Set<Socket>();
    let isSecured = false;
    const server = createServer((client) => {
      sockets.add(client);
      client.on('error', () => undefined);
      client.once('data', () => {
        client.write(speaksTls ? 'S' : 'N');
        const stream = speaksTls ? new TLSSocket(client, { isServer: true, ...certificate }) : client;
        stream.on('error', () => undefined);
        const database = tcpConnect(place);
        database.on('error', () => undefined);
        stream.pipe(database).pipe(stream);
        client.once('close', () => database.destroy());
        isSecured = speaksTls;
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const resetAll = () => {
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
    };
    return {
      port: typeof address === 'object' && address !== null ? address.port : 0,
      secured: () => isSecured,
      resetAll,
      stop: () => {
        resetAll();
        server.close();
      },
    };
  }

  async function ownCertificate(): Promise<{ key: Buffer; cert: Buffer }> {
    const dir = await mkdtemp(join(tmpdir(), 'allot-tls-'));
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')];
    const about = ['-nodes', '-newkey', 'rsa:2048', '-subj', '/CN=localhost', '-days', '2'];
    execFileSync('openssl', ['req', '-x509', ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const read = { key: await readFile(key), cert: await readFile(cert) };
    await rm(dir, { recursive: true, force: true });
    return read;
  }
});
