import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { migrate } from '../../../db/postgres/migrate.ts';
import { schemaText } from '../../../db/postgres/schema-text.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { runProgram } from '../../../dev/run-program.ts';
import { projectDir } from '../../../runtime/project-dir.ts';
import { putRows, type Rows, readRows, rowsOf } from '../../schema/rows.ts';
import { withDatabase } from '../../support/a-database.ts';

const MIGRATIONS = join(projectDir, 'db', 'migrations');
const committed = (): Promise<string> => readFile(join(projectDir, 'db', 'schema.sql'), 'utf8');

test('the migrations make db/schema.sql; `npm run schema` writes it', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url);
    expect(await schemaText(sql)).toBe(await committed());
  });
});

test.each(['schema', 'openapi'])('`npm run %s` with --help or an unknown option writes nothing', async (name) => {
  for (const [option, code, words] of [
    ['--help', 0, 'Usage: '],
    ['--hlep', 1, "unknown option '--hlep'"],
  ] as const) {
    const ended = await runProgram(`dev/${name}.js`, [option]);
    expect([option, ended.code]).toEqual([option, code]);
    expect(ended.stdout + ended.stderr).toContain(words);
    expect(ended.stdout).not.toContain('is written');
  }
});

test('db/schema.sql makes the same schema in an empty database', async () => {
  await withDatabase(async ({ sql }) => {
    await sql.unsafe(await committed());
    expect(await schemaText(sql)).toBe(await committed());
  });
});

test('what db/postgres/schema-text.ts cannot write is refused, not left out', async () => {
  await withDatabase(async ({ sql }) => {
    await sql`create view strange as select 1`;
    await expect(schemaText(sql)).rejects.toThrow('does not know how to write strange');
  });
});

test('migrating again, one after the other or two at once, changes nothing', async () => {
  await withDatabase(async ({ url, sql }) => {
    await migrate(url);
    const before = await readRows(sql);
    expect(await migrate(url)).toEqual({ applied: [] });
    expect(await Promise.all([migrate(url), migrate(url)])).toEqual([{ applied: [] }, { applied: [] }]);
    expect(await schemaText(sql)).toBe(await committed());
    expect(await readRows(sql)).toEqual(before);
  });
});

/** The migrations of 0.1.0, in their order. */
const namesIn = ({ migrations = [] }: Rows): string[] => migrations.map(({ name }) => String(name)).sort();

/** A database as 0.1.0 left it. */
async function fill(sql: Sql, rows: Rows): Promise<void> {
  await sql`create table migrations (name text primary key, applied_at timestamptz not null default now())`;
  for (const name of namesIn(rows)) await sql.unsafe(await readFile(join(MIGRATIONS, name), 'utf8'));
  await putRows(sql, rows);
}

describe('a database of 0.1.0 with data', () => {
  const OF_0_1_0 = '0014_webhook_secrets.sql';

  test('its migrations are what they were', async () => {
    const hash = createHash('sha256');
    for (const name of namesIn(await rowsOf('0.1.0'))) hash.update(await readFile(join(MIGRATIONS, name)));
    expect(hash.digest('hex')).toBe('b79ae4a401845bb942666d8bc2285df59e2e1bacbde602010fadb1690ea38b1a');
  });

  test('becomes the present schema, and keeps every row', async () => {
    const data = await rowsOf('0.1.0');
    await withDatabase(async ({ url, sql }) => {
      await fill(sql, data);
      const before = await readRows(sql);
      for (const [table, rows] of Object.entries(data))
        expect([table, before[table]?.length]).toEqual([table, rows.length]);
      const newer = (await readdir(MIGRATIONS)).filter((name) => name > OF_0_1_0).sort();
      expect(await migrate(url)).toEqual({ applied: newer });
      expect(await schemaText(sql)).toBe(await committed());

      const after = await readRows(sql);
      for (const [table, rows] of Object.entries(before))
        if (table !== 'migrations') expect([table, after[table]]).toMatchObject([table, rows]);
      expect(await migrate(url)).toEqual({ applied: [] });
      expect(await readRows(sql)).toEqual(after);
    });
  });
});
