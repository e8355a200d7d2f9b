import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import { freePort } from '../../dev/free-port.ts';
import { holdTable } from '../../dev/held-table.ts';
import { startProcess } from '../../dev/stack.ts';
import { distDir } from '../../runtime/project-dir.ts';
import { until } from '../support/waiting.ts';

/** Longer than it takes, and far shorter than a kept-alive connection lasts that nobody closes. */
const ENDS_WITHIN_MS = 3_000;

let sql: Sql;
let agent: Agent;
beforeAll(() => {
  sql = connect(inject('databaseUrl'), { max: 2 });
  agent = new Agent({ keepAlive: true });
});
afterAll(async () => {
  agent.destroy();
  await sql.end();
});

const anApi = () =>
  startProcess('api', { DATABASE_URL: inject('databaseUrl'), TEMPORAL_ADDRESS: inject('temporalAddress') });

const ask = (port: number | undefined, path: string) =>
  new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${inject('apiKey')}` };
    get({ host: '127.0.0.1', port, path, agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).once('error', reject);
  });

test('a stopping API answers the requests under way and then ends, even if callers keep connections open', async () => {
  const api = await anApi();
  await Promise.all(Array.from({ length: 5 }, () => ask(api.port, '/v1/settings')));
  const products = await holdTable(sql, 'products', 'access exclusive');
  const underWay = ask(api.port, '/v1/products');
  await until('the request waits', 60_000, async () => {
    const waiting = await sql`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%products%'`;
    return waiting.length > 0 ? true : undefined;
  });
  api.kill('SIGTERM');
  await sleep(300);
  products.release();
  expect(await products.ended).toBeUndefined();
  expect(await underWay).toBe(200);
  const answeredAt = performance.now();
  expect(await api.exited).toBe('exit code 0');
  expect(performance.now() - answeredAt).toBeLessThan(ENDS_WITHIN_MS);
}, 300_000);

test('an API starts without Temporal and PostgreSQL, reports that it is not ready, and stops when told to', async () => {
  const env = { DATABASE_URL: 'postgres://nobody:none@127.0.0.1:1/none', TEMPORAL_ADDRESS: '127.0.0.1:1' };
  const api = await startProcess('api', env);
  const ready = await fetch(`http://127.0.0.1:${api.port}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toEqual({
    status: 'not ready',
    checks: { database: 'no answer', temporal: 'no answer', worker: 'no answer', payloadKeys: 'ok' },
  });
  await api.stop();
  expect(await api.exited).toBe('exit code 0');
}, 300_000);

test.each(['worker', 'api'])(
  '%s: a process whose parent goes away while it starts ends by itself',
  async (part) => {
    const child = spawn(process.execPath, [join(distDir, 'bin', `${part}.js`)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env: {
        ...process.env,
        DATABASE_URL: inject('databaseUrl'),
        TEMPORAL_ADDRESS: inject('temporalAddress'),
        PORT: String(await freePort()),
      },
    });
    try {
      const ended = once(child, 'exit', { signal: AbortSignal.timeout(50_000) });
      // Long before its own code runs.
      child.disconnect();
      expect(await ended).toEqual([0, null]);
    } finally {
      child.kill('SIGKILL');
    }
  },
  300_000,
);
