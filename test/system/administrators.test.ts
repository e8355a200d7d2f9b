import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createApiKey, findApiKey, listApiKeys, revokeApiKey } from '../../db/api-keys.ts';
import { migrate } from '../../db/migrate.ts';
import { newAdministratorKey } from '../../dev/new-key.ts';
import { isRefused } from '../../domain/refusals.ts';
import type { Role } from '../../domain/roles.ts';
import { withDatabase } from './a-database.ts';

const BY = { by: 'test', role: null, reason: null };

test('the last live key of an administrator cannot be revoked, also when the last two go at once', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url);
    const make = async (id: string, role: Role) =>
      expect(isRefused(await createApiKey(sql, { id, name: id, role, email: null }, BY))).toBe(false);
    await make('viewer', 'viewer');
    await make('one', 'system_administrator');
    await make('other', 'system_administrator');
    const outcomes = await Promise.all([revokeApiKey(sql, 'one', BY), revokeApiKey(sql, 'other', BY)]);
    const refused = outcomes.filter(isRefused);
    expect(refused.map(({ refused: { code } }) => code)).toEqual(['conflict']);
    const live = (await listApiKeys(sql, { limit: 10, after: null })).filter(({ revokedAt }) => revokedAt === null);
    expect(live.map(({ role }) => role).sort()).toEqual(['system_administrator', 'viewer']);
    expect(isRefused(await revokeApiKey(sql, 'viewer', BY))).toBe(false);
    const [{ revocations } = { revocations: -1 }] = await sql<{ revocations: number }[]>`
      select count(*)::int as revocations from audit where action = 'revoked'`;
    expect(revocations).toBe(2);
  });
});

test('keys made before names were unique keep working; of several live ones the newest keeps the name', async () => {
  await withDatabase(async ({ url, sql }) => {
    for (const name of ['0001_records.sql', '0002_ledger.sql']) {
      await sql.unsafe(await readFile(new URL(`../../db/migrations/${name}`, import.meta.url), 'utf8'));
      await sql`create table if not exists migrations (name text primary key, applied_at timestamptz not null default now())`;
      await sql`insert into migrations (name) values (${name})`;
    }
    const insert = (id: string, day: string, revoked: string | null) => sql`
      insert into api_keys (id, name, role, hash, created_at, revoked_at)
      values (${id}, 'case system', 'integration', sha256(${id}::bytea), ${day}, ${revoked})`;
    await insert('oldest', '2026-01-01', '2026-01-05');
    await insert('older', '2026-01-02', null);
    await insert('newest', '2026-01-03', null);
    await migrate(url);
    const names = (await listApiKeys(sql, { limit: 10, after: null })).map(({ id, name }) => [id, name]);
    expect(names).toEqual([
      ['newest', 'case system'],
      ['older', 'case system (older)'],
      ['oldest', 'case system'],
    ]);
    expect(await findApiKey(sql, 'older')).toMatchObject({ name: 'case system (older)', role: 'integration' });
    expect(await findApiKey(sql, 'oldest')).toBeUndefined();
    await expect(newAdministratorKey(sql, 'case system')).rejects.toThrow('has the name');
  });
});
