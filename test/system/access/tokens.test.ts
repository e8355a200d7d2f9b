import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { BearerTokens } from '../../../api/access/bearer-tokens.ts';
import { readTokenSettings } from '../../../api/access/token-settings.ts';
import { listenOnLoopback } from '../../../dev/listening.ts';
import { type NodeProcess, startProcess } from '../../../dev/node-process.ts';
import type { ProblemView } from '../../support/api-client.ts';
import { unique } from '../../support/unique.ts';

/** An API of its own that takes the tokens of an issuer of its own, which lists its keys over HTTP. */

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicPem: string;
  readonly jwk: JWK;
}

type Claims = Record<string, unknown>;

const AUDIENCE = 'allot-tests';
const KEY_SET_PATH = '/.well-known/jwks.json';

async function aSigningKey(alg = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const kid = unique('kid');
  return {
    kid,
    privateKey,
    publicPem: await exportSPKI(publicKey),
    jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' },
  };
}

let listed: JWK[] = [];
let isAway = false;
let asked = 0;
let keys: SigningKey;
let issuer: string;
let server: Server;
let api: NodeProcess;
let apiUrl: string;

beforeAll(async () => {
  keys = await aSigningKey();
  listed = [keys.jwk];
  server = createServer((request, response) => {
    asked += 1;
    const found = !isAway && request.url === KEY_SET_PATH;
    response.writeHead(found ? 200 : 503, { 'content-type': 'application/json' });
    response.end(found ? JSON.stringify({ keys: listed }) : '{}');
  });
  issuer = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  api = await startProcess('api', {
    DATABASE_URL: inject('databaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: AUDIENCE,
    JWT_ROLE_CLAIM: 'roles',
  });
  apiUrl = `http://127.0.0.1:${api.port}`;
});

afterAll(async () => {
  await api?.stop();
  server?.closeAllConnections();
  server?.close();
});

/** A token that is right in every way; `claims` and `signedBy` make it wrong. */
const aToken = async (
  claims: Claims = {},
  { signedBy = keys, alg = 'RS256' }: { signedBy?: Pick<SigningKey, 'kid' | 'privateKey'>; alg?: string } = {},
): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000);
  const all = { iss: issuer, aud: AUDIENCE, sub: unique('sub'), iat: now, exp: now + 300, roles: 'viewer', ...claims };
  return await new SignJWT(all).setProtectedHeader({ alg, kid: signedBy.kid }).sign(signedBy.privateKey);
};

async function asking(token: string, { method = 'GET', path = '/v1/settings', body = undefined as unknown } = {}) {
  const response = await fetch(apiUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as ProblemView };
}

async function expectRefused(token: string, detail: string) {
  const { status, headers, body } = await asking(token);
  expect([status, body.code]).toEqual([401, 'unauthenticated']);
  expect(body.detail).toContain(detail);
  expect(headers.get('www-authenticate')).toBe('Bearer');
}

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test("while the issuer's keys cannot be read, a token gets 503, and it is accepted afterwards", async () => {
  const token = await aToken();
  isAway = true;
  const { status, headers, body } = await asking(token);
  isAway = false;
  expect([status, body.code, headers.get('retry-after')]).toEqual([503, 'unavailable', '2']);
  expect((await asking(token)).status).toBe(200);
});

test('a token says who the caller is, and its role what they may do', async () => {
  const name = unique('Ann Example');
  const token = await aToken({ name, preferred_username: 'ann', roles: ['offline_access', 'csr_manager', 'viewer'] });
  const id = unique('customer');
  const put = { method: 'PUT', path: `/v1/customers/${id}`, body: { type: 'account', name: 'C' } };
  expect((await asking(token, put)).status).toBe(201);
  const viewing = await asking(await aToken(), put);
  expect([viewing.status, viewing.body.code]).toEqual([403, 'forbidden']);
  const audit = await asking(token, { path: `/v1/audit?recordId=${id}` });
  expect(audit.body).toMatchObject({ items: [{ by: name, role: 'csr_manager' }] });
});

