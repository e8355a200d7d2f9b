import type { Sql } from './connect.ts';

/** Whose records are seen: everybody's, or those of one account manager's customers. Without an email they are nobody's. */
export type Sight = 'all' | { readonly accountManagerEmail: string | null };

/** `and …` for a query: the customer whose id `column` holds is in sight. An email is the same in small and capital letters. */
export const inSight = (sql: Sql, sight: Sight, column: 'id' | 'customer_id') =>
  sight === 'all'
    ? sql``
    : sql`and ${sql(column)} in (
        select id from customers where lower(account_manager_email) = lower(${sight.accountManagerEmail}))`;
