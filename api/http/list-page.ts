import { z } from 'zod';
import type { KeyType, Listed, ListPage, Place, Sorts } from '../../db/postgres/keyset.ts';
import { isCivilDate } from '../../domain/calendar.ts';
import { isStorable } from '../../domain/input-limits.ts';
import { invalidCursor, problem } from './problem.ts';
import { CURSOR } from './schemas.ts';

/**
 * A cursor holds the sort, and the value and the id of the last record in base64; names and ids are the longest values.
 */
const MAX_CURSOR_LENGTH = 2_000;
const INTEGER_LIMIT = 2_147_483_647;

export type SortName<By extends string> = By | 'id' | `-${By}` | '-id';

/** The query fields of every sorted list. A `-` before the name of a sort reverses it. */
export const pageFields = <By extends string>(sorts: Sorts<By>) => {
  const names = ['id', ...(Object.keys(sorts) as By[])] as const;
  const both = names.flatMap((name): SortName<By>[] => [name, `-${name}`]);
  return {
    sort: z.enum(both).optional().meta({ description: 'Default: id. A `-` before the name sorts in descending order' }),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z.string().max(MAX_CURSOR_LENGTH).optional().meta(CURSOR),
  };
};

interface PageQuery<By extends string> {
  readonly sort?: SortName<By> | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** The page that a query asks for. Refuses `validation_failed` for an invalid cursor, or one of another sort. */
export function listPageOf<By extends string>(
  sorts: Sorts<By>,
  { sort = 'id', limit, cursor }: PageQuery<By>,
): ListPage<By> {
  const descending = sort.startsWith('-');
  const by = (descending ? sort.slice(1) : sort) as By | 'id';
  const type = by === 'id' ? 'text' : sorts[by].type;
  return { limit, by, descending, after: cursor === undefined ? null : placeOf(cursor, sort, type) };
}

/** The items as callers see them, and the cursor of the next page, which is null after the last page. */
export const listAnswer = <Row, View>(
  { rows, next }: Listed<Row>,
  { sort = 'id' }: { readonly sort?: string | undefined },
  view: (row: Row) => View,
) => ({ items: rows.map(view), nextCursor: next === null ? null : cursorOf(sort, next) });

const Cursor = z.tuple([z.string(), z.string().refine(isStorable), z.string().refine(isStorable)]);

export const cursorOf = (sort: string, { key, id }: Place): string =>
  Buffer.from(JSON.stringify([sort, key, id])).toString('base64url');

function placeOf(cursor: string, sort: string, type: KeyType): Place {
  const read = Cursor.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (!read.success) throw invalidCursor();
  const [cursorSort, key, id] = read.data;
  if (cursorSort !== sort)
    throw problem(
      'validation_failed',
      `The cursor comes from a list sorted by ${cursorSort}, not by ${sort}. Keep the sort from page to page.`,
      'cursor',
    );
  if (!IS_KEY[type](key) || cursorOf(sort, { key, id }) !== cursor) throw invalidCursor();
  return { key, id };
}

const INSTANT = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

/** Whether the database can read the text as a value of the sort; callers may have made the cursor themselves. */
const IS_KEY: Readonly<Record<KeyType, (key: string) => boolean>> = {
  text: () => true,
  integer: (key) => /^-?\d{1,10}$/.test(key) && Math.abs(Number(key)) <= INTEGER_LIMIT,
  decimal: (key) => /^-?\d{1,20}(\.\d{1,4})?$/.test(key),
  date: isCivilDate,
  instant: (key) => isInstantKey(key),
  utc: (key) => isInstantKey(key),
};

const isInstantKey = (key: string): boolean => isCivilDate(INSTANT.exec(key)?.[1] ?? '');

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