test.each<[string, Claims, (claims: Claims) => unknown]>([
  ['preferred_username', { preferred_username: unique('ann') }, (claims) => claims.preferred_username],
  ['sub', { sub: unique('sub') }, (claims) => claims.sub],
  [
    'sub, as nobody may have the name of what entitlements do themselves',
    { name: 'allot', sub: 'sub-1' },
    () => 'sub-1',
  ],
])('without a name, the person is named by %s', async (_what, claims, expected) => {
  const token = await aToken({ ...claims, roles: 'csr_manager' });
  const id = unique('product');
  await asking(token, { method: 'PUT', path: `/v1/products/${id}`, body: { name: 'P' } });
  const audit = await asking(token, { path: `/v1/audit?recordId=${id}` });
  expect(audit.body).toMatchObject({ items: [{ by: expected(claims) }] });
});

test('an account manager is recognised only by an email that the issuer has verified', async () => {
  const [id, email] = [unique('customer'), `${unique('ann')}@example.com`];
  const body = { type: 'account', name: 'C', accountManager: { name: 'Ann', email } };
  await asking(await aToken({ roles: 'integration' }), { method: 'PUT', path: `/v1/customers/${id}`, body });
  const seen = async (claims: Claims) =>
    (await asking(await aToken({ roles: 'account_manager', ...claims }), { path: `/v1/customers/${id}` })).status;
  expect(await seen({ email, email_verified: true })).toBe(200);
  for (const email_verified of [undefined, false, null, 0, 1, '', 'false', 'true', 'no', [], [true], {}])
    expect([email_verified, await seen({ email, email_verified })]).toEqual([email_verified, 404]);
  for (const wrong of [[email], { email }, 1, null])
    expect([wrong, await seen({ email: wrong, email_verified: true })]).toEqual([wrong, 404]);
  expect(await seen({})).toBe(404);
});

test('a token that has expired, is not valid yet, or never expires is refused', async () => {
  const now = Math.floor(Date.now() / 1_000);
  await expectRefused(await aToken({ exp: now - 60 }), 'expired');
  await expectRefused(await aToken({ nbf: now + 60 }), 'nbf');
  await expectRefused(await aToken({ exp: undefined }), 'exp');
});

test('a token of another issuer or for another audience is refused', async () => {
  await expectRefused(await aToken({ aud: 'another' }), 'aud');
  await expectRefused(await aToken({ aud: undefined }), 'aud');
  await expectRefused(await aToken({ iss: 'https://elsewhere.example' }), 'iss');
});

test('a token that the issuer did not sign is refused', async () => {
  const stranger = await aSigningKey();
  await expectRefused(await aToken({}, { signedBy: { ...stranger, kid: keys.kid } }), 'not valid');
  await expectRefused(await aToken({}, { signedBy: stranger }), 'does not list');
  const [head, , signature] = (await aToken()).split('.');
  const forged = encoded({ iss: issuer, aud: AUDIENCE, sub: 'me', exp: 9_999_999_999, roles: 'system_administrator' });
  await expectRefused(`${head}.${forged}.${signature}`, 'not valid');
});

test('a token without a signature, or signed with the public key as a shared secret, is refused', async () => {
  const claims = { iss: issuer, aud: AUDIENCE, sub: 'me', exp: 9_999_999_999, roles: 'system_administrator' };
  for (const alg of ['none', 'None'])
    await expectRefused(`${encoded({ alg, kid: keys.kid })}.${encoded(claims)}.`, 'must be signed');
  for (const secret of [keys.publicPem, JSON.stringify(keys.jwk)]) {
    const header = { alg: 'HS256', kid: keys.kid };
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(new TextEncoder().encode(secret));
    await expectRefused(token, 'must be signed');
  }
});

