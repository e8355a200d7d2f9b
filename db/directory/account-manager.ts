import type { Fragment, Sql } from '../postgres/sql.ts';

/** SQL: name and email of the account manager as one column, or null; for customers and for renewals. */
export const accountManager = (sql: Sql): Fragment => sql`
  case when account_manager_email is not null then
    json_build_object('name', account_manager_name, 'email', account_manager_email) end as "accountManager"`;
