import type { Fragment, Sql } from '../postgres/sql.ts';

/** A column of customers and of renewals alike: name and address of who manages them, or null. */
export const accountManager = (sql: Sql): Fragment => sql`
  case when account_manager_email is not null then
    json_build_object('name', account_manager_name, 'email', account_manager_email) end as "accountManager"`;
