import { readMigration, withoutComments } from '../../db/postgres/migration-file.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly why: string;
  /** The rule does not hold for a table that the same migration creates. */
  readonly onOldTables?: boolean;
}

/** What holds a lock while it reads or rewrites a table, or breaks processes of the version before. */
const RULES: readonly Rule[] = [
  {
    pattern: /^create (?:unique )?index (?!concurrently).* on (?:only )?(?<table>\w+)/i,
    why: 'writers wait for the whole build: build it outside a transaction, concurrently',
    onOldTables: true,
  },
  {
    pattern: /^create (?:unique )?index concurrently|^drop index concurrently/i,
    why: 'it cannot run in a transaction: begin the file with "-- outside a transaction"',
  },
  {
    pattern:
      /^alter table (?:only )?(?<table>\w+) .*\badd (?:constraint \w+ )?(?:check|foreign key)\b(?!.*\bnot valid\b)/i,
    why: 'it reads the whole table under a lock: add it not valid, and validate it in a later migration',
    onOldTables: true,
  },
  {
    pattern:
      /^alter table (?:only )?(?<table>\w+) .*\badd (?:constraint \w+ )?(?:unique|primary key)\b(?!.*\busing index\b)/i,
    why: 'it builds an index under a lock: build the index concurrently first',
    onOldTables: true,
  },
  {
    pattern: /^alter table (?:only )?(?<table>\w+) .*\balter (?:column )?\w+ (?:set data )?type\b/i,
    why: 'it may rewrite the table: add a column of the new type',
    onOldTables: true,
  },
  {
    pattern: /^alter table (?:only )?(?<table>\w+) .*\bset not null\b/i,
    why: 'it reads the whole table under a lock: add a check that is not valid, and validate it later',
    onOldTables: true,
  },
  {
    pattern:
      /^alter table (?:only )?(?<table>\w+) .*\badd (?:column )?(?!constraint\b|check\b|foreign\b|unique\b|primary\b)(?:if not exists )?\w+ .*\bnot null\b(?!.*\bdefault\b)(?<!default.*not null)/i,
    why: 'the rows that are there have no value, and old processes write none: give it a default',
    onOldTables: true,
  },
  {
    pattern: /^alter table (?:only )?(?<table>\w+) .*\badd .*\bdefault \w*(?:random|uuid|clock_timestamp|nextval)/i,
    why: 'each row gets a value of its own, which rewrites the table',
    onOldTables: true,
  },
  {
    pattern: /^alter table (?:only )?(?<table>\w+) .*\badd .*\bgenerated always as\b.*\bstored\b/i,
    why: 'it rewrites the table',
    onOldTables: true,
  },
  {
    pattern: /^alter table (?:only )?(?<table>\w+) .*\b(?:drop column|rename)\b|^drop table\b/i,
    why: 'processes of the version before still use it: stop using it one release earlier',
  },
  {
    pattern: /^(?:update|delete from) (?<table>\w+)\b/i,
    why: 'it holds every row that it touches until it commits: change rows in the program, in parts',
    onOldTables: true,
  },
  { pattern: /^lock table\b|^cluster\b|^vacuum full\b|^reindex (?!.*concurrently)/i, why: 'it locks a table by hand' },
];

const AGAIN =
  /^(?:create (?:unique )?index concurrently if not exists|drop index concurrently if exists|alter table \w+ add column if not exists) /i;
const JUDGED = /^-- safe: \S.*\n/m;

/**
 * The statements of a migration that could hold up callers for long or break the version before, each with the reason. A
 * comment `-- safe: reason` on the line before a statement says that a person has judged it.
 */
export function unsafeStatements(text: string): string[] {
  const migration = readMigration(text);
  if (migration.kind === 'statements')
    return migration.statements
      .filter((statement) => !AGAIN.test(statement))
      .map(
        (statement) =>
          `${statement}: outside a transaction only indexes are built or dropped and columns added, in a form that can be run again`,
      );
  const statements = text.split(/;[ \t]*(?:\n|$)/).map((part) => part.trim());
  const created = new Set<string>();
  const faults: string[] = [];
  for (const part of statements) {
    const isJudged = JUDGED.test(part);
    const statement = withoutComments(part).replace(/\s+/g, ' ').trim();
    const table = /^create table (?:if not exists )?(\w+)/i.exec(statement)?.[1];
    if (table !== undefined) created.add(table);
    const broken = RULES.find(({ pattern, onOldTables = false }) => {
      const found = pattern.exec(statement);
      return found !== null && !(onOldTables && created.has(found.groups?.table ?? ''));
    });
    if (broken !== undefined && !isJudged) faults.push(`${statement}: ${broken.why}`);
  }
  return faults;
}
