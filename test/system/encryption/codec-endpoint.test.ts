import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { KnownKeys } from '../../../api/access/known-keys.ts';
import { createCodecApp } from '../../../api/codec/codec-app.ts';
import { readCodecSettings } from '../../../api/codec/codec-settings.ts';
import { payloadsFrom, payloadsTo } from '../../../api/codec/payload-json.ts';
import { accessRefusals } from '../../../api/http/http-metrics.ts';
import { readLimitSettings } from '../../../api/http/limit-settings.ts';
import { findApiKey } from '../../../db/access/api-keys.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { listenOnLoopback } from '../../../dev/listening.ts';
import { PRIVILEGES, ROLES, type Role } from '../../../domain/access/roles.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { PayloadEncryption } from '../../../temporal/encryption/payload-encryption.ts';
import { readPayloadKeys } from '../../../temporal/encryption/payload-keys.ts';
import { ask } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';

const UI = 'http://127.0.0.1:8233';
const SECRET = randomBytes(32).toString('base64url');
const keysWith = (id: string) => readPayloadKeys(`${id}:${randomBytes(32).toString('base64')}`);
const encryption = new PayloadEncryption(keysWith('a'));
const sql = connect(inject('databaseUrl'), { max: 1 });

const keys = new KnownKeys((key) => findApiKey(sql, key));

let server: Server;
let url: string;
/** For the test that uses up what an address may fail. */
let otherServer: Server;
let otherUrl: string;
const roleKeys = new Map<Role, string>();
beforeAll(async () => {
  const settings = readCodecSettings({ ALLOT_TEMPORAL_UI_URL: UI, ALLOT_CODEC_PATH_SECRET: SECRET });
  const limits = readLimitSettings({ ALLOT_FAILED_LOGINS_PER_ADDRESS: '20' });
  const anApp = () => createCodecApp({ encryption, settings, keys, tokens: null, limits, log: createLogger('test') });
  server = createServer(anApp());
  otherServer = createServer(anApp());
  url = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  otherUrl = `http://127.0.0.1:${await listenOnLoopback(otherServer)}`;
  for (const role of ROLES) roleKeys.set(role, (await aKey(role)).key);
});
afterAll(async () => {
  server.close();
  otherServer.close();
  await sql.end();
});

const encrypted = async (value: unknown, by = encryption): Promise<string> =>
  JSON.stringify(payloadsTo(await by.codec.encode([defaultPayloadConverter.toPayload(value)])));

const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const withKeyOf = (role: Role) => ({ authorization: `Bearer ${roleKeys.get(role)}` });

async function valueIn(response: Response): Promise<unknown> {
  const [payload] = payloadsFrom(await response.json());
  return defaultPayloadConverter.fromPayload(payload as Payload);
}

test('decrypts and encrypts for whoever may open the Temporal UI, and for no other role', async () => {
  const body = await encrypted({ name: 'Contoso' });
  for (const role of ROLES) {
    const isAllowed = (PRIVILEGES.open_temporal_ui as readonly Role[]).includes(role);
    const response = await post('/decode', body, withKeyOf(role));
    expect([role, response.status]).toEqual([role, isAllowed ? 200 : 403]);
    if (isAllowed) expect(await valueIn(response)).toEqual({ name: 'Contoso' });
    const plain = JSON.stringify(payloadsTo([defaultPayloadConverter.toPayload('Fabrikam')]));
    const back = await post('/encode', plain, withKeyOf(role));
    expect([role, back.status]).toEqual([role, isAllowed ? 200 : 403]);
    if (!isAllowed) continue;
    const text = await back.text();
    expect(text).not.toContain(Buffer.from('"Fabrikam"').toString('base64'));
    expect(await valueIn(await post('/decode', text, withKeyOf(role)))).toBe('Fabrikam');
  }
});

test('decrypts nothing for nobody: without a key, with a wrong one, with a wrong part of the path', async () => {
  const body = await encrypted('Contoso');
  for (const [path, headers] of [
    ['/decode', {}],
    ['/decode', { authorization: `Bearer ${randomBytes(32).toString('base64url')}` }],
    ['/decode', { cookie: `allot_codec=${randomBytes(32).toString('base64url')}` }],
    [`/${SECRET.slice(0, -1)}_/decode`, {}],
  ] as const) {
    const response = await post(path, body, headers);
    expect([path, response.status]).toEqual([path, 401]);
    expect(await response.text()).not.toContain(Buffer.from('"Contoso"').toString('base64'));
  }
});

test('the secret part of the path lets the Temporal UI of npm start in', async () => {
  const response = await post(`/${SECRET}/decode`, await encrypted('Contoso'), {
    origin: UI,
    'x-namespace': 'default',
  });
  expect(await valueIn(response)).toBe('Contoso');
});

