import type postgres from 'postgres';
import type { Sql } from './connect.ts';
import { given } from './keyset.ts';
import type { Sight } from './sight.ts';

export const isManagedBy = (sql: Sql, email: string): postgres.Fragment =>
  sql`lower(account_manager_email) = lower(${email})`;

/**
 * The condition on records with a `customer_id`: an array, not a join, so that the planner begins with the few customers of an
 * account manager and does not look for them along the sort. `customer`: the one customer whose records alone the list is of, where it
 * is, so that his account manager is asked for once and not for every record.
 */
export const ofOwnCustomers = (sql: Sql, sight: Sight, customer: postgres.Fragment | null): postgres.Fragment[] =>
  given(ownEmail(sight), (email) =>
    customer === null
      ? sql`customer_id = any(array(select id from customers where ${isManagedBy(sql, email)}))`
      : sql`exists (select from customers where id = ${customer} and ${isManagedBy(sql, email)})`,
  );

/** The email that a record's customer must have as its account manager's; '' is nobody's, undefined asks for none. */
export const ownEmail = (sight: Sight): string | undefined =>
  sight === 'all' ? undefined : (sight.accountManagerEmail ?? '');
