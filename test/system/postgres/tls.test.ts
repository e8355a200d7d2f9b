import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { listenOnLoopback } from '../../../dev/listening.ts';
import { databaseServer, databaseThrough, LOST_CONNECTION } from '../../support/database-addresses.ts';
import { ownCertificate } from '../../support/own-certificate.ts';

describe('TLS', () => {
  test.each([
    ['require', true],
    ['prefer', true],
    ['prefer', false],
  ])('works with sslmode=%s when the server speaks it: %s', async (mode, speaksTls) => {
    const server = await tlsBefore(speaksTls);
    const secure = connect(databaseThrough(server.port, `sslmode=${mode}`), { max: 2, purpose: 'serving' });
    expect(await secure`select ${'x'.repeat(100_000)} as text`).toEqual([{ text: 'x'.repeat(100_000) }]);
    expect(server.secured()).toBe(speaksTls);
    server.resetAll();
    // The connection that was reset may fail one statement; the next one gets a new connection.
    await secure`select 1`.catch((error: { code?: string }) => expect(LOST_CONNECTION).toContain(error.code));
    expect(await secure`select 2 as two`).toEqual([{ two: 2 }]);
    await secure.end();
    server.stop();
  });

  test('is required by sslmode=require, and must have a trusted certificate with sslmode=verify-full', async () => {
    const plain = await tlsBefore(false);
    const required = connect(databaseThrough(plain.port, 'sslmode=require'), { max: 1 });
    await expect(required`select 1`).rejects.toMatchObject({ code: 'CONNECT_FAILED' });
    await required.end();
    plain.stop();
    const own = await tlsBefore(true);
    const verified = connect(databaseThrough(own.port, 'sslmode=verify-full'), { max: 1 });
    await expect(verified`select 1`).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await verified.end();
    own.stop();
  });

  /** What a PostgreSQL with a certificate of its own does at first, before the test's database. */
  async function tlsBefore(speaksTls: boolean) {
    const certificate = ownCertificate();
    const sockets = new Set<Socket>();
    let isSecured = false;
    const server = createServer((client) => {
      sockets.add(client);
      client.on('error', () => undefined);
      client.once('data', () => {
        client.write(speaksTls ? 'S' : 'N');
        const stream = speaksTls ? new TLSSocket(client, { isServer: true, ...certificate }) : client;
        stream.on('error', () => undefined);
        const database = tcpConnect(databaseServer);
        database.on('error', () => undefined);
        stream.pipe(database).pipe(stream);
        client.once('close', () => database.destroy());
        isSecured = speaksTls;
      });
    });
    const port = await listenOnLoopback(server);
    const resetAll = () => {
      for (const socket of sockets) socket.resetAndDestroy();
      sockets.clear();
    };
    return {
      port,
      secured: () => isSecured,
      resetAll,
      stop: () => {
        resetAll();
        server.close();
      },
    };
  }
});
