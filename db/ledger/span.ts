import type { Fragment, Sql } from '../postgres/sql.ts';

/** Whole days in UTC, from `since` up to and without `until`. */
export interface Span {
  readonly since: Date;
  readonly until: Date;
}

/** SQL: `at` is within the span. */
export const withinSpan = (sql: Sql, { since, until }: Span): Fragment => sql`at >= ${since} and at < ${until}`;
