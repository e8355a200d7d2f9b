import type { ChangeOrigin } from './audit.ts';
import { auditedUpsert, present, type Upserted } from './audited-upsert.ts';
import type { Sql } from './connect.ts';
import { inSight, type Sight } from './sight.ts';

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
  case when account_manager_email is not null then
    json_build_object('name', account_manager_name, 'email', account_manager_email) end as "accountManager",
  created_at as "createdAt", updated_at as "updatedAt"`;

export async function upsertCustomer(
  sql: Sql,
  customer: Input<Customer>,
  origin: ChangeOrigin,
): Promise<Upserted<Customer>> {
  const { type, name, timeZone, accountManager, tier } = customer;
  const manager = {
    account_manager_name: accountManager?.name ?? null,
    account_manager_email: accountManager?.email ?? null,
  };
  const values = { type, name, time_zone: timeZone, ...manager, tier };
  return present(
    await auditedUpsert<Customer>(
      sql,
      { table: 'customers', recordType: 'customer', record: customer, values, columns: customerColumns },
      origin,
    ),
  );
}

export const findCustomer = async (sql: Sql, id: string, sight: Sight = 'all'): Promise<Customer | undefined> =>
  (
    await sql<Customer[]>`
      select ${customerColumns(sql)} from customers where id = ${id} ${inSight(sql, sight, 'id')}`
  )[0];

export const contactColumns = (sql: Sql) =>
  sql`id, customer_id as "customerId", name, email, created_at as "createdAt", updated_at as "updatedAt"`;

/** Undefined when the contact is of another customer already: a contact is a person of exactly one. */
export const upsertContact = async (
  sql: Sql,
  contact: Input<Contact>,
  origin: ChangeOrigin,
): Promise<Upserted<Contact> | undefined> =>
  await auditedUpsert<Contact>(
    sql,
    {
      table: 'contacts',
      recordType: 'contact',
      record: contact,
      values: { customer_id: contact.customerId, name: contact.name, email: contact.email },
      columns: contactColumns,
      onlyIf: (tx) => tx`and customer_id = ${contact.customerId}`,
    },
    origin,
  );

export const findContact = async (sql: Sql, id: string, sight: Sight): Promise<Contact | undefined> =>
  (
    await sql<Contact[]>`
      select ${contactColumns(sql)} from contacts where id = ${id} ${inSight(sql, sight, 'customer_id')}`
  )[0];

export const productColumns = (sql: Sql) => sql`id, name, family, created_at as "createdAt", updated_at as "updatedAt"`;

export const upsertProduct = async (
  sql: Sql,
  product: Input<Product>,
  origin: ChangeOrigin,
): Promise<Upserted<Product>> =>
  present(
    await auditedUpsert<Product>(
      sql,
      {
        table: 'products',
        recordType: 'product',
        record: product,
        values: { name: product.name, family: product.family },
        columns: productColumns,
      },
      origin,
    ),
  );

export const findProduct = async (sql: Sql, id: string): Promise<Product | undefined> =>
  (await sql<Product[]>`select ${productColumns(sql)} from products where id = ${id}`)[0];
