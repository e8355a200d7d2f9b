import { isDeepStrictEqual } from 'node:util';
import { type Change, type ChangeOrigin, recordChanges } from './audit.ts';
import { plain, type RecordTable, withoutTimes } from './audited-upsert.ts';
import { jsonParameter, type Sql } from './connect.ts';
import { CONTACTS, type Contact, CUSTOMERS, type Customer, type Input, PRODUCTS, type Product } from './records.ts';
import { inTransaction } from './transaction.ts';

/** What became of one record. */
export const BULK_OUTCOMES = ['created', 'updated', 'unchanged'] as const;
export type BulkOutcome = (typeof BULK_OUTCOMES)[number];

/** Why a contact was not written: its customer does not exist, or it is another customer's already. */
export type ContactRefusal = 'no_such_customer' | 'contact_of_other_customer';

type Outcomes<Outcome> = ReadonlyMap<string, Outcome>;

/**
 * Makes or changes many records with different ids in one transaction, and records that in the audit; those that are the
 * same already are not touched. Answers by id.
 */
export const bulkCustomers = (
  sql: Sql,
  customers: readonly Input<Customer>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome>> =>
  inTransaction(sql, (tx) => upsertAll<Input<Customer>, Customer>(tx, CUSTOMERS, customers, origin));

export const bulkProducts = (
  sql: Sql,
  products: readonly Input<Product>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome>> =>
  inTransaction(sql, (tx) => upsertAll<Input<Product>, Product>(tx, PRODUCTS, products, origin));

/** The same. A contact of a customer that does not exist is left out, and one that is another customer's stays with that one. */
export const bulkContacts = (
  sql: Sql,
  contacts: readonly Input<Contact>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome | ContactRefusal>> =>
  inTransaction(sql, async (tx) => {
    const named = await tx<{ id: string; customerId: string | null; contactOf: string | null }[]>`
      select given.id, customers.id as "customerId", contacts.customer_id as "contactOf"
      from jsonb_to_recordset(${jsonParameter(tx, contacts)}) as given (id text, "customerId" text)
      left join customers on customers.id = given."customerId"
      left join contacts on contacts.id = given.id`;
    const refused = new Map<string, ContactRefusal>();
    for (const { id, customerId, contactOf } of named) {
      if (customerId === null && contactOf === null) refused.set(id, 'no_such_customer');
      else if (contactOf !== null && contactOf !== customerId) refused.set(id, 'contact_of_other_customer');
    }
    const good = contacts.filter(({ id }) => !refused.has(id));
    const outcomes = await upsertAll<Input<Contact>, Contact>(
      tx,
      CONTACTS,
      good,
      origin,
      // Made for another customer since it was looked for.
      (before, contact) => before.customerId === contact.customerId,
    );
    const late = good.filter(({ id }) => !outcomes.has(id));
    return new Map([...outcomes, ...refused, ...late.map(({ id }) => [id, 'contact_of_other_customer'] as const)]);
  });

/** A record as it is read. */
interface Kept {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * Inserts what is new, then locks the others and changes those that differ, ids always in order: of two at once the second
 * waits, and none for one that waits for it. Leaves records out that `mayChange` does not allow.
 */
async function upsertAll<Given extends { readonly id: string }, Row extends Kept>(
  tx: Sql,
  table: RecordTable<Given>,
  given: readonly Given[],
  origin: ChangeOrigin,
  mayChange: (before: Row, record: Given) => boolean = () => true,
): Promise<Outcomes<BulkOutcome>> {
  const made = await insertNew<Given, Row>(tx, table, given);
  const isMade = new Set(made.map(({ id }) => id));
  const others = new Map(given.flatMap((record) => (isMade.has(record.id) ? [] : [[record.id, record]])));
  const before = others.size === 0 ? [] : await lockAll<Given, Row>(tx, table, [...others.keys()]);
  const allowed = before.flatMap((row) => {
    const record = others.get(row.id);
    return record !== undefined && mayChange(row, record) ? [{ row, record }] : [];
  });
  const differing = allowed.filter(({ row, record }) => !isDeepStrictEqual(plain(withoutTimes(row)), plain(record)));
  const changed = await updateAll<Given, Row>(
    tx,
    table,
    differing.map(({ record }) => record),
  );
  const rowBefore = new Map(differing.map(({ row }) => [row.id, row]));
  await recordChanges(tx, [
    ...made.map((row) => changeOf(origin, table.recordType, null, row)),
    ...changed.map((row) => changeOf(origin, table.recordType, rowBefore.get(row.id) ?? null, row)),
  ]);
  return new Map<string, BulkOutcome>([
    ...allowed.map(({ row }) => [row.id, 'unchanged'] as const),
    ...changed.map(({ id }) => [id, 'updated'] as const),
    ...made.map(({ id }) => [id, 'created'] as const),
  ]);
}

const insertNew = async <Given extends { readonly id: string }, Row extends Kept>(
  tx: Sql,
  table: RecordTable<Given>,
  given: readonly Given[],
): Promise<readonly Row[]> => {
  const [first] = given;
  if (first === undefined) return [];
  const names = tx(['id', ...Object.keys(table.values(first))]);
  return await tx<Row[]>`
    insert into ${tx(table.table)} (${names})
    select ${names} from ${recordset(tx, table, given)} order by id
    on conflict (id) do nothing returning ${table.columns(tx)}`;
};

const lockAll = async <Given, Row extends Kept>(
  tx: Sql,
  table: RecordTable<Given>,
  ids: readonly string[],
): Promise<Row[]> =>
  await tx<Row[]>`
    select ${table.columns(tx)} from ${tx(table.table)} where id = any(${[...ids]}) order by id for update`;

async function updateAll<Given extends { readonly id: string }, Row extends Kept>(
  tx: Sql,
  table: RecordTable<Given>,
  given: readonly Given[],
): Promise<readonly Row[]> {
  const [first] = given;
  if (first === undefined) return [];
  const set = Object.keys(table.values(first))
    .map((name) => tx`${tx(name)} = given.${tx(name)}`)
    .reduce((some, more) => tx`${some}, ${more}`);
  const ids = await tx<{ id: string }[]>`
    update ${tx(table.table)} kept set ${set}, updated_at = now()
    from ${recordset(tx, table, given)} where kept.id = given.id returning kept.id`;
  return await tx<Row[]>`
    select ${table.columns(tx)} from ${tx(table.table)} where id = any(${ids.map(({ id }) => id)})`;
}

const recordset = <Given extends { readonly id: string }>(
  tx: Sql,
  { table, values }: RecordTable<Given>,
  given: readonly Given[],
) => {
  const rows = given.map((record) => ({ id: record.id, ...values(record) }));
  return tx`jsonb_populate_recordset(null::${tx(table)}, ${jsonParameter(tx, rows)}) given`;
};

const changeOf = (origin: ChangeOrigin, recordType: string, before: Kept | null, after: Kept): Change => ({
  ...origin,
  action: before === null ? 'created' : 'updated',
  recordType,
  recordId: after.id,
  before: before === null ? null : withoutTimes(before),
  after: withoutTimes(after),
});
