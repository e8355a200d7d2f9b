import type { AccessScope } from '../../domain/access/access-scope.ts';
import { anyOf, ofOwnCustomers, ownCustomers } from '../access/access-scope.ts';
import type { ChangeOrigin } from '../access/audit.ts';
import { auditedUpsert, type Blocked, present, type RecordTable, type Upserted } from '../access/audited-upsert.ts';
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

export type Input<Kept> = Omit<Kept, 'createdAt' | 'updatedAt'>;

export const customerColumns = (sql: Sql) => sql`
  id, type, name, time_zone as "timeZone", tier,
  ${accountManager(sql)},
  created_at as "createdAt", updated_at as "updatedAt"`;

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

export const upsertCustomer = async (
  sql: Sql,
  customer: Input<Customer>,
  origin: ChangeOrigin,
): Promise<Upserted<Customer>> =>
  present(
    await auditedUpsert<Customer>(sql, { ...CUSTOMERS, record: customer, values: CUSTOMERS.values(customer) }, origin),
  );

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

export const contactColumns = (sql: Sql) =>
  sql`id, customer_id as "customerId", name, email, created_at as "createdAt", updated_at as "updatedAt"`;

export const CONTACTS: RecordTable<Input<Contact>> = {
  table: 'contacts',
  recordType: 'contact',
  columns: contactColumns,
  values: ({ customerId, name, email }) => ({ customer_id: customerId, name, email }),
};

/** A contact moves to another customer only while no entitlement names it: `blockedBy` names those that do. */
export const upsertContact = async (
  sql: Sql,
  contact: Input<Contact>,
  origin: ChangeOrigin,
): Promise<Upserted<Contact> | Blocked> =>
  await auditedUpsert<Contact>(
    sql,
    {
      ...CONTACTS,
      record: contact,
      values: CONTACTS.values(contact),
    },
    origin,
    async (tx, before) =>
      before.customerId === contact.customerId ? [] : ((await namersOf(tx, [before])).get(before.id) ?? []),
  );

export const findContact = async (sql: Sql, id: string, accessScope: AccessScope): Promise<Contact | undefined> =>
  (
    await sql<Contact[]>`
      select ${contactColumns(sql)} from contacts where id = ${id} and ${anyOf(
        sql,
        ofOwnCustomers(sql, accessScope, sql`(select customer_id from contacts where id = ${id})`),
      )}`
  )[0];

export const productColumns = (sql: Sql) => sql`id, name, family, created_at as "createdAt", updated_at as "updatedAt"`;

export const PRODUCTS: RecordTable<Input<Product>> = {
  table: 'products',
  recordType: 'product',
  columns: productColumns,
  values: ({ name, family }) => ({ name, family }),
};

export const upsertProduct = async (
  sql: Sql,
  product: Input<Product>,
  origin: ChangeOrigin,
): Promise<Upserted<Product>> =>
  present(
    await auditedUpsert<Product>(sql, { ...PRODUCTS, record: product, values: PRODUCTS.values(product) }, origin),
  );

export const findProduct = async (sql: Sql, id: string): Promise<Product | undefined> =>
  (await sql<Product[]>`select ${productColumns(sql)} from products where id = ${id}`)[0];
