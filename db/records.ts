import type { Sql } from './connect.ts';

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
/** Whether an upsert made the record or changed it. */
export interface Upserted<Kept> {
  readonly record: Kept;
  readonly created: boolean;
}

export const customerColumns = (sql: Sql) => sql`
  id, type, name, time_zone as "timeZone", tier,
  case when account_manager_email is not null then
    json_build_object('name', account_manager_name, 'email', account_manager_email) end as "accountManager",
  created_at as "createdAt", updated_at as "updatedAt"`;

export async function upsertCustomer(sql: Sql, customer: Input<Customer>): Promise<Upserted<Customer>> {
  const { id, type, name, timeZone, accountManager, tier } = customer;
  const rows = await sql<(Customer & { created: boolean })[]>`
    insert into customers (id, type, name, time_zone, account_manager_name, account_manager_email, tier)
    values (${id}, ${type}, ${name}, ${timeZone}, ${accountManager?.name ?? null}, ${accountManager?.email ?? null}, ${tier})
    on conflict (id) do update set type = excluded.type, name = excluded.name, time_zone = excluded.time_zone,
      account_manager_name = excluded.account_manager_name, account_manager_email = excluded.account_manager_email,
      tier = excluded.tier, updated_at = now()
    returning ${customerColumns(sql)}, xmax = 0 as created`;
  return upserted(rows);
}

export const findCustomer = async (sql: Sql, id: string): Promise<Customer | undefined> =>
  (await sql<Customer[]>`select ${customerColumns(sql)} from customers where id = ${id}`)[0];

export const contactColumns = (sql: Sql) =>
  sql`id, customer_id as "customerId", name, email, created_at as "createdAt", updated_at as "updatedAt"`;

/** Undefined when the contact is of another customer already: a contact is a person of exactly one. */
export async function upsertContact(sql: Sql, contact: Input<Contact>): Promise<Upserted<Contact> | undefined> {
  const rows = await sql<(Contact & { created: boolean })[]>`
    insert into contacts (id, customer_id, name, email)
    values (${contact.id}, ${contact.customerId}, ${contact.name}, ${contact.email})
    on conflict (id) do update set name = excluded.name, email = excluded.email, updated_at = now()
      where contacts.customer_id = excluded.customer_id
    returning ${contactColumns(sql)}, xmax = 0 as created`;
  return rows.length === 0 ? undefined : upserted(rows);
}

export const findContact = async (sql: Sql, id: string): Promise<Contact | undefined> =>
  (await sql<Contact[]>`select ${contactColumns(sql)} from contacts where id = ${id}`)[0];

export const productColumns = (sql: Sql) => sql`id, name, family, created_at as "createdAt", updated_at as "updatedAt"`;

export async function upsertProduct(sql: Sql, product: Input<Product>): Promise<Upserted<Product>> {
  const rows = await sql<(Product & { created: boolean })[]>`
    insert into products (id, name, family) values (${product.id}, ${product.name}, ${product.family})
    on conflict (id) do update set name = excluded.name, family = excluded.family, updated_at = now()
    returning ${productColumns(sql)}, xmax = 0 as created`;
  return upserted(rows);
}

export const findProduct = async (sql: Sql, id: string): Promise<Product | undefined> =>
  (await sql<Product[]>`select ${productColumns(sql)} from products where id = ${id}`)[0];

function upserted<Kept>(rows: readonly (Kept & { created: boolean })[]): Upserted<Kept> {
  const [row] = rows;
  if (row === undefined) throw new TypeError('An upsert returns its row.');
  const { created, ...record } = row;
  return { record: record as unknown as Kept, created };
}

export interface OrganisationSettings {
  readonly channels: readonly string[];
}

export async function readOrganisationSettings(sql: Sql): Promise<OrganisationSettings> {
  const [row] = await sql<{ channels: string[] }[]>`select channels from settings`;
  if (row === undefined) throw new TypeError('The settings row is missing.');
  return { channels: row.channels };
}

export async function writeOrganisationSettings(
  sql: Sql,
  { channels }: OrganisationSettings,
): Promise<OrganisationSettings> {
  await sql`update settings set channels = ${[...channels]}`;
  return { channels };
}
