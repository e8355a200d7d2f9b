import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readMigration } from '../../../db/postgres/migration-file.ts';
import { projectDir } from '../../../runtime/project-dir.ts';
import { unsafeStatements } from '../../support/migration-rules.ts';

/**
 * Migrations that came before the rules, with their longest wait on a million ledger rows in docs/restore.md. None may be
 * added.
 */
const BEFORE_THE_RULES = 27;

const folder = join(projectDir, 'db', 'migrations');
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .sort();
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('a migration does not hold up the callers of a large installation', () => {
  test('every migration since the rules keeps to them', () => {
    const later = files.filter((name) => Number(name.slice(0, 4)) > BEFORE_THE_RULES);
    expect(later.flatMap((name) => unsafeStatements(textOf(name)).map((fault) => `${name}: ${fault}`))).toEqual([]);
  });

  test('the migrations have numbers of their own', () => {
    const numbers = files.map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test.each([
    ['an index on a table that is there', 'create index cases_by_title on cases (title);'],
    ['an index without its lock mode, unique', 'create unique index once on ledger (key);'],
    ['a constraint that is checked at once', 'alter table ledger add constraint c check (change < 0);'],
    [
      'a foreign key that is checked at once',
      'alter table cases add foreign key (customer_id) references customers (id);',
    ],
    ['a type that rewrites the table', 'alter table ledger alter column seq type bigint;'],
    ['not null, which reads the whole table', 'alter table cases alter column title set not null;'],
    ['a new column without a value that must have one', 'alter table cases add column due date not null;'],
    ['a default that differs by row', 'alter table cases add column token text default gen_random_uuid();'],
    ['a generated column', 'alter table cases add column word text generated always as (lower(title)) stored;'],
    ['a column that old processes still read', 'alter table cases drop column title;'],
    ['a name that old processes still use', 'alter table cases rename column title to subject;'],
    ['a table that old processes still use', 'drop table probes;'],
    ['every row at once', 'update ledger set overage = 0;'],
    ['a lock by hand', 'lock table ledger;'],
    ['a concurrent index inside a transaction', 'create index concurrently if not exists i on cases (title);'],
    ['another statement outside a transaction', '-- outside a transaction\nalter table cases add column x int;'],
    [
      'a concurrent index that cannot be run again',
      '-- outside a transaction\ncreate index concurrently i on cases (id);',
    ],
  ])('%s is refused', (_what, text) => {
    expect(unsafeStatements(text)).toHaveLength(1);
  });

  test.each([
    ['a column that may be null', 'alter table cases add column due date;'],
    ['a column with one default', "alter table cases add column note text not null default '';"],
    ['a table with its indexes', 'create table notes (id text primary key);\ncreate index notes_id on notes (id);'],
    ['a constraint for new rows', 'alter table ledger add constraint c check (change < 9) not valid;'],
    [
      'an index outside a transaction',
      '-- outside a transaction\ncreate index concurrently if not exists i on cases (title);',
    ],
    ['what a person has judged', '-- safe: one row a customer\nupdate settings set spill = false;'],
  ])('%s is fine', (_what, text) => {
    expect(unsafeStatements(text)).toEqual([]);
  });

  test('a migration outside a transaction is read statement by statement', () => {
    const text =
      '-- outside a transaction: it is large\ndrop index concurrently if exists a;\ncreate index concurrently if not exists b on cases (id);';
    expect(readMigration(text)).toEqual({
      kind: 'statements',
      statements: ['drop index concurrently if exists a', 'create index concurrently if not exists b on cases (id)'],
    });
    expect(readMigration('select 1;')).toEqual({ kind: 'transaction', text: 'select 1;' });
  });
});
