import type postgres from 'postgres';
import { type ChangeOrigin, recordChanges } from './audit.ts';
import { type Times, withoutTimes } from './audited-upsert.ts';
import { jsonParameter, type Sql } from './connect.ts';
import {
  type Contact,
  type Customer,
  contactColumns,
  customerColumns,
  type Input,
  type Product,
  productColumns,
} from './records.ts';
import { inTransaction } from './transaction.ts';

/** What became of one record. */
export type BulkOutcome = 'created' | 'updated' | 'unchanged';

/** Why a contact was not written: its customer does not exist, or it is another customer's already. */
export type ContactRefusal = 'no_such_customer' | 'contact_of_other_customer';

/**
 * Each writes its records in one statement, ids in order, so that two at once do not wait for each other in a circle. A
 * record that says the same already is left alone. The ids must differ. Answers by id.
 */
export async function bulkCustomers(
  sql: Sql,
  customers: readonly Input<Customer>[],
  origin: ChangeOrigin,
): Promise<ReadonlyMap<string, BulkOutcome>> {
  const given = customers.map(({ id, type, name, timeZone, accountManager, tier }) => ({
    ...{ id, type, name, tier, time_zone: timeZone },
    ...{ account_manager_name: accountManager?.name ?? null, account_manager_email: accountManager?.email ?? null },
  }));
  const of = { table: 'customers', recordType: 'customer', records: customers, columns: customerColumns };
  const write = (tx: Sql) => tx<Written[]>`
    insert into customers (id, type, name, time_zone, account_manager_name, account_manager_email, tier)
    select id, type, name, time_zone, account_manager_name, account_manager_email, tier
    from ${recordset(tx, tx`customers`, given)} order by id
    on conflict (id) do update set type = excluded.type, name = excluded.name, time_zone = excluded.time_zone,
      account_manager_name = excluded.account_manager_name, account_manager_email = excluded.account_manager_email,
      tier = excluded.tier, updated_at = now()
    where (customers.type, customers.name, customers.time_zone, customers.account_manager_name,
        customers.account_manager_email, customers.tier)
      is distinct from (excluded.type, excluded.name, excluded.time_zone, excluded.account_manager_name,
        excluded.account_manager_email, excluded.tier)
    returning id, xmax = 0 as created`;
  return outcomesOf(customers, await audited(sql, of, write, origin));
}

export async function bulkProducts(
  sql: Sql,
  products: readonly Input<Product>[],
  origin: ChangeOrigin,
): Promise<ReadonlyMap<string, BulkOutcome>> {
  const of = { table: 'products', recordType: 'product', records: products, columns: productColumns };
  const write = (tx: Sql) => tx<Written[]>`
    insert into products (id, name, family)
    select id, name, family from ${recordset(tx, tx`products`, products)} order by id
    on conflict (id) do update set name = excluded.name, family = excluded.family, updated_at = now()
    where (products.name, products.family) is distinct from (excluded.name, excluded.family)
    returning id, xmax = 0 as created`;
  return outcomesOf(products, await audited(sql, of, write, origin));
}

/** A contact of a customer that does not exist is left out, and one that is another customer's stays with that one. */
export async function bulkContacts(
  sql: Sql,
  contacts: readonly Input<Contact>[],
  origin: ChangeOrigin,
): Promise<ReadonlyMap<string, BulkOutcome | ContactRefusal>> {
  const given = contacts.map(({ id, customerId, name, email }) => ({ id, customer_id: customerId, name, email }));
  const of = { table: 'contacts', recordType: 'contact', records: contacts, columns: contactColumns };
  const write = (tx: Sql) => tx<Written[]>`
    insert into contacts (id, customer_id, name, email)
    select id, customer_id, name, email from ${recordset(tx, tx`contacts`, given)}
    where exists (select from customers where customers.id = given.customer_id) order by id
    on conflict (id) do update set name = excluded.name, email = excluded.email, updated_at = now()
    where contacts.customer_id = excluded.customer_id
      and (contacts.name, contacts.email) is distinct from (excluded.name, excluded.email)
    returning id, xmax = 0 as created`;
  const outcomes = outcomesOf(contacts, await audited(sql, of, write, origin));
  const refusals = await refusedContacts(
    sql,
    contacts.filter(({ id }) => outcomes.get(id) === 'unchanged'),
  );
  return new Map([...outcomes, ...refusals]);
}

/** Of contacts that were not written, those that could not be. Read afterwards, so that what was written meanwhile is seen. */
async function refusedContacts(
  sql: Sql,
  contacts: readonly Input<Contact>[],
): Promise<ReadonlyMap<string, ContactRefusal>> {
  if (contacts.length === 0) return new Map();
  const kept = await sql<{ id: string; customerId: string }[]>`
    select id, customer_id as "customerId" from contacts where id = any(${contacts.map(({ id }) => id)})`;
  const customerOf = new Map(kept.map(({ id, customerId }) => [id, customerId]));
  return new Map(
    contacts.flatMap(({ id, customerId }): [string, ContactRefusal][] => {
      const now = customerOf.get(id);
      if (now === customerId) return [];
      return [[id, now === undefined ? 'no_such_customer' : 'contact_of_other_customer']];
    }),
  );
}

interface Bulk {
  readonly table: string;
  /** As the audit calls it. */
  readonly recordType: string;
  /** As they are to be, in the form in which they are read. */
  readonly records: readonly { readonly id: string }[];
  readonly columns: (sql: Sql) => postgres.Fragment;
}

/** Writes and records in the audit what was changed, in one transaction. */
async function audited(
  sql: Sql,
  { table, recordType, records, columns }: Bulk,
  write: (tx: Sql) => Promise<readonly Written[]>,
  origin: ChangeOrigin,
): Promise<readonly Written[]> {
  return await inTransaction(sql, async (tx) => {
    const ids = records.map(({ id }) => id);
    const known = await tx<({ id: string } & Times)[]>`
      select ${columns(tx)} from ${tx(table)} where id = any(${ids}) order by id for update`;
    const before = new Map(known.map((record) => [record.id, withoutTimes(record)]));
    const after = new Map(records.map((record) => [record.id, record]));
    const written = await write(tx);
    await recordChanges(
      tx,
      written.map(({ id, created }) => ({
        ...origin,
        recordType,
        recordId: id,
        action: created ? 'created' : 'updated',
        before: before.get(id) ?? null,
        after: after.get(id) ?? null,
      })),
    );
    return written;
  });
}

interface Written {
  readonly id: string;
  readonly created: boolean;
}

const recordset = (sql: Sql, table: postgres.Fragment, given: readonly object[]): postgres.Fragment =>
  sql`jsonb_populate_recordset(null::${table}, ${jsonParameter(sql, given)}) given`;

function outcomesOf(given: readonly { id: string }[], written: readonly Written[]): ReadonlyMap<string, BulkOutcome> {
  const created = new Map(written.map((row) => [row.id, row.created]));
  const outcome = (id: string): BulkOutcome => {
    if (!created.has(id)) return 'unchanged';
    return created.get(id) ? 'created' : 'updated';
  };
  return new Map(given.map(({ id }) => [id, outcome(id)]));
}
