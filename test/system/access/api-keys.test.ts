import { createHash } from 'node:crypto';
import { expect, inject, test, vi } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { allPages } from '../../support/all-pages.ts';
import { ask, type ProblemView } from '../../support/api-client.ts';
import { aKey, as, type ToldKeyView } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';

const settingsWith = async (key: string): Promise<number> =>
  (await ask('GET', '/v1/settings', undefined, as(key))).status;
const rotate = (id: string, body: Record<string, unknown> = {}, key?: string) =>
  ask<ToldKeyView & Partial<ProblemView>>('POST', `/v1/api-keys/${id}/rotate`, body, key === undefined ? {} : { key });
const revoke = (id: string) => ask<ToldKeyView>('POST', `/v1/api-keys/${id}/revoke`, { reason: 'left' });

test('a new key is shown once and works at once; neither it nor its hash appears in lists or audit', async () => {
  const made = await aKey('viewer');
  expect(made).toMatchObject({ role: 'viewer', email: null, revokedAt: null, key: expect.stringMatching(/^allot_/) });
  expect(await settingsWith(made.key)).toBe(200);
  const all = await allPages<Record<string, unknown>>('/v1/api-keys', { limit: 2 });
  const { key, ...rest } = made;
  expect(all).toContainEqual(rest);
  const { body: audit } = await ask('GET', `/v1/audit?recordType=api_key&recordId=${made.id}`);
  const told = JSON.stringify([all, audit]);
  const hash = createHash('sha256').update(key).digest();
  for (const secret of [key, hash.toString('hex'), hash.toString('base64')]) expect(told).not.toContain(secret);
});

test('a retried creation makes no second key and says that the secret was shown already', async () => {
  const body = { name: unique('once'), role: 'viewer' };
  const key = unique('idempotency');
  const first = await ask<ToldKeyView>('POST', '/v1/api-keys', body, { key });
  const second = await ask<ProblemView>('POST', '/v1/api-keys', body, { key });
  expect([first.status, second.status, second.body.code]).toEqual([201, 409, 'conflict']);
  expect(second.body.detail).toContain(first.body.id);
});

test('two live keys cannot have the same name; the name of a revoked key is free', async () => {
  const { id, name } = await aKey('viewer');
  const taken = await ask<ProblemView>('POST', '/v1/api-keys', { name, role: 'csr' });
  expect([taken.status, taken.body.code, taken.body.errors?.[0]?.field]).toEqual([409, 'conflict', 'name']);
  expect((await revoke(id)).status).toBe(200);
  expect((await ask('POST', '/v1/api-keys', { name, role: 'csr' })).status).toBe(201);
});

test.each([
  ['name', { name: '', role: 'viewer' }],
  ['name', { name: 'Allot', role: 'viewer' }],
  ['role', { name: 'x', role: 'root' }],
  ['email', { name: 'x', role: 'account_manager' }],
  ['email', { name: 'x', role: 'viewer', email: 'nobody' }],
  ['hash', { name: 'x', role: 'viewer', hash: 'mine' }],
])('a key with a wrong %s is refused: %o', async (field, body) => {
  const { status, body: told } = await ask<ProblemView>('POST', '/v1/api-keys', body);
  expect([status, told.code, told.errors?.[0]?.field]).toEqual([400, 'validation_failed', field]);
});

test('rotating gives a key a new secret, and the old one works until the overlap ends', async () => {
  const made = await aKey('viewer');
  const before = Date.now();
  const { status, body } = await rotate(made.id, { overlapHours: 2 });
  expect([status, body.id, body.name]).toEqual([200, made.id, made.name]);
  expect(body.key).not.toBe(made.key);
  expect(Math.abs(Date.parse(body.replacedWorksUntil ?? '') - before - 2 * 3_600_000)).toBeLessThan(60_000);
  expect([await settingsWith(made.key), await settingsWith(body.key)]).toEqual([200, 200]);
});

test('a rotation without overlap ends all earlier secrets at once, even recently used ones', async () => {
  const made = await aKey('viewer');
  const { body: second } = await rotate(made.id);
  expect([await settingsWith(made.key), await settingsWith(second.key)]).toEqual([200, 200]);
  const { body: third } = await rotate(made.id, { overlapHours: 0 });
  expect(third.replacedWorksUntil).toBeNull();
  expect([await settingsWith(made.key), await settingsWith(second.key)]).toEqual([401, 401]);
  expect(await settingsWith(third.key)).toBe(200);
});

test('a secret is refused after its overlap', async () => {
  const made = await aKey('viewer');
  await rotate(made.id);
  const sql = connect(inject('databaseUrl'), { max: 1 });
  await sql`update retired_api_key_secrets set works_until = now() where key_id = ${made.id}`;
  await sql.end();
  expect(await settingsWith(made.key)).toBe(401);
});

test('a rotation whose answer was lost can be repeated without ending a secret in use', async () => {
  const made = await aKey('viewer');
  const once = unique('idempotency');
  const lost = await rotate(made.id, {}, once);
  const repeated = await rotate(made.id, {}, once);
  expect([lost.status, repeated.status, repeated.body.code]).toEqual([200, 409, 'conflict']);
  const { body } = await rotate(made.id);
  expect([await settingsWith(made.key), await settingsWith(body.key)]).toEqual([200, 200]);
});

