import { isDeepStrictEqual } from 'node:util';
import type { Fragment, Sql } from '../postgres/sql.ts';
import { inTransaction } from '../postgres/transaction.ts';
import { type ChangeOrigin, recordChange } from './audit.ts';

/** A record after an upsert, and whether the upsert created it. */
export interface Upserted<Kept> {
  readonly record: Kept;
  readonly created: boolean;
}

/** A table with the key `id` and with `updated_at`, and how its records become rows. */
export interface RecordTable<Given, Value = string | null> {
  readonly table: string;
  /** The name of such a record in the audit. */
  readonly recordType: string;
  /** SQL: the columns by which a record is read. They give a record in the form of `Given`, with its times. */
  readonly columns: (sql: Sql) => Fragment;
  /** A record's columns, without `id`. */
  readonly values: (record: Given) => Readonly<Record<string, Value>>;
}

/** A change that was not made, and what prevents it. */
export interface Blocked {
  readonly blockedBy: readonly string[];
}

/** Names what prevents the change of a record, which is locked; empty: the record is changed. */
type Obstacles<Kept> = (tx: Sql, before: Kept) => Promise<readonly string[]>;

interface Times {
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

type Identified = { readonly id: string };
type Values = string | number | null | Fragment;

/** Creates or changes the record, and records that in the audit. A record that is the same already is not touched. */
export async function auditedUpsert<Kept extends Times, Given extends Identified>(
  sql: Sql,
  table: RecordTable<Given, Values>,
  record: Given,
  origin: ChangeOrigin,
): Promise<Upserted<Kept>> {
  const upserted = await auditedUpsertUnless<Kept, Given>(sql, table, record, origin, async () => []);
  if ('blockedBy' in upserted) throw new TypeError('An upsert without obstacles cannot be blocked.');
  return upserted;
}

/**
 * The same, unless `obstacles` names something that prevents a change. The insert comes first: of two upserts of one
 * record at the same moment, the second waits for the first and then changes the record.
 */
export async function auditedUpsertUnless<Kept extends Times, Given extends Identified>(
  sql: Sql,
  { table, recordType, values: valuesOf, columns }: RecordTable<Given, Values>,
  record: Given,
  origin: ChangeOrigin,
  obstacles: Obstacles<Kept>,
): Promise<Upserted<Kept> | Blocked> {
  return await inTransaction(sql, async (tx) => {
    const { id } = record;
    const values = valuesOf(record);
    const change = { ...origin, recordType, recordId: id };
    const [made] = await tx<Kept[]>`
      insert into ${tx(table)} ${tx({ id, ...values })} on conflict (id) do nothing returning ${columns(tx)}`;
    if (made !== undefined) {
      await recordChange(tx, { ...change, action: 'created', before: null, after: withoutTimes(made) });
      return { record: made, created: true };
    }
    const [before] = await tx<Kept[]>`
      select ${columns(tx)} from ${tx(table)} where id = ${id} for update`;
    if (before === undefined) throw new TypeError('The insert found the record, so the record is there.');
    if (isUnchanged(before, record)) return { record: before, created: false };
    const blockedBy = await obstacles(tx, before);
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

/** Whether the record as it was read says the same as the one that is given. */
export const isUnchanged = (before: Times, given: object): boolean =>
  isDeepStrictEqual(plain(withoutTimes(before)), plain(given));

/** As JSON has it: a member that is undefined does not exist. */
const plain = (record: object): unknown => JSON.parse(JSON.stringify(record));

/** The record without its times: the audit has a time of its own. */
export function withoutTimes({ createdAt: _made, updatedAt: _changed, ...record }: Times): object {
  return record;
}
