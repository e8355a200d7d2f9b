import { expect, test } from 'vitest';
import { statementName } from '../../../db/postgres/statement-name.ts';

/** The constant text of a statement, as the driver's client gets it. */
const text = (strings: TemplateStringsArray, ..._values: unknown[]) => strings;

test.each([
  ['select cases', text`select id, title from cases where id = ${'Secret'}`],
  ['update cases', text`update cases set title = ${'Secret'} where id = ${'Secret'}`],
  ['delete probes', text`delete from probes where written_at < now()`],
  ['insert workers', text`insert into workers (id) values (${1}) on conflict (id) do update set seen_at = now()`],
  [
    'insert ledger, insert entitlements',
    text`with a as (insert into ledger select 1), b as (insert into entitlements select 2) select 3`,
  ],
  ['select events', text`select extract(epoch from least(now(), ${1})) from events for update skip locked`],
  ['select', text`select ${1}`],
  ['begin', text`begin`],
])('%s is the name of its statement', (name, statement) => {
  expect(statementName(statement)).toBe(name);
});

test('a name has nothing of the values', () => {
  expect(statementName(text`select ${'Secret'} from customers where name = ${'Secret'}`)).toBe('select customers');
});