test.each([-1, 169, '24', null])('an overlap of %s hours is refused', async (overlapHours) => {
  const { status, body } = await rotate((await aKey('viewer')).id, { overlapHours });
  expect([status, body.errors?.[0]?.field]).toEqual([400, 'overlapHours']);
});

test('a revoked key is refused at once and for good, with all its secrets', async () => {
  const made = await aKey('viewer');
  const { body: rotated } = await rotate(made.id);
  expect([await settingsWith(made.key), await settingsWith(rotated.key)]).toEqual([200, 200]);
  const revoked = await revoke(made.id);
  expect([revoked.status, revoked.body.revokedAt]).toEqual([200, expect.any(String)]);
  expect([await settingsWith(made.key), await settingsWith(rotated.key)]).toEqual([401, 401]);
  expect((await revoke(made.id)).body.revokedAt).toBe(revoked.body.revokedAt);
  const again = await rotate(made.id);
  expect([again.status, again.body.code]).toEqual([409, 'wrong_state']);
  expect((await revoke('key_none')).status).toBe(404);
});

const HOUR_MS = 3_600_000;
const inHours = (hours: number): string => new Date(Date.now() + hours * HOUR_MS).toISOString();

/** Lets the key's end be over, as time would. */
async function expire(id: string): Promise<void> {
  const sql = connect(inject('databaseUrl'), { max: 1 });
  await sql`update api_keys set expires_at = now() - interval '1 second' where id = ${id}`;
  await sql.end();
}

test('a key with an end works until then, and is refused afterwards as expired, without a word about itself', async () => {
  const expiresAt = inHours(24);
  const made = await aKey('viewer', { expiresAt });
  expect(made).toMatchObject({ expiresAt });
  await expire(made.id);
  const { status, headers, body } = await ask<ProblemView>('GET', '/v1/settings', undefined, as(made.key));
  expect([status, body.code, headers.get('www-authenticate')]).toEqual([401, 'key_expired', 'Bearer']);
  for (const secret of [made.key, made.id, made.name]) expect(JSON.stringify(body)).not.toContain(secret);
  const unknown = await ask<ProblemView>('GET', '/v1/settings', undefined, as(`${made.key.slice(0, -2)}zz`));
  expect([unknown.status, unknown.body.code]).toEqual([401, 'unauthenticated']);
});

test('a key ends in the moment of its end, also in a process that has just let it in', async () => {
  const made = await aKey('viewer', { expiresAt: new Date(Date.now() + 1_500).toISOString() });
  expect(await settingsWith(made.key)).toBe(200);
  await vi.waitFor(async () => expect(await settingsWith(made.key)).toBe(401), { timeout: 5_000, interval: 100 });
});

test('rotating gives a key a new end, keeps the one that it had, or takes it away', async () => {
  const made = await aKey('viewer', { expiresAt: inHours(48) });
  expect((await rotate(made.id)).body.expiresAt).toBe(made.expiresAt);
  const later = inHours(72);
  expect((await rotate(made.id, { expiresAt: later })).body.expiresAt).toBe(later);
  expect((await rotate(made.id, { expiresAt: null })).body.expiresAt).toBeNull();
});

test('a new end of a key does not lengthen the life of its old secrets', async () => {
  const expiresAt = inHours(1);
  const made = await aKey('viewer', { expiresAt });
  const { body } = await rotate(made.id, { expiresAt: inHours(100), overlapHours: 24 });
  expect(body.replacedWorksUntil).toBe(expiresAt);
});

test('an expired key comes back only by a rotation that gives it a new end; its old secret stays dead', async () => {
  const made = await aKey('viewer', { expiresAt: inHours(1) });
  await expire(made.id);
  const refused = await rotate(made.id);
  expect([refused.status, refused.body.code, refused.body.errors?.[0]?.field]).toEqual([
    409,
    'wrong_state',
    'expiresAt',
  ]);
  const { body } = await rotate(made.id, { expiresAt: null });
  expect([await settingsWith(made.key), await settingsWith(body.key)]).toEqual([401, 200]);
});

test.each(['2020-01-01T00:00:00Z', 'tomorrow', '10000-01-01T00:00:00Z', 7])(
  'an end of %s is refused',
  async (expiresAt) => {
    const made = await ask<ProblemView>('POST', '/v1/api-keys', { name: unique('end'), role: 'viewer', expiresAt });
    expect([made.status, made.body.errors?.[0]?.field]).toEqual([400, 'expiresAt']);
  },
);

test('the audit names the key that made a change', async () => {
  const { key, name } = await aKey('system_customizer');
  const id = unique('customer');
  await ask('PUT', `/v1/customers/${id}`, { type: 'account', name: 'C' }, as(key));
  const { body } = await ask<{ items: { by: string; role: string }[] }>('GET', `/v1/audit?recordId=${id}`);
  expect(body.items).toMatchObject([{ by: name, role: 'system_customizer' }]);
});