test('wrong secrets in the path are limited and counted as wrong keys are, and the right one goes on', async () => {
  const body = await encrypted('Contoso');
  const ask = (secret: string) =>
    fetch(`${otherUrl}/${secret}/decode`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const refused = async () => {
    const { values } = await accessRefusals.get();
    return Object.fromEntries(values.map(({ labels, value }) => [labels.code, value]));
  };
  const before = await refused();
  const statuses: number[] = [];
  for (let n = 0; n < 25; n += 1) statuses.push((await ask(randomBytes(32).toString('base64url'))).status);
  expect(statuses).toEqual([...Array<number>(20).fill(401), ...Array<number>(5).fill(429)]);
  const after = await refused();
  expect((after.unauthenticated ?? 0) - (before.unauthenticated ?? 0)).toBe(20);
  expect((after.rate_limited ?? 0) - (before.rate_limited ?? 0)).toBe(5);
  expect(await valueIn(await ask(SECRET))).toBe('Contoso');
});

test('only pages of the Temporal UI may ask from a browser, under both names of this machine', async () => {
  const body = await encrypted('Contoso');
  const ask = (origin: string, method = 'POST') =>
    fetch(`${url}/decode`, {
      method,
      headers: { origin, 'content-type': 'application/json', ...withKeyOf('system_administrator') },
      ...(method === 'POST' && { body }),
    });
  for (const origin of [UI, 'http://localhost:8233']) {
    const asked = await ask(origin, 'OPTIONS');
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    expect(asked.headers.get('access-control-allow-credentials')).toBe('true');
    expect(asked.headers.get('access-control-allow-headers')).toContain('X-Namespace');
    expect(await valueIn(await ask(origin))).toBe('Contoso');
  }
  for (const origin of ['https://evil.example', 'http://127.0.0.1:8234', 'null'])
    for (const method of ['OPTIONS', 'POST']) {
      const response = await ask(origin, method);
      expect([origin, method, response.status]).toEqual([origin, method, 403]);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
    }
});

test('a person signs in with a key and then reads by the cookie, until the key is revoked', async () => {
  const { key, id } = await aKey('csr_manager');
  const signIn = (credential: string, origin = url) =>
    fetch(`${url}/session`, { method: 'POST', headers: { origin }, body: new URLSearchParams({ credential }) });
  expect((await signIn('wrong')).status).toBe(401);
  expect((await signIn(String(roleKeys.get('csr')))).status).toBe(403);
  expect((await signIn(key, 'https://evil.example')).status).toBe(403);
  const signedIn = await signIn(key);
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^allot_codec=[\w-]{43}; Max-Age=28800; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  const headers = { cookie: cookie.split(';')[0] ?? '', origin: UI };
  const body = await encrypted('Contoso');
  expect(await valueIn(await post('/decode', body, headers))).toBe('Contoso');
  await ask('POST', `/v1/api-keys/${id}/revoke`, {});
  // After some seconds it forgets by itself whom it believed; test/unit/api/known-keys.test.ts shows that.
  keys.forget();
  expect((await post('/decode', body, headers)).status).toBe(401);
});

test('a payload of a missing key is refused with its id; a damaged one and a plain one come back as they are', async () => {
  const foreign = await encrypted('Contoso', new PayloadEncryption(keysWith('other')));
  const refused = await post('/decode', foreign, withKeyOf('system_administrator'));
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain('the key other.');
  const { payloads } = JSON.parse(await encrypted('Contoso'));
  const damaged = {
    ...payloads[0],
    data: Buffer.from('something else that is long enough to be encrypted').toString('base64'),
  };
  const plain = payloadsTo([defaultPayloadConverter.toPayload('Contoso')]).payloads[0];
  const body = JSON.stringify({ payloads: [damaged, plain] });
  const response = await post('/decode', body, withKeyOf('system_administrator'));
  expect(await response.json()).toEqual({ payloads: [damaged, plain] });
});

test.each(['', '{', '[]', '{"payloads":[{"data":"no base64!"}]}', '{"payloads":[{"metadata":[]}]}'])(
  'the body %j is refused as the caller’s mistake',
  async (body) => {
    expect((await post('/decode', body, withKeyOf('system_administrator'))).status).toBe(400);
  },
);

test('too many wrong keys are refused, while a key that has worked goes on', async () => {
  const body = await encrypted('Contoso');
  expect((await post('/decode', body, withKeyOf('csr_manager'))).status).toBe(200);
  const statuses: number[] = [];
  for (let n = 0; n < 25; n += 1)
    statuses.push(
      (await post('/decode', body, { authorization: `Bearer wrong-${randomBytes(16).toString('hex')}` })).status,
    );
  expect(statuses.at(-1)).toBe(429);
  expect((await post('/decode', body, withKeyOf('csr_manager'))).status).toBe(200);
});