test.each(['a.b.c', 'eyJhbGciOiJSUzI1NiJ9.e30.AA', '..', 'a.b'])('%s is refused as a token', async (text) => {
  const { status, body } = await asking(text);
  expect([status, body.code]).toEqual([401, 'unauthenticated']);
});

test.each([undefined, 'root', [], ['root'], 7, { csr: true }])(
  'a token with the role %o is forbidden',
  async (roles) => {
    const { status, body } = await asking(await aToken({ roles }));
    expect([status, body.code]).toEqual([403, 'forbidden']);
    expect(body.detail).toContain('its claim roles');
  },
);

test('a verified token is accepted until it expires, even while the issuer is away', async () => {
  const settings = readTokenSettings({ JWT_ISSUER: issuer, JWT_AUDIENCE: AUDIENCE, JWT_ROLE_CLAIM: 'roles' });
  if (settings === null) throw new Error('there are settings');
  const tokens = new BearerTokens(settings);
  const [token, other] = [await aToken(), await aToken()];
  expect(tokens.remembered(token)).toBeUndefined();
  const identity = await tokens.lookUp(token);
  isAway = true;
  const before = asked;
  expect(tokens.remembered(token)).toBe(identity);
  expect(tokens.remembered(other)).toBeUndefined();
  expect(asked).toBe(before);
  isAway = false;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 310_000 });
  try {
    expect(tokens.remembered(token)).toBeUndefined();
    await expect(tokens.lookUp(token)).rejects.toThrow('The token has expired.');
  } finally {
    vi.useRealTimers();
  }
});

test('a new key of the issuer is found; a key that it no longer lists counts only for tokens verified before', async () => {
  const next = await aSigningKey('ES256');
  const [verified, old] = [await aToken(), await aToken()];
  expect((await asking(verified)).status).toBe(200);
  listed = [next.jwk];
  const token = await aToken({}, { signedBy: next, alg: 'ES256' });
  let status = 0;
  for (const deadline = Date.now() + 15_000; status !== 200 && Date.now() < deadline; await sleep(200)) {
    ({ status } = await asking(token));
    expect([200, 401]).toContain(status);
  }
  expect(status).toBe(200);
  await expectRefused(old, 'does not list');
  expect((await asking(verified)).status).toBe(200);
});

test('API keys work beside tokens', async () => {
  expect((await asking(inject('apiKey'))).status).toBe(200);
});

test('an API without an issuer refuses tokens', async () => {
  const response = await fetch(`${inject('apiUrl')}/v1/settings`, {
    headers: { authorization: `Bearer ${await aToken()}` },
  });
  expect([response.status, await response.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
});

test('wrong settings stop the start with a clear message', () => {
  expect(readTokenSettings({})).toBeNull();
  expect(readTokenSettings({ JWT_ISSUER: '', JWT_AUDIENCE: '' })).toBeNull();
  expect(readTokenSettings({ JWT_ISSUER: 'https://id.example/', JWT_AUDIENCE: 'allot' })).toEqual({
    issuer: 'https://id.example/',
    audience: 'allot',
    keySetUrl: new URL('https://id.example/.well-known/jwks.json'),
    roleClaim: 'role',
    maxSeconds: 86_400,
  });
  for (const JWT_MAX_SECONDS of ['0', '-1', '1h', '1e9', '9999999999'])
    expect(() => readTokenSettings({ JWT_ISSUER: 'https://id.example', JWT_AUDIENCE: 'a', JWT_MAX_SECONDS })).toThrow(
      'JWT_MAX_SECONDS',
    );
  expect(() => readTokenSettings({ JWT_ISSUER: 'https://id.example' })).toThrow('JWT_AUDIENCE');
  expect(() => readTokenSettings({ JWT_JWKS_URL: 'https://id.example/keys' })).toThrow('JWT_ISSUER');
  expect(() => readTokenSettings({ JWT_ISSUER: 'id.example', JWT_AUDIENCE: 'allot' })).toThrow('JWT_JWKS_URL');
});
