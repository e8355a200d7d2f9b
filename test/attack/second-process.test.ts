import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CompactSign, type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { connect } from '../../db/postgres/connect.ts';
import { listenOnLoopback } from '../../dev/listening.ts';
import { type NodeProcess, startProcess } from '../../dev/node-process.ts';
import { ask } from '../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../support/callers.ts';
import { unique } from '../support/unique.ts';
import { Attacks } from './attack-routes.ts';

/** Keys and tokens at another API process, which learns of what the first one does only from the database. */

const AUDIENCE = 'allot-attack';
const KEY_LIFE_MS = 10_000;

let issuer: string;
let server: Server;
let second: NodeProcess;
let secondUrl: string;
let dir: string;
let signing: { readonly privateKey: CryptoKey; readonly jwk: JWK };
let stranger: { readonly privateKey: CryptoKey; readonly jwk: JWK };
/** How often somebody asked the issuer's host for what no list of keys is. */
let lured = 0;

async function aPair(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'allot-attack-'));
  [signing, stranger] = [await aPair('listed'), await aPair('stranger')];
  server = createServer((request, response) => {
    const isList = request.url === '/.well-known/jwks.json';
    if (!isList) lured += 1;
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: [isList ? signing.jwk : stranger.jwk] }));
  });
  issuer = `http://127.0.0.1:${await listenOnLoopback(server)}`;
  second = await startProcess(
    'api',
    {
      DATABASE_URL: inject('databaseUrl'),
      TEMPORAL_ADDRESS: inject('temporalAddress'),
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: AUDIENCE,
      ALLOT_FAILED_LOGINS_PER_ADDRESS: '0',
      ALLOT_FAILED_LOGINS_PER_KEY: '0',
    },
    { logFile: join(dir, 'api.log') },
  );
  secondUrl = `http://127.0.0.1:${second.port}`;
});

afterAll(async () => {
  await second?.stop();
  server?.closeAllConnections();
  server?.close();
  await rm(dir, { recursive: true, force: true });
});

const statusAtSecond = async (credential: string, path = '/v1/settings'): Promise<number> => {
  const response = await fetch(secondUrl + path, { headers: { authorization: `Bearer ${credential}` } });
  await response.arrayBuffer();
  return response.status;
};

test('a key that is revoked, rotated or over at one API is refused by the other within ten seconds', async () => {
  const attacks = new Attacks('ended keys at another process');
  const [revoked, rotated, over] = [await aKey('viewer'), await aKey('viewer'), await aKey('viewer')];
  const all = [revoked, rotated, over];
  for (const { key } of all) expect(await statusAtSecond(key)).toBe(200);
  await ask('POST', `/v1/api-keys/${revoked.id}/revoke`, {});
  const { body } = await ask<ToldKeyView>('POST', `/v1/api-keys/${rotated.id}/rotate`, { overlapHours: 0 });
  const sql = connect(inject('databaseUrl'), { max: 1 });
  await sql`update api_keys set expires_at = now() where id = ${over.id}`;
  await sql.end();
  await vi.waitFor(
    async () => {
      for (const { key } of all) expect(await statusAtSecond(key)).toBe(401);
    },
    { timeout: KEY_LIFE_MS + 2_000, interval: 500 },
  );
  for (const { key } of all) attacks.tried((await statusAtSecond(key)) !== 401 && 'an ended key works');
  expect(await statusAtSecond(body.key)).toBe(200);
  attacks.check(3);
});

