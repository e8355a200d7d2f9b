/** The first line of a migration that runs outside a transaction. */
const OUTSIDE = /^-- outside a transaction\b/;
const CREATED_INDEX = /^create (?:unique )?index concurrently if not exists (\w+)/i;

/** A migration: a text that runs as one transaction, or statements that run one by one. */
export type MigrationFile =
  | { readonly kind: 'transaction'; readonly text: string }
  | { readonly kind: 'statements'; readonly statements: readonly string[] };

/**
 * Reads a migration. One that builds or drops indexes of large tables without locking them cannot run in a transaction:
 * its first line says so, and it holds only such statements, each of which can be run again.
 */
export function readMigration(text: string): MigrationFile {
  if (!OUTSIDE.test(text)) return { kind: 'transaction', text };
  const statements = withoutComments(text)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  return { kind: 'statements', statements };
}

export const withoutComments = (text: string): string => text.replace(/--.*$/gm, '');

/** The index that a statement builds; undefined for another statement. */
export const indexBuiltBy = (statement: string): string | undefined => CREATED_INDEX.exec(statement)?.[1];

/** Whether a statement builds or drops an index beside the callers, which no transaction can hold. */
export const isConcurrent = (statement: string): boolean => /^(?:create|drop) .*\bconcurrently\b/is.test(statement);
