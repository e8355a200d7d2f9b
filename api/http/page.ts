import type { Page } from '../../db/postgres/page.ts';
import { isStorable } from '../../domain/input-limits.ts';
import { invalidCursor } from './problem.ts';

/** The place of a page, in a form that callers pass back without reading it. */
const cursorOf = (last: string): string => Buffer.from(last).toString('base64url');

/** The page that a query asks for. Refuses `validation_failed` for a text that is not a cursor. */
export function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): Page {
  if (cursor === undefined) return { limit, after: null };
  const after = Buffer.from(cursor, 'base64url').toString();
  if (cursor === '' || cursorOf(after) !== cursor || !isStorable(after)) throw invalidCursor();
  return { limit, after };
}

/** The items, and the cursor of the next page, which is null after the last page. */
export function paged<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => string) {
  const last = items.at(-1);
  return { items, nextCursor: last === undefined || items.length < limit ? null : cursorOf(idOf(last)) };
}