test('no text near a key opens anything', async () => {
  const attacks = new Attacks('guessed keys');
  const { key } = await aKey('viewer');
  const guesses = [
    ...Array.from(
      { length: 200 },
      () => `allot_${Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')}`,
    ),
    ...Array.from(
      { length: key.length - 6 },
      (_, at) => `${key.slice(0, at + 6)}${key[at + 6] === 'A' ? 'B' : 'A'}${key.slice(at + 7)}`,
    ),
    ...[key.slice(0, -1), `${key}A`, key.toLowerCase(), key.toUpperCase(), key.replace('allot_', ''), `${key}%00`],
    ...["' or '1'='1", '%', '_', 'null', 'undefined', 'allot_', '*', '[object%20Object]'],
  ].filter((guess) => guess !== key);
  for (const guess of guesses) attacks.tried((await statusAtSecond(encodeURI(guess))) !== 401 && guess);
  for (const header of [
    `Basic ${key}`,
    `bearer\t${key}`,
    `Bearer ${key} x`,
    `Bearer ${key},x`,
    key,
    `Bearer, ${key}`,
  ]) {
    const { status } = await fetch(`${secondUrl}/v1/settings`, { headers: { authorization: header } });
    attacks.tried(status !== 401 && header);
  }
  for (const path of [`/v1/settings?key=${key}`, `/v1/settings?access_token=${key}`, `/v1/settings?api_key=${key}`]) {
    const { status } = await fetch(secondUrl + path);
    attacks.tried(status !== 401 && path);
  }
  attacks.check(250);
});

type Claims = Record<string, unknown>;
const now = () => Math.floor(Date.now() / 1_000);
const claims = (more: Claims = {}): Claims => ({
  ...{ iss: issuer, aud: AUDIENCE, sub: 'me', role: 'system_administrator', iat: now(), exp: now() + 300 },
  ...more,
});
const signed = (header: Claims, more: Claims = {}, by = signing): Promise<string> =>
  new SignJWT(claims(more)).setProtectedHeader({ alg: 'ES256', kid: 'listed', ...header }).sign(by.privateKey);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('no forged, borrowed, stale or foreign token opens anything', async () => {
  const attacks = new Attacks('forged and borrowed tokens');
  expect(await statusAtSecond(await signed({ typ: 'at+jwt' }))).toBe(200);
  const lure = `${issuer}/lure.json`;
  const tokens: Record<string, string> = {
    'jku of the attacker': await signed({ jku: lure, kid: 'stranger' }, {}, stranger),
    'x5u of the attacker': await signed({ x5u: lure, kid: 'stranger' }, {}, stranger),
    'key in the header': await signed({ jwk: stranger.jwk }, {}, stranger),
    'certificate in the header': await signed({ x5c: ['AAAA'] }, {}, stranger),
    'kid as a path': await signed({ kid: '../../../../dev/null' }, {}, stranger),
    'kid as SQL': await signed({ kid: "x' union select 'k' --" }, {}, stranger),
    'kid as a list': await signed({ kid: ['listed'] as unknown as string }, {}, stranger),
    'no kid': await signed({ kid: undefined }, {}, stranger),
    'an ID token by type': await signed({ typ: 'id+jwt' }),
    'a logout token': await signed({ typ: 'logout+jwt' }),
    'an ID token by its claims': await signed({}, { at_hash: 'x' }),
    'an ID token of Keycloak': await signed({}, { typ: 'ID' }),
    'a refresh token': await signed({}, { typ: 'Refresh' }),
    'a token for a client': await signed({}, { aud: 'the-console' }),
    'audiences in a text': await signed({}, { aud: `${AUDIENCE} other` }),
    'a token of another issuer': await signed({}, { iss: `${issuer}/` }),
    'a token for years': await signed({}, { exp: now() + 31_536_000 }),
    'a token without an end': await signed({}, { exp: undefined }),
    'an end as a text': await signed({}, { exp: String(now() + 300) }),
    'an end past all numbers': await signed({}, { exp: 1e300 }),
    'a token of last month': await signed({}, { iat: now() - 2_592_000 }),
    'a token of tomorrow': await signed({}, { iat: now() + 86_400, exp: now() + 86_500 }),
    'not before tomorrow': await signed({}, { nbf: now() + 86_400 }),
    'expired a minute ago': await signed({}, { exp: now() - 60 }),
    'another signature': `${await signed({})}A`,
    'without a signature': `${(await signed({})).split('.').slice(0, 2).join('.')}.`,
    'alg none': `${encoded({ alg: 'none' })}.${encoded(claims())}.`,
    'alg nOnE': `${encoded({ alg: 'nOnE', kid: 'listed' })}.${encoded(claims())}.AA`,
    'alg twice': `${Buffer.from('{"alg":"ES256","alg":"none","kid":"listed"}').toString('base64url')}.${encoded(claims())}.`,
    'HS256 with the public key': await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: 'listed' })
      .sign(new TextEncoder().encode(JSON.stringify(signing.jwk))),
    'an ES256 signature of zeros': `${encoded({ alg: 'ES256', kid: 'listed' })}.${encoded(claims())}.${Buffer.alloc(64).toString('base64url')}`,
    'an unknown crit': await new CompactSign(new TextEncoder().encode(JSON.stringify(claims())))
      .setProtectedHeader({ alg: 'ES256', kid: 'listed', crit: ['exp'], exp: 1 })
      .sign(signing.privateKey, { crit: { exp: true } }),
    'a payload that is no object': await new CompactSign(new TextEncoder().encode('["system_administrator"]'))
      .setProtectedHeader({ alg: 'ES256', kid: 'listed' })
      .sign(signing.privateKey),
    'a token of 10 kB': await signed({}, { groups: 'x'.repeat(8_000) }),
    'deep brackets in the header': `${Buffer.from(`{"alg":"ES256","x":${'['.repeat(3_000)}${']'.repeat(3_000)}}`).toString('base64url')}.e30.AA`,
  };
  for (const [name, token] of Object.entries(tokens)) {
    const status = await statusAtSecond(token);
    attacks.tried(status !== 401 && `${name}: ${status}`);
  }
  attacks.tried(lured > 0 && 'the address in a header was asked');
  attacks.check(Object.keys(tokens).length);
});

