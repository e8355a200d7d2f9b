import { isDeepStrictEqual } from 'node:util';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { type ChangeOrigin, recordChange } from './audit.ts';

/** What an upsert made of a record. */
export interface Upserted<Kept> {
  readonly record: Kept;
  readonly created: boolean;
}

/** A table whose key is `id` and that keeps `updated_at`, and how its records become rows. */
export interface RecordTable<Given> {
  readonly table: string;
  /** As the audit calls it. */
  readonly recordType: string;
  /** How a record is read. */
  readonly columns: (sql: Sql) => Fragment;
  /** A record's columns, but for `id`. */
  readonly values: (record: Given) => Readonly<Record<string, string | null>>;
}

/** A record of such a table. */
interface Upsert {
  readonly table: string;
  /** As the audit calls it. */
  readonly recordType: string;
  /** As it is to be, in the form in which it is read. */
  readonly record: { readonly id: string };
  /** The same as columns, but for `id`. */
  readonly values: Readonly<Record<string, string | number | null | Fragment>>;
  /** How it is read. */
  readonly columns: (sql: Sql) => Fragment;
}

/** Names what stands in the way of a change of a record that is locked; nothing: it is changed. */
type InTheWay<Kept> = (tx: Sql, before: Kept) => Promise<readonly string[]>;

/** A change that was not made. */
export interface Blocked {
  readonly blockedBy: readonly string[];
}

interface Times {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/**
 * Makes the record or changes it, and records that in the audit; one that is the same already is not touched. The insert
 * goes first: of two at once the second waits and then changes. Leaves a record alone where `inTheWay` names something.
 */
export async function auditedUpsert<Kept extends Times>(
  sql: Sql,
  { table, recordType, record, values, columns }: Upsert,
  origin: ChangeOrigin,
  inTheWay: InTheWay<Kept> = async () => [],
): Promise<Upserted<Kept> | Blocked> {
  return await inTransaction(sql, async (tx) => {
    const { id } = record;
    const change = { ...origin, recordType, recordId: id };
    const [made] = await tx<Kept[]>`
      insert into ${tx(table)} ${tx({ id, ...values })} on conflict (id) do nothing returning ${columns(tx)}`;
    if (made !== undefined) {
      await recordChange(tx, { ...change, action: 'created', before: null, after: withoutTimes(made) });
      return { record: made, created: true };
    }
    const [before] = await tx<Kept[]>`
      select ${columns(tx)} from ${tx(table)} where id = ${id} for update`;
    if (before === undefined) throw new TypeError('A record that could not be made is there.');
    if (isDeepStrictEqual(plain(withoutTimes(before)), plain(record))) return { record: before, created: false };
    const blockedBy = await inTheWay(tx, before);
    if (blockedBy.length > 0) return { blockedBy };
    const [after] = await tx<Kept[]>`
      update ${tx(table)} set ${tx(values)}, updated_at = now() where id = ${id} returning ${columns(tx)}`;
    if (after === undefined) throw new TypeError('The record is locked, so it is there.');
    await recordChange(tx, {
      ...change,
      action: 'updated',
      before: withoutTimes(before),
      after: withoutTimes(after),
    });
    return { record: after, created: false };
  });
}

/** The upsert of a record that nothing can stand in the way of. */
export function present<Kept>(upserted: Upserted<Kept> | Blocked): Upserted<Kept> {
  if ('blockedBy' in upserted) throw new TypeError('An upsert without a condition leaves no record alone.');
  return upserted;
}

/** As JSON has it: a member that is undefined is none. */
export const plain = (record: object): unknown => JSON.parse(JSON.stringify(record));

/** The audit has a time of its own. */
export function withoutTimes({ createdAt: _made, updatedAt: _changed, ...record }: Times): object {
  return record;
}
