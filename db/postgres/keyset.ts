import type postgres from 'postgres';
import type { Sql } from './sql.ts';

/** What a sort's values are; a cursor carries them as text. `utc` is an instant without its zone, in UTC. */
export type KeyType = 'text' | 'integer' | 'decimal' | 'date' | 'instant' | 'utc';

/** What a list can be sorted by: an expression that an index has, followed there by the id, and that is never null. */
export interface SortColumn {
  readonly type: KeyType;
  readonly of: (sql: Sql) => postgres.Fragment;
}

/** The sorts of a list by the names that callers give them. By `id` alone is always possible. */
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

/** The records of a page, and the place to go on from; null after the last page. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly next: Place | null;
}

interface ListQuery<By extends string> {
  readonly columns: postgres.Fragment;
  readonly from: postgres.Fragment;
  readonly sorts: Sorts<By>;
  /** The id as the index has it, where it is no plain one. */
  readonly id?: postgres.Fragment;
  readonly page: ListPage<By>;
  /** All of these hold. */
  readonly where: readonly postgres.Fragment[];
  /** And one of these, each with an index of its own; none: no such condition. */
  readonly oneOf?: readonly postgres.Fragment[];
}

type Placed<Row> = Row & { readonly sortValue: unknown; readonly sortKey: string; readonly sortId: string };

/**
 * A page by keyset: the records after the last one by (sort, id), so that records which come or go meanwhile neither
 * repeat nor hide others. Not awaited, it can be explained.
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
    from ${from} where ${all(sql, [...where, ...alternative, ...beyond(sql, page, column, id)])}
    ${order(value, id)} ${limit}`;
  if (oneOf.length < 2) return sql<Placed<Row>[]>`${branch(oneOf)}`;
  const branches = oneOf.map((one) => sql`(${branch([one])})`).reduce((some, more) => sql`${some} union all ${more}`);
  const distinct = page.by === 'id' ? sql`"sortValue"` : sql`"sortValue", "sortId"`;
  return sql<Placed<Row>[]>`
    select distinct on (${distinct}) * from (${branches}) found ${order(sql`"sortValue"`, sql`"sortId"`)} ${limit}`;
}

/** Reads a page: one record more than asked for says whether another page follows. */
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

/** A condition for a filter that is given; none for one that is not. */
export const given = <Value>(
  value: Value | null | undefined,
  condition: (value: Value) => postgres.Fragment,
): postgres.Fragment[] => (value === null || value === undefined ? [] : [condition(value)]);

const all = (sql: Sql, conditions: readonly postgres.Fragment[]): postgres.Fragment =>
  conditions.reduce((some, more) => sql`${some} and ${more}`, sql`true`);

/** The records past the place, in the sort's direction; one comparison of rows, which an index answers as a range. */
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
  return type === 'utc' ? sql`to_char(${value}, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')` : sql`${value}::text`;
}

/** By way of text: the driver would make a `Date` of an instant, which has no microseconds. */
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
