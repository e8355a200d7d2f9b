import type postgres from 'postgres';

/** A pool's or a transaction's way to run statements. */
export type Sql = postgres.Sql;
/** A part of a query. */
export type Fragment = postgres.Fragment;
