import type postgres from 'postgres';
import type { Sql } from './sql.ts';

/** The fewest letters of a searched text: with fewer, no index can be used. */
export const MIN_SEARCH_LENGTH = 2;
const TRIGRAM_LENGTH = 3;

/** The text in a pattern: the characters that mean something there (`%`, `_`, `\`) stand for themselves. */
const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** SQL: the column begins with the text, in upper or lower case. */
export const beginsWith = (sql: Sql, column: postgres.Fragment, text: string): postgres.Fragment =>
  sql`${column} ilike ${`${literal(text)}%`}`;

/** SQL: a word of the column after the first one begins with the text, in upper or lower case. */
export const laterWordBeginsWith = (sql: Sql, column: postgres.Fragment, text: string): postgres.Fragment =>
  sql`${column} ilike ${`% ${literal(text)}%`}`;

/**
 * SQL: the column contains the text, in upper or lower case. A text of two letters must be the beginning of a word,
 * because the index has groups of three letters.
 */
export function holdsText(sql: Sql, column: postgres.Fragment, text: string): postgres.Fragment {
  if ([...text].length >= TRIGRAM_LENGTH) return sql`${column} ilike ${`%${literal(text)}%`}`;
  return sql`(${beginsWith(sql, column, text)} or ${laterWordBeginsWith(sql, column, text)})`;
}
