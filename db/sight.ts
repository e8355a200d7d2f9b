import type { Fragment, Sql } from './connect.ts';

/** Whose records are seen: everybody's, or those of one account manager's customers. Without an email they are nobody's. */
export type Sight = 'all' | { readonly accountManagerEmail: string | null };

/** `and …` for a query: the customer whose id `column` holds is in sight. An email is the same in small and capital letters. */
export const inSight = (sql: Sql, sight: Sight, column: 'id' | 'customer_id') =>
  sight === 'all'
    ? sql``
    : sql`and ${sql(column)} in (
        select id from customers where ${isManagedBy(sql, sight.accountManagerEmail)})`;

/** The customer is one of this account manager's, in a query of customers. */
export const isManagedBy = (sql: Sql, email: string | null) => sql`lower(account_manager_email) = lower(${email})`;

/**
 * The same as `inSight` for lists, as a condition or none: an array and no join, so that the planner begins with the few
 * customers of an account manager and does not look for them along the sort. `customer` is the one customer whose records
 * alone the list is of, where it is: he is asked for once and not for every record.
 */
export function ofOwnCustomers(sql: Sql, sight: Sight, customer: Fragment | null): Fragment[] {
  if (sight === 'all') return [];
  const managed = isManagedBy(sql, sight.accountManagerEmail);
  return customer === null
    ? [sql`customer_id = any(array(select id from customers where ${managed}))`]
    : [sql`exists (select from customers where id = ${customer} and ${managed})`];
}
