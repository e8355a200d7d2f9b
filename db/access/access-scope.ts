import type { AccessScope } from '../../domain/access/access-scope.ts';
import type { Fragment, Sql } from '../postgres/sql.ts';

/**
 * SQL: the record names this account manager, in a query of customers or renewals. Upper and lower case do not differ.
 */
export const isManagedBy = (sql: Sql, email: string | null) => sql`lower(account_manager_email) = lower(${email})`;

/**
 * SQL: the entitlement's own policy leaves its renewal to this account manager. It repeats the expression of the index,
 * so that PostgreSQL can use it.
 */
const isLeftTo = (sql: Sql, email: string | null) => sql`
  lower(state -> 'details' -> 'renewalPolicy' -> 'accountManager' ->> 'email') = lower(${email})`;

/** SQL: the renewal was escalated to this address. */
const isEscalatedTo = (sql: Sql, email: string | null) => sql`escalated_to @> array[lower(${email})]`;

/**
 * A way is a condition under which a record is within the access scope. The functions below return all ways for one
 * kind of records: at least one of them must hold. An empty list means that every record is within the scope. Each way
 * has an index of its own. They use arrays and not joins, so that the planner begins with the few records of an account
 * manager instead of searching along the sort. `customer` is the customer whose records alone are asked for, where it
 * is known: that customer is then looked up once and not for every record.
 */
type Ways = readonly Fragment[];
type OneCustomer = Fragment | null;

/** SQL: at least one of the ways holds, or there are none. */
export const anyOf = (sql: Sql, ways: Ways): Fragment =>
  ways.length === 0 ? sql`true` : sql`(${ways.reduce((some, more) => sql`${some} or ${more}`)})`;

/** Ways for a query of records with a `customer_id`: the account manager manages the customer. */
export const ofOwnCustomers = (sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways =>
  accessScope === 'all' ? [] : [isOfManaged(sql, accessScope.accountManagerEmail, customer)];

const isOfManaged = (sql: Sql, email: string | null, customer: OneCustomer): Fragment =>
  customer === null
    ? sql`customer_id = any(array(select id from customers where ${isManagedBy(sql, email)}))`
    : sql`exists (select from customers where id = ${customer} and ${isManagedBy(sql, email)})`;

/** Ways for a query of customers, including customers that the account manager sees because of an entitlement. */
export function ownCustomers(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isManagedBy(sql, email), sql`id = any(${ownByThemselves(sql, email, 'customer_id', customer)})`];
}

/** Ways for a query of entitlements. */
export function ownEntitlements(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isOfManaged(sql, email, customer), sql`id = any(${ownByThemselves(sql, email, 'id', customer)})`];
}

/** Ways for a query of cases. */
export function ownCases(sql: Sql, accessScope: AccessScope, customer: OneCustomer): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isOfManaged(sql, email, customer), sql`entitlement_id = any(${ownByThemselves(sql, email, 'id', customer)})`];
}

/**
 * SQL: the entitlements that the account manager sees for their own sake, even if somebody else manages the customer;
 * or the customers of these entitlements.
 */
const ownByThemselves = (
  sql: Sql,
  email: string | null,
  column: 'id' | 'customer_id',
  customer: OneCustomer,
) => sql`array(
  select ${sql(column)} from entitlements
  where not deleted ${customer === null ? sql`` : sql`and customer_id = ${customer}`} and (${isLeftTo(sql, email)}
    or id = any(array(select entitlement_id from renewals where ${isEscalatedTo(sql, email)}))))`;

/** Ways for a query of renewals: left to the account manager, of a managed customer, or escalated. */
export function ownRenewals(sql: Sql, accessScope: AccessScope): Ways {
  if (accessScope === 'all') return [];
  const { accountManagerEmail: email } = accessScope;
  return [isManagedBy(sql, email), isOfManaged(sql, email, null), isEscalatedTo(sql, email)];
}

/** Whether everything that belongs to the customer is within the access scope, and not only the customer's record. */
export async function seesAllOf(sql: Sql, accessScope: AccessScope, customerId: string): Promise<boolean> {
  if (accessScope === 'all') return true;
  const found = await sql`
    select from customers where id = ${customerId} and ${isManagedBy(sql, accessScope.accountManagerEmail)}`;
  return found.length > 0;
}