test('a claim that is given twice counts as the issuer wrote it last, and no role is added up', async () => {
  const text = JSON.stringify(claims({ role: 'viewer' })).replace('{', '{"role":"system_administrator",');
  const token = await new CompactSign(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ES256', kid: 'listed' })
    .sign(signing.privateKey);
  expect([await statusAtSecond(token), await statusAtSecond(token, '/v1/api-keys')]).toEqual([200, 403]);
});

test('nothing that a caller sends forges a line of the log, and no secret stands in it', async () => {
  const attacks = new Attacks('forged log lines and secrets in logs');
  const { key } = await aKey('viewer');
  const forged = `{"level":50,"msg":"forged-${unique('line')}"}`;
  const evil = [`\n${forged}`, `%0a${forged}`, `%0d%0a${forged}`, `\u2028${forged}`, `\u001b[2J${forged}`];
  for (const text of evil) {
    await fetch(`${secondUrl}/v1/customers/${encodeURIComponent(text)}`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await fetch(`${secondUrl}/v1/settings?reason=${encodeURIComponent(text)}`, { ...as(key), method: 'PUT' });
    await fetch(`${secondUrl}/v1/me`, { headers: { 'x-api-key': encodeURIComponent(text), 'user-agent': 'x' } });
  }
  await statusAtSecond(`${key}x`);
  const token = await signed({}, { exp: now() - 60 });
  await statusAtSecond(token);
  const lines = (await readFile(join(dir, 'api.log'), 'utf8')).split('\n').filter((line) => line !== '');
  for (const line of lines) {
    const isJson = ((): boolean => {
      try {
        const { msg } = JSON.parse(line) as { msg?: unknown };
        return typeof msg === 'string' && !msg.startsWith('forged');
      } catch {
        return false;
      }
    })();
    attacks.tried(!isJson && line);
    attacks.tried(line.includes('\u001b') && 'an escape sequence stands in the log');
    attacks.tried((line.includes(key.slice(0, 20)) || line.includes(token.slice(-30))) && 'a secret stands in the log');
  }
  attacks.check(30);
});
