import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createApiKey, findApiKey, listApiKeys, revokeApiKey } from '../../../db/access/api-keys.ts';
import { newAdministratorKey } from '../../../db/access/new-key.ts';
import { migrate } from '../../../db/postgres/migrate.ts';
import { runProgram } from '../../../dev/run-program.ts';
import type { Role } from '../../../domain/access/roles.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { withDatabase, withMigratedDatabase } from '../../support/a-database.ts';

/** Enough for the two to meet. */
const ROUNDS = 20;
const BY = { by: 'test', role: null, reason: null };

test('the last live administrator key cannot be revoked, even when the last two are revoked at once', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    const make = async (id: string, role: Role) =>
      expect(isRefused(await createApiKey(sql, { id, name: id, role, email: null, expiresAt: null }, BY))).toBe(false);
    const live = async () =>
      (await listApiKeys(sql, { limit: 100, after: null })).filter(({ revokedAt }) => revokedAt === null);
    await make('viewer', 'viewer');
    await make('first', 'system_administrator');
    for (let round = 0; round < ROUNDS; round += 1) {
      await make(`next-${round}`, 'system_administrator');
      const two = (await live()).filter(({ role }) => role === 'system_administrator');
      expect(two).toHaveLength(2);
      const outcomes = await Promise.all(two.map(({ id }) => revokeApiKey(sql, id, BY)));
      expect(outcomes.filter(isRefused).map(({ refused: { code } }) => code)).toEqual(['conflict']);
    }
    expect(isRefused(await revokeApiKey(sql, 'viewer', BY))).toBe(false);
    expect((await live()).map(({ role }) => role)).toEqual(['system_administrator']);
    const [{ revocations } = { revocations: -1 }] = await sql<{ revocations: number }[]>`
      select count(*)::int as revocations from audit where action = 'revoked'`;
    expect(revocations).toBe(ROUNDS + 1);
  });
});

test('a key of an administrator that has expired does not count as the other one', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    const key = (id: string, endsInMs: number | null) => ({
      ...{ id, name: id, role: 'system_administrator' as const, email: null },
      expiresAt: endsInMs === null ? null : new Date(Date.now() + endsInMs),
    });
    await createApiKey(sql, key('lasting', null), BY);
    await createApiKey(sql, key('over', -1_000), BY);
    expect(await revokeApiKey(sql, 'lasting', BY)).toMatchObject({ refused: { code: 'conflict' } });
    await createApiKey(sql, key('working', 60_000), BY);
    expect(isRefused(await revokeApiKey(sql, 'lasting', BY))).toBe(false);
  });
});

test('keys from before names were unique keep working, and the newest of them keeps the name', async () => {
  await withDatabase(async ({ url, sql }) => {
    for (const name of ['0001_records.sql', '0002_ledger.sql']) {
      await sql.unsafe(await readFile(new URL(`../../../db/migrations/${name}`, import.meta.url), 'utf8'));
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

test('make-key prints the key on stdout only, and says what is wrong with a name, role or email', async () => {
  await withMigratedDatabase(async ({ url, sql }) => {
    const run = (...args: readonly string[]) => runProgram('bin/make-key.js', args, { env: { DATABASE_URL: url } });
    const first = await run('first');
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(await findApiKey(sql, first.stdout.trim())).toMatchObject({ name: 'first', role: 'system_administrator' });
    const manager = await run('ann', 'account_manager', 'ann@example.com');
    expect(await findApiKey(sql, manager.stdout.trim())).toMatchObject({ email: 'ann@example.com' });
    for (const [args, code, words] of [
      [['first'], 1, 'has the name first'],
      [[], 2, "missing required argument 'name'"],
      [['second', 'root'], 2, 'role: must be one of system_administrator, '],
      [['bo', 'account_manager'], 2, 'email: is missing'],
    ] as const) {
      const refused = await run(...args);
      expect([args, refused.code, refused.stdout]).toEqual([args, code, '']);
      expect(refused.stderr).toContain(words);
      expect(refused.stderr).not.toContain('Invalid');
    }
  });
});

test('make-key makes no key for --help, a misspelled option or an argument too many', async () => {
  await withMigratedDatabase(async ({ url, sql }) => {
    for (const [args, code, words] of [
      [['--help'], 0, 'Usage: '],
      [['--hlep'], 2, "unknown option '--hlep'"],
      [['bo', 'account_manager', 'bo@example.com', 'more'], 2, 'too many arguments'],
    ] as const) {
      const { code: ended, stdout, stderr } = await runProgram('bin/make-key.js', args, { env: { DATABASE_URL: url } });
      expect([args, ended]).toEqual([args, code]);
      expect(code === 0 ? stdout : stderr).toContain(words);
    }
    expect(await listApiKeys(sql, { limit: 10, after: null })).toEqual([]);
  });
});
