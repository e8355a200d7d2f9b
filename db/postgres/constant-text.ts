import type { Fragment, Sql } from './sql.ts';

/** Puts SQL text into a statement as it stands. `text` is made from constants of this program, never from input. */
export const constantText = (sql: Sql, text: string): Fragment => sql.unsafe(text);
