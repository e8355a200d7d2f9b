import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { type NodeProcess, startProcess } from '../../../dev/node-process.ts';
import { aCustomer, ask, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';

/** Writes bytes to an API and reads what comes back until the connection ends, or until `isEnough`. */
async function exchange(
  apiUrl: string,
  bytes: string,
  isEnough: (received: string) => boolean = () => false,
): Promise<{ received: string; seconds: number }> {
  const { hostname, port } = new URL(apiUrl);
  const begun = performance.now();
  const socket = connectTcp({ host: hostname, port: Number(port) });
  let received = '';
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      received += chunk.toString();
      if (isEnough(received)) socket.destroy();
    });
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.write(bytes);
  });
  return { received, seconds: (performance.now() - begun) / 1_000 };
}

const headers = (more: string) =>
  `POST /v1/cases HTTP/1.1\r\nHost: allot\r\nAuthorization: Bearer ${inject('apiKey')}\r\n` +
  `Content-Type: application/json\r\n${more}\r\n\r\n`;

/** Two requests that never end. Sent first and looked at last, because the API waits half a minute for them. */
let endless: Promise<{ received: string; seconds: number }[]>;
beforeAll(() => {
  endless = Promise.all([
    exchange(inject('apiUrl'), 'GET /v1/settings HTTP/1.1\r\nHost: allot\r\n'),
    exchange(inject('apiUrl'), `${headers('Content-Length: 100')}{"id":`),
  ]);
});

describe('methods', () => {
  test.each([
    ['DELETE', '/v1/customers/someone', 'GET, HEAD, PUT'],
    ['PUT', '/v1/entitlements', 'GET, HEAD, POST'],
    ['GET', '/v1/case-events', 'POST'],
    ['PROPFIND', '/v1/settings', 'GET, HEAD, PUT'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
  ])('%s %s is 405, and Allow says what is served there', async (method, path, allow) => {
    const { status, headers: answered, body } = await ask<ProblemView>(method, path);
    expect([status, body.code, answered.get('allow')]).toEqual([405, 'validation_failed', allow]);
    expect(answered.get('content-type')).toContain('application/problem+json');
  });

  test('every route of the contract refuses a method that it does not have', async () => {
    const { paths } = (await ask<{ paths: Record<string, object> }>('GET', '/openapi.json')).body;
    for (const [path, methods] of Object.entries(paths)) {
      const { status, headers: answered } = await ask('PROPFIND', path.replace('{id}', 'some-id'));
      expect([path, status]).toEqual([path, 405]);
      for (const method of Object.keys(methods)) expect(answered.get('allow')).toContain(method.toUpperCase());
    }
  });

  test('OPTIONS says the same, and an unknown path stays unknown', async () => {
    const options = await fetch(`${inject('apiUrl')}/v1/settings`, {
      method: 'OPTIONS',
      headers: { authorization: `Bearer ${inject('apiKey')}` },
    });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, HEAD, PUT']);
    expect((await ask('DELETE', '/v1/nothing')).status).toBe(404);
  });
});

describe('sizes and times', () => {
  test('a body that says that it has 5 GB is refused at once', async () => {
    const { received, seconds } = await exchange(
      inject('apiUrl'),
      `${headers('Content-Length: 5000000000')}{"`,
      (text) => text.includes('validation_failed'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received).toContain('application/problem+json');
    expect(seconds).toBeLessThan(5);
  });

  test('a body without a length is refused as soon as it is too large, not when it ends', async () => {
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    const { received } = await exchange(
      inject('apiUrl'),
      headers('Transfer-Encoding: chunked') + chunk.repeat(20),
      (text) => text.includes('validation_failed'),
    );
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('headers of more than 16 kB are 431 as problem details', async () => {
    const { status, body } = await ask<ProblemView>('GET', '/v1/settings', undefined, {
      headers: { 'x-long': 'x'.repeat(20_000) },
    });
    expect([status, body.code]).toEqual([431, 'validation_failed']);
  });

  test('what is not HTTP gets problem details too', async () => {
    const { received } = await exchange(inject('apiUrl'), 'HELLO\r\n\r\n');
    expect(received).toMatch(/^HTTP\/1\.1 400 /);
    expect(received).toContain('"code":"validation_failed"');
  });

  test('a body with 60,000 unknown fields is answered with the first twenty and how many more', async () => {
    const unknown = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`u${n}`, n]));
    const { status, body } = await ask<ProblemView>('POST', '/v1/cases', { id: unique('case'), ...unknown });
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(20);
    expect(body.detail).toMatch(/and 59,?998 more, the first 20 are in errors/);
    expect(JSON.stringify(body).length).toBeLessThan(5_000);
  });

  test('the name of an unknown field is told in part when it is long', async () => {
    const { body } = await ask<ProblemView>('POST', '/v1/cases', { ['x'.repeat(500_000)]: 1 });
    expect(JSON.stringify(body).length).toBeLessThan(5_000);
  });
});

test('no answer under /v1 may be stored, be it a success or a refusal', async () => {
  const answers = await Promise.all([
    ask('GET', '/v1/settings'),
    ask('GET', '/v1/settings', undefined, as('allot_wrong')),
    ask('GET', '/v1/customers/nobody'),
    ask('GET', '/v1/nothing'),
    ask('DELETE', '/v1/settings'),
    ask('POST', '/v1/cases', '{'),
    ask('POST', '/v1/cases', JSON.stringify({ title: 'x'.repeat(2_000_000) })),
  ]);
  expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 404, 405, 400, 413]);
  for (const { headers: answered } of answers) expect(answered.get('cache-control')).toBe('no-store');
});

