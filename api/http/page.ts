import type { Page } from '../../db/postgres/page.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { invalidCursor } from './problem.ts';

/** The page that a query asks for. Refuses `validation_failed` for a text that is not a cursor. */
export function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): Page {
  if (cursor === undefined) return { limit, after: null };
  const [after, ...more] = readCursor(cursor) ?? [];
  if (after === undefined || more.length > 0) throw invalidCursor();
  return { limit, after };
}

/** The items, and the cursor of the next page, which is null after the last page. */
export function paged<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => string) {
  const last = items.at(-1);
  return { items, nextCursor: last === undefined || items.length < limit ? null : writeCursor(idOf(last)) };
}
