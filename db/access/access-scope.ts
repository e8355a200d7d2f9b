import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/** The record names this account manager, in a query of customers or of renewals. An email is the same in small and capital letters. */
export const isManagedBy = (sql: Sql, email: string | null) => sql`lower(account_manager_email) = lower(${email})`;

/** In a query of entitlements: its own policy says that he is to decide on its renewal. As the index has it. */
const isLeftTo = (sql: Sql, email: string | null) => sql`
  lower(state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email') = lower(${email})`;

/** In a query of renewals: he was told as nobody decided, or as there is no account manager. */
const isEscalatedTo = (sql: Sql, email: string | null) => sql`escalated_to @> array[lower(${email})]`;

/**
 * What follows says in which ways a record is within the access scope: one of these holds, or there are none and everything is. Each has an
 * index of its own. They ask by arrays and not by joins, so that the planner begins with the few records of an account
 * manager and does not look for them along the sort. `customer` is the one customer whose records alone are asked for, where it
 * is known: he is looked up once and not for every record.
 */
type Ways = readonly Fragment[];
type OneCustomer = Fragment | null;

export const anyOf = (sql: Sql, ways: Ways): Fragment =>
  ways.length === 0 ? sql`true` : sql`(${ways.reduce((some, more) => sql`${some} or ${more}`)})`;

/** In a query of what has a `customer_id`: it is of an own customer. */
export const ofOwnCustomers = (sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways =>
  accessScope === 'all' ? [] : [isOfManaged(sql, accessScope.accountManagerEmail, customer)];

const isOfManaged = (sql: Sql, email: string | null, customer: OneCustomer): Fragment =>
  customer === null
    ? sql`customer_id = any(array(select id from customers where ${isManagedBy(sql, email)}))`
    : sql`exists (select from customers where id = ${customer} and ${isManagedBy(sql, email)})`;

/** In a query of customers, those included that are seen for the sake of an entitlement. */
export function ownCustomers(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isManagedBy(sql, email), sql`id = any(${ownByThemselves(sql, email, 'customer_id', customer)})`];
}

/** In a query of entitlements. */
export function ownEntitlements(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isOfManaged(sql, email, customer), sql`id = any(${ownByThemselves(sql, email, 'id', customer)})`];
}

/** In a query of cases. */
export function ownCases(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isOfManaged(sql, email, customer), sql`entitlement_id = any(${ownByThemselves(sql, email, 'id', customer)})`];
}

/** Entitlements that are own whoever manages their customers, or the customers of these. */
const ownByThemselves = (
  sql: Sql,
  email: string | null,
  column: 'id' | 'customer_id',
  customer: OneCustomer,
) => sql`array(
  select ${sql(column)} from entitlements
  where not deleted ${customer === null ? sql`` : sql`and customer_id = ${customer}`} and (${isLeftTo(sql, email)}
    or id = any(array(select entitlement_id from renewals where ${isEscalatedTo(sql, email)}))))`;

/** In a query of renewals: those that he is to decide, those of own customers, and those that were escalated to him. */
export function ownRenewals(sql: Sql, accessScope: AccessScope): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isManagedBy(sql, email), isOfManaged(sql, email, null), isEscalatedTo(sql, email)];
}

/** Whether all that is the customer's is seen, and not only his record. */
export async function seesAllOf(sql: Sql, accessScope: AccessScope, customerId: string): Promise<boolean> {
  if (accessScope === 'all') return true;
  const found = await sql`
    select from customers where id = ${customerId} and ${isManagedBy(sql, accessScope.accountManagerEmail)}`;
  return found.length > 0;
}
