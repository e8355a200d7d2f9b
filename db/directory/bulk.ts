import { type Change, type ChangeOrigin, recordChanges } from '../access/audit.ts';
import { isUnchanged, type RecordTable, withoutTimes } from '../access/audited-upsert.ts';
import { jsonParameter } from '../postgres/connect.ts';
import type { Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { namersOf } from './contact-holds.ts';
import { CONTACTS, type Contact, CUSTOMERS, type Customer, type Input, PRODUCTS, type Product } from './records.ts';

/** What happened to one record. */
export const BULK_OUTCOMES = ['created', 'updated', 'unchanged'] as const;
export type BulkOutcome = (typeof BULK_OUTCOMES)[number];

/** Why a contact was not written: its customer does not exist, or these entitlements keep it with another customer. */
export type ContactRefusal = 'no_such_customer' | { readonly namedBy: readonly string[] };

type Outcomes<Outcome> = ReadonlyMap<string, Outcome>;

/**
 * Creates or changes many records, whose ids must differ, in one transaction, with rows in the audit. Records that are
 * the same already are not touched. Answers by id.
 */
export const bulkCustomers = (
  sql: Sql,
  customers: readonly Input<Customer>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome>> =>
  inTransaction(sql, (tx) => upsertAll<Input<Customer>, Customer>(tx, CUSTOMERS, customers, origin));

/** The same for products. */
export const bulkProducts = (
  sql: Sql,
  products: readonly Input<Product>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome>> =>
  inTransaction(sql, (tx) => upsertAll<Input<Product>, Product>(tx, PRODUCTS, products, origin));

/**
 * The same for contacts. It leaves out contacts whose customer does not exist, and contacts that entitlements keep with
 * another customer.
 */
export const bulkContacts = (
  sql: Sql,
  contacts: readonly Input<Contact>[],
  origin: ChangeOrigin,
): Promise<Outcomes<BulkOutcome | ContactRefusal>> =>
  inTransaction(sql, async (tx) => {
    const named = await tx<{ id: string }[]>`
      select given.id from jsonb_to_recordset(${jsonParameter(tx, contacts)}) as given (id text, "customerId" text)
      where not exists (select from customers where customers.id = given."customerId")`;
    const lost = new Set(named.map(({ id }) => id));
    const namedBy = new Map<string, readonly string[]>();
    const outcomes = await upsertAll<Input<Contact>, Contact>(
      tx,
      CONTACTS,
      contacts.filter(({ id }) => !lost.has(id)),
      origin,
      async (changes) => {
        const moving = changes.filter(({ row, record }) => row.customerId !== record.customerId);
        for (const [id, by] of await namersOf(
          tx,
          moving.map(({ row }) => row),
        ))
          namedBy.set(id, by);
        return changes.filter(({ row }) => !namedBy.has(row.id));
      },
    );
    return new Map<string, BulkOutcome | ContactRefusal>([
      ...outcomes,
      ...[...lost].map((id) => [id, 'no_such_customer'] as const),
      ...[...namedBy].map(([id, by]) => [id, { namedBy: by }] as const),
    ]);
  });

/** A record as it is read. */
interface Kept {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A record as it is, locked, and as it is given. */
interface BulkChange<Row, Given> {
  readonly row: Row;
  readonly record: Given;
}

/**
 * Inserts the new records, then locks the others and changes those that differ and that `allowed` returns. Ids are
 * always taken in order, so that of two calls at once the second waits for the first, and they never wait for each
 * other.
 */
async function upsertAll<Given extends { readonly id: string }, Row extends Kept>(
  tx: Sql,
  table: RecordTable<Given>,
  given: readonly Given[],
  origin: ChangeOrigin,
  allowed: (changes: readonly BulkChange<Row, Given>[]) => Promise<readonly BulkChange<Row, Given>[]> = async (all) =>
    all,
): Promise<Outcomes<BulkOutcome>> {
  const made = await insertNew<Given, Row>(tx, table, given);
  const isMade = new Set(made.map(({ id }) => id));
  const others = new Map(given.flatMap((record) => (isMade.has(record.id) ? [] : [[record.id, record]])));
  const before = others.size === 0 ? [] : await lockAll<Given, Row>(tx, table, [...others.keys()]);
  const found = before.flatMap((row) => {
    const record = others.get(row.id);
    return record === undefined ? [] : [{ row, record }];
  });
  const changes = await allowed(found);
  const differing = changes.filter(({ row, record }) => !isUnchanged(row, record));
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
    ...changes.map(({ row }) => [row.id, 'unchanged'] as const),
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
