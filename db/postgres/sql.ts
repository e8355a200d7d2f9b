import type postgres from 'postgres';

/** Runs statements on a pool or in a transaction. */
export type Sql = postgres.Sql;
/** A part of a query. */
export type Fragment = postgres.Fragment;
