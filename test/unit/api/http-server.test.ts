import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpServer } from '../../../api/http/http-server.ts';
import { listenOnLoopback } from '../../../dev/listening.ts';

/** What nginx, HAProxy and the load balancers of the large clouds keep a connection for, unless told otherwise. */
const PROXIES_KEEP_SECONDS = 60;
/** By how much a busy client may be late when it closes a connection, or sends on one. */
const LATEST_SECONDS = 10;

let server: Server;
let port: number;
let agent: Agent;
beforeEach(async () => {
  server = createHttpServer((_request, response) => response.end('here'));
  port = await listenOnLoopback(server);
  agent = new Agent({ keepAlive: true, maxSockets: 1 });
});
afterEach(() => {
  agent.destroy();
  server.close();
});

async function ask(): Promise<IncomingMessage> {
  const [response] = (await once(get({ host: '127.0.0.1', port, agent }), 'response')) as [IncomingMessage];
  await once(response.resume(), 'end');
  return response;
}

test('a client is told to close a connection that waits, later than proxies do and well before the server does', async () => {
  const { headers } = await ask();
  const [, seconds] = /^timeout=(\d+)$/.exec(String(headers['keep-alive'])) ?? [];
  expect(Number(seconds)).toBeGreaterThan(PROXIES_KEEP_SECONDS);
  expect(server.keepAliveTimeout / 1_000 - Number(seconds)).toBeGreaterThanOrEqual(LATEST_SECONDS);
});

test('a connection that closes after the answer is not said to be kept', async () => {
  agent.destroy();
  agent = new Agent({ keepAlive: false });
  expect((await ask()).headers).toMatchObject({ connection: 'close' });
  expect((await ask()).headers).not.toHaveProperty('keep-alive');
});

test('a connection may wait longer for its next request than the headers of one may take', async () => {
  server.headersTimeout = 100;
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  await ask();
  // The server looks for slow headers every second.
  await sleep(2_500);
  expect((await ask()).statusCode).toBe(200);
  expect(connections).toBe(1);
});