test('/docs keeps no keys, and serves no more of its package than the page names', async () => {
  const get = (path: string) => fetch(inject('apiUrl') + path);
  expect(await (await get('/docs/start.js')).text()).toContain('persistAuthorization: false');
  for (const file of [
    'package.json',
    'swagger-ui.js',
    'swagger-ui-bundle.js.map',
    'index.html',
    'oauth2-redirect.html',
  ])
    expect([file, (await get(`/docs/${file}`)).status]).toEqual([file, 404]);
});

describe('ids in paths and parameters of queries', () => {
  test.each(['a%20b', '%00', 'a%2Fb', 'x'.repeat(201), '%F0%9F%98%80'])(
    'the id %s breaks the rule: 400 with the rule, whatever the route',
    async (id) => {
      const calls: [string, string, unknown?][] = [
        ['GET', `/v1/customers/${id}`],
        ['PUT', `/v1/contacts/${id}`, { nothing: 1 }],
        ['POST', `/v1/entitlements/${id}/activate`],
        ['GET', `/v1/entitlements/${id}/ledger`],
        ['PATCH', `/v1/cases/${id}`, {}],
        ['DELETE', `/v1/templates/${id}`],
        ['GET', `/v1/renewals/${id}`],
        ['POST', `/v1/webhooks/${id}/rotate`, {}],
      ];
      for (const [method, path, body] of calls) {
        const { status, body: told } = await ask<ProblemView>(method, path, body);
        expect([method, path, status, told.code]).toEqual([method, path, 400, 'validation_failed']);
        expect(told.detail).toContain('must have 1 to 200 characters from');
        expect(told.errors?.[0]?.field).toBe('id');
      }
    },
  );

  test.each([
    ['/v1/customers?limit=5&limit=6', 'limit'],
    ['/v1/entitlements?customerId=a&customerId=b', 'customerId'],
    ['/v1/audit?since=2027-01-01T00:00:00Z&since=2027-01-01T00:00:00Z', 'since'],
    ['/v1/reports/utilisation?since=2027-01-01&since=2027-01-02', 'since'],
    ['/v1/cases?unknown=1&unknown=2', 'unknown'],
  ])('%s: %s is given twice', async (path, field) => {
    const { status, body } = await ask<ProblemView>('GET', path);
    expect([status, body.errors]).toEqual([400, [{ field, message: 'is given twice: give it once' }]]);
  });
});

