import type { AccessScope } from '../../domain/access/access-scope.ts';
import { anyOf, ofOwnCustomers, ownCustomers } from '../access/access-scope.ts';
import type { ChangeOrigin } from '../access/audit.ts';
import {
  auditedUpsert,
  auditedUpsertUnless,
  type Blocked,
  type RecordTable,
  type Upserted,
} from '../access/audited-upsert.ts';
import type { Sql } from '../postgres/sql.ts';
import { accountManager } from './account-manager.ts';
import { namersOf } from './contact-holds.ts';

export interface Customer {
  readonly id: string;
  readonly type: 'account' | 'contact';
  readonly name: string;
  readonly timeZone: string | null;
  readonly accountManager: { readonly name: string; readonly email: string } | null;
  readonly tier: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Contact {
  readonly id: string;
  readonly customerId: string;
  readonly name: string;
  readonly email: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly family: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A record as callers give it: without the times that the database adds. */
export type Input<Kept> = Omit<Kept, 'createdAt' | 'updatedAt'>;

/** SQL: the columns of a `Customer`, in a query of `customers`. */
export const customerColumns = (sql: Sql) => sql`
  id, type, name, time_zone as "timeZone", tier,
  ${accountManager(sql)},
  created_at as "createdAt", updated_at as "updatedAt"`;

/** How customers are written and read. */
export const CUSTOMERS: RecordTable<Input<Customer>> = {
  table: 'customers',
  recordType: 'customer',
  columns: customerColumns,
  values: ({ type, name, timeZone, accountManager, tier }) => ({
    type,
    name,
    time_zone: timeZone,
    account_manager_name: accountManager?.name ?? null,
    account_manager_email: accountManager?.email ?? null,
    tier,
  }),
};

/** Creates or changes the customer, with a row in the audit. */
export const upsertCustomer = (
  sql: Sql,
  customer: Input<Customer>,
  origin: ChangeOrigin,
): Promise<Upserted<Customer>> => auditedUpsert<Customer, Input<Customer>>(sql, CUSTOMERS, customer, origin);

/** Undefined where the customer does not exist or is outside the access scope. */
export const findCustomer = async (
  sql: Sql,
  id: string,
  accessScope: AccessScope = 'all',
): Promise<Customer | undefined> =>
  (
    await sql<Customer[]>`
      select ${customerColumns(sql)} from customers
      where id = ${id} and ${anyOf(sql, ownCustomers(sql, accessScope, sql`${id}::text`))}`
  )[0];

/** SQL: the columns of a `Contact`, in a query of `contacts`. */
export const contactColumns = (sql: Sql) =>
  sql`id, customer_id as "customerId", name, email, created_at as "createdAt", updated_at as "updatedAt"`;

/** How contacts are written and read. */
export const CONTACTS: RecordTable<Input<Contact>> = {
  table: 'contacts',
  recordType: 'contact',
  columns: contactColumns,
  values: ({ customerId, name, email }) => ({ customer_id: customerId, name, email }),
};

/**
 * Creates or changes the contact, with a row in the audit. A contact moves to another customer only while no
 * entitlement names it: `blockedBy` lists the entitlements that do.
 */
export const upsertContact = (
  sql: Sql,
  contact: Input<Contact>,
  origin: ChangeOrigin,
): Promise<Upserted<Contact> | Blocked> =>
  auditedUpsertUnless<Contact, Input<Contact>>(sql, CONTACTS, contact, origin, async (tx, before) =>
    before.customerId === contact.customerId ? [] : ((await namersOf(tx, [before])).get(before.id) ?? []),
  );

/** Undefined where the contact does not exist or is outside the access scope. */
export const findContact = async (sql: Sql, id: string, accessScope: AccessScope): Promise<Contact | undefined> =>
  (
    await sql<Contact[]>`
      select ${contactColumns(sql)} from contacts where id = ${id} and ${anyOf(
        sql,
        ofOwnCustomers(sql, accessScope, sql`(select customer_id from contacts where id = ${id})`),
      )}`
  )[0];

/** SQL: the columns of a `Product`, in a query of `products`. */
export const productColumns = (sql: Sql) => sql`id, name, family, created_at as "createdAt", updated_at as "updatedAt"`;

/** How products are written and read. */
export const PRODUCTS: RecordTable<Input<Product>> = {
  table: 'products',
  recordType: 'product',
  columns: productColumns,
  values: ({ name, family }) => ({ name, family }),
};

/** Creates or changes the product, with a row in the audit. */
export const upsertProduct = (sql: Sql, product: Input<Product>, origin: ChangeOrigin): Promise<Upserted<Product>> =>
  auditedUpsert<Product, Input<Product>>(sql, PRODUCTS, product, origin);

/** Undefined where the product does not exist. */
export const findProduct = async (sql: Sql, id: string): Promise<Product | undefined> =>
  (await sql<Product[]>`select ${productColumns(sql)} from products where id = ${id}`)[0];
