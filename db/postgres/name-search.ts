import type postgres from 'postgres';
import type { Sql } from './sql.ts';

/** Of the letters of a searched text: with fewer, an index has nothing to look up. */
export const MIN_SEARCH_LENGTH = 2;
const TRIGRAM_LENGTH = 3;

/**
 * The column holds the text somewhere, in capitals or not. A text of two letters is looked for where a word begins: the
 * index knows groups of three. What means something in a pattern (`%`, `_`, `\`) is looked for as it stands.
 */
export function holdsText(sql: Sql, column: postgres.Fragment, text: string): postgres.Fragment {
  const literal = text.replaceAll(/[\\%_]/g, '\\$&');
  if ([...text].length >= TRIGRAM_LENGTH) return sql`${column} ilike ${`%${literal}%`}`;
  return sql`(${column} ilike ${`${literal}%`} or ${column} ilike ${`% ${literal}%`})`;
}
