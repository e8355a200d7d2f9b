import type postgres from 'postgres';
import { utcText } from './instant-text.ts';
import type { Sql } from './sql.ts';

/** The type of a sort's values. A cursor carries them as text. `utc` is a `timestamp` without a zone, in UTC. */
export type KeyType = 'text' | 'integer' | 'decimal' | 'date' | 'instant' | 'utc';

/** What a list can be sorted by: an expression that is never null, and that an index has in front of the id. */
export interface SortColumn {
  readonly type: KeyType;
  readonly of: (sql: Sql) => postgres.Fragment;
}

/** The sorts of a list, by the names that callers use. Every list can also be sorted by `id` alone. */
export type Sorts<By extends string> = Readonly<Record<By, SortColumn>>;

/** Where a page ended: the last record's value of the sort, as text, and its id. */
export interface Place {
  readonly key: string;
  readonly id: string;
}

export interface ListPage<By extends string> {
  readonly limit: number;
  readonly by: By | 'id';
  readonly descending: boolean;
  /** Null: the first page. */
  readonly after: Place | null;
}

/** The records of a page, and where the next page begins; null after the last page. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly next: Place | null;
}

/** What a list reads. */
export interface Listing {
  readonly from: postgres.Fragment;
  /** All of these hold. */
  readonly where: readonly postgres.Fragment[];
  /** At least one of these holds, each with an index of its own; empty: no such condition. */
  readonly oneOf?: readonly postgres.Fragment[];
}

interface ListQuery<By extends string> extends Listing {
  readonly columns: postgres.Fragment;
  readonly sorts: Sorts<By>;
  /** The id as the index has it, where the index has an expression instead of the column. */
  readonly id?: postgres.Fragment;
  readonly page: ListPage<By>;
}

type Placed<Row> = Row & { readonly sortValue: unknown; readonly sortKey: string; readonly sortId: string };

/**
 * A page by keyset: the records after the last one by (sort, id), so that records which are added or removed in the
 * meantime neither repeat nor hide others. The query runs when it is awaited; tests explain it instead.
 */
export function pageQuery<Row, By extends string>(
  sql: Sql,
  { columns, from, sorts, id = sql`id`, page, where, oneOf = [] }: ListQuery<By>,
): postgres.PendingQuery<Placed<Row>[]> {
  const column: SortColumn = page.by === 'id' ? { type: 'text', of: () => id } : sorts[page.by];
  const value = column.of(sql);
  const limit = sql`limit ${page.limit + 1}`;
  const order = (key: postgres.Fragment, tie: postgres.Fragment) => {
    const direction = page.descending ? sql`desc` : sql`asc`;
    return page.by === 'id'
      ? sql`order by ${key} ${direction}`
      : sql`order by ${key} ${direction}, ${tie} ${direction}`;
  };
  const branch = (alternative: readonly postgres.Fragment[]) => sql`
    select ${columns}, ${value} as "sortValue", ${asText(sql, column.type, value)} as "sortKey", id as "sortId"
    from ${from} where ${allOf(sql, [...where, ...alternative, ...beyond(sql, page, column, id)])}
    ${order(value, id)} ${limit}`;
  if (oneOf.length < 2) return sql<Placed<Row>[]>`${branch(oneOf)}`;
  const branches = oneOf.map((one) => sql`(${branch([one])})`).reduce((some, more) => sql`${some} union all ${more}`);
  const distinct = page.by === 'id' ? sql`"sortValue"` : sql`"sortValue", "sortId"`;
  return sql<Placed<Row>[]>`
    select distinct on (${distinct}) * from (${branches}) found ${order(sql`"sortValue"`, sql`"sortId"`)} ${limit}`;
}

/** How many records a list has on all its pages together. */
export async function countListed(sql: Sql, { from, where, oneOf = [] }: Listing): Promise<number> {
  const some = oneOf.length === 0 ? [] : [sql`(${oneOf.reduce((left, right) => sql`${left} or ${right}`)})`];
  const [counted] = await sql<{ count: number }[]>`
    select count(*)::integer as count from ${from} where ${allOf(sql, [...where, ...some])}`;
  return counted?.count ?? 0;
}

/** Reads a page. The query asks for one record more than `limit`, which shows whether another page follows. */
export async function readPage<Row>(
  query: postgres.PendingQuery<Placed<Row>[]>,
  limit: number,
): Promise<Listed<Omit<Row, keyof Placed<unknown>>>> {
  const found = await query;
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ sortValue: _value, sortKey: _key, sortId: _id, ...row }) => row),
    next: last === undefined || found.length <= limit ? null : { key: last.sortKey, id: last.sortId },
  };
}

/** The condition of a filter, or none where the filter is absent. */
export const given = <Value>(
  value: Value | null | undefined,
  condition: (value: Value) => postgres.Fragment,
): postgres.Fragment[] => (value === null || value === undefined ? [] : [condition(value)]);

/** SQL: all of the conditions hold; `true` where there are none. */
export const allOf = (sql: Sql, conditions: readonly postgres.Fragment[]): postgres.Fragment =>
  conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);

/** The records after the place, in the sort's direction: one comparison of rows, which an index answers as a range. */
function beyond<By extends string>(
  sql: Sql,
  { after, by, descending }: ListPage<By>,
  { type, of }: SortColumn,
  id: postgres.Fragment,
) {
  if (after === null) return [];
  const past = descending ? sql`<` : sql`>`;
  if (by === 'id') return [sql`${id} ${past} ${after.id}`];
  return [sql`(${of(sql)}, ${id}) ${past} (${fromText(sql, type, after.key)}, ${after.id})`];
}

function asText(sql: Sql, type: KeyType, value: postgres.Fragment): postgres.Fragment {
  if (type === 'instant') return asText(sql, 'utc', sql`${value} at time zone 'UTC'`);
  return type === 'utc' ? utcText(sql, value, 'US') : sql`${value}::text`;
}

/** The value is sent as text, because the driver would make a `Date` of an instant and so lose its microseconds. */
function fromText(sql: Sql, type: KeyType, key: string): postgres.Fragment {
  switch (type) {
    case 'text':
      return sql`${key}::text`;
    case 'integer':
      return sql`${key}::text::integer`;
    case 'decimal':
      return sql`${key}::text::numeric`;
    case 'date':
      return sql`${key}::text::date`;
    case 'instant':
      return sql`${key}::text::timestamptz`;
    case 'utc':
      return sql`${key}::text::timestamptz at time zone 'UTC'`;
  }
}
