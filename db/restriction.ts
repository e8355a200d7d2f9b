import type postgres from 'postgres';
import type { Sql } from './connect.ts';
import { given } from './keyset.ts';

/** Whose records a list shows: those of the customers with this account manager alone, or all. */
export interface Restriction {
  /** Compared without regard to capitals. */
  readonly accountManagerEmail: string | null;
}

export const UNRESTRICTED: Restriction = { accountManagerEmail: null };

export const isManagedBy = (sql: Sql, email: string): postgres.Fragment =>
  sql`lower(account_manager_email) = lower(${email})`;

/**
 * The condition on records with a `customer_id`: an array, not a join, so that the planner begins with the few customers of an
 * account manager and does not look for them along the sort. `customer`: the one customer whose records alone the list is of, where it
 * is, so that his account manager is asked for once and not for every record.
 */
export const ofOwnCustomers = (
  sql: Sql,
  { accountManagerEmail }: Restriction,
  customer: postgres.Fragment | null,
): postgres.Fragment[] =>
  given(accountManagerEmail, (email) =>
    customer === null
      ? sql`customer_id = any(array(select id from customers where ${isManagedBy(sql, email)}))`
      : sql`exists (select from customers where id = ${customer} and ${isManagedBy(sql, email)})`,
  );