describe('limits of requests and of failed authentications', () => {
  let api: NodeProcess;
  let apiUrl: string;
  beforeAll(async () => {
    api = await startProcess('api', {
      DATABASE_URL: inject('databaseUrl'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      ALLOT_REQUESTS_PER_MINUTE: '40',
      ALLOT_FAILED_LOGINS_PER_ADDRESS: '30',
      ALLOT_FAILED_LOGINS_PER_KEY: '10',
      ALLOT_TRUST_PROXY: '1',
    });
    apiUrl = `http://127.0.0.1:${api.port}`;
  });
  afterAll(async () => {
    await api?.stop();
  });

  const asking = async (key: string, address: string, path = '/v1/settings', method = 'GET') => {
    const response = await fetch(apiUrl + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as ProblemView };
  };
  const statuses = async (count: number, one: (n: number) => Promise<{ status: number }>) => {
    const seen: number[] = [];
    for (let n = 0; n < count; n += 1) seen.push((await one(n)).status);
    return seen;
  };
  const counted = async (code: string): Promise<number> => {
    const text = await (await fetch(`${apiUrl}/metrics`)).text();
    return Number(new RegExp(`allot_access_refused_total\\{code="${code}"\\} (\\d+)`).exec(text)?.[1] ?? 0);
  };

  test('a key that asks too often is refused with Retry-After, and others go on', async () => {
    const [busy, calm] = [await aKey('viewer'), await aKey('viewer')];
    expect(await statuses(40, () => asking(busy.key, '192.0.2.1'))).toEqual(Array(40).fill(200));
    const { status, headers: answered, body } = await asking(busy.key, '192.0.2.2');
    expect([status, body.code, body.status]).toEqual([429, 'rate_limited', 429]);
    expect(Number(answered.get('retry-after'))).toBeGreaterThan(0);
    expect(answered.get('ratelimit')).toContain('"requests"; r=0');
    expect(answered.get('ratelimit-policy')).toContain('q=40; w=60');
    expect((await asking(calm.key, '192.0.2.1')).status).toBe(200);
    expect(await counted('rate_limited')).toBeGreaterThan(0);
  });

  test('wrong keys of one address are refused unread after thirty; a key that works there goes on', async () => {
    const { key } = await aKey('viewer');
    const address = '192.0.2.10';
    expect((await asking(key, address)).status).toBe(200);
    const seen = await statuses(40, (n) => asking(`${n}-wrong-${unique('key')}`, address));
    expect(seen).toEqual([...Array(30).fill(401), ...Array(10).fill(429)]);
    expect((await asking(key, address)).status).toBe(200);
    expect((await asking('another-wrong-key', '192.0.2.11')).status).toBe(401);
    const { headers: answered } = await asking('a-wrong-key', address);
    expect(Number(answered.get('retry-after'))).toBeGreaterThan(0);
  });

  test('wrong keys that begin alike are refused after ten, from whatever address', async () => {
    const prefix = unique('p').padEnd(12, 'x').slice(0, 12);
    const seen = await statuses(15, (n) => asking(`${prefix}-${n}`, `192.0.2.${100 + n}`));
    expect(seen).toEqual([...Array(10).fill(401), ...Array(5).fill(429)]);
  });

  test('what is refused is counted, and logged without the key', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'allot-log-'));
    const logFile = join(dir, 'api.log');
    const env = { DATABASE_URL: inject('databaseUrl'), TEMPORAL_ADDRESS: inject('temporalAddress') };
    const logging = await startProcess('api', env, { logFile });
    try {
      const viewer = await aKey('viewer');
      const call = (key: string, method: string) =>
        fetch(`http://127.0.0.1:${logging.port}/v1/settings`, { method, headers: { authorization: `Bearer ${key}` } });
      const secret = `allot_${unique('wrong')}-and-long-enough-to-be-a-secret`;
      expect((await call(secret, 'GET')).status).toBe(401);
      expect((await call(viewer.key, 'PUT')).status).toBe(403);
      const lines = async () => (await readFile(logFile, 'utf8')).split('\n');
      const refused = async () => (await lines()).filter((line) => line.includes('"msg":"refused"'));
      while ((await refused()).length < 2) await sleep(50);
      expect((await refused()).map((line): unknown => JSON.parse(line))).toMatchObject([
        { code: 'unauthenticated', method: 'GET', path: '/v1/settings', keyPrefix: secret.slice(0, 12) },
        { code: 'forbidden', method: 'PUT', by: viewer.name, keyPrefix: viewer.key.slice(0, 12) },
      ]);
      for (const line of await lines()) for (const key of [secret, viewer.key]) expect(line).not.toContain(key);
    } finally {
      await logging.stop();
      await rm(dir, { recursive: true });
    }
  });

  test('without settings nothing that works is limited: a thousand requests of one key', async () => {
    const { key } = await aKey('viewer');
    const id = await aCustomer();
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => ask('GET', `/v1/customers/${id}`, undefined, as(key))),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});

test('headers that do not end are refused after ten seconds, a body that does not end after thirty', async () => {
  const slow = await endless;
  for (const { received } of slow) {
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
    expect(received).toContain('"code":"validation_failed"');
  }
  const [ofHeaders, ofBody] = slow.map(({ seconds }) => seconds);
  expect(ofHeaders).toBeGreaterThan(9);
  expect(ofBody).toBeGreaterThan(29);
  expect(ofBody).toBeLessThan(55);
});
