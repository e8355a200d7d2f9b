import type { Page } from '../../db/postgres/page.ts';
import { isStorable } from '../../domain/input-limits.ts';
import { problem } from './problem.ts';

/** A page's place, in a form that callers pass back and do not read. */
const cursorOf = (last: string): string => Buffer.from(last).toString('base64url');

export function pageOf({ limit, cursor }: { limit: number; cursor?: string | undefined }): Page {
  if (cursor === undefined) return { limit, after: null };
  const after = Buffer.from(cursor, 'base64url').toString();
  if (cursor === '' || cursorOf(after) !== cursor || !isStorable(after))
    throw problem('validation_failed', 'The cursor is not valid for this list: pass nextCursor as it came.', 'cursor');
  return { limit, after };
}

/** Items and where the next page begins; null after the last page. */
export function paged<Item>(items: readonly Item[], limit: number, idOf: (item: Item) => string) {
  const last = items.at(-1);
  return { items, nextCursor: last === undefined || items.length < limit ? null : cursorOf(idOf(last)) };
}
