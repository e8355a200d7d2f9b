import type postgres from 'postgres';
import type { Sql } from './sql.ts';

/** The fewest letters of a searched text: with fewer, no index can be used. */
export const MIN_SEARCH_LENGTH = 2;
const TRIGRAM_LENGTH = 3;

/**
 * SQL: the column contains the text, in upper or lower case. A text of two letters must be the beginning of a word,
 * because the index has groups of three letters. The characters that mean something in a pattern (`%`, `_`, `\`) stand
 * for themselves.
 */
export function holdsText(sql: Sql, column: postgres.Fragment, text: string): postgres.Fragment {
  const literal = text.replaceAll(/[\\%_]/g, '\\$&');
  if ([...text].length >= TRIGRAM_LENGTH) return sql`${column} ilike ${`%${literal}%`}`;
  return sql`(${column} ilike ${`${literal}%`} or ${column} ilike ${`% ${literal}%`})`;
}
