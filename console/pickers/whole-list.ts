import { useQuery } from '@tanstack/react-query';
import { READ_AT_ONCE } from './found-options.ts';
import type { Found } from './picker-props.ts';

interface ListPage {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  readonly nextCursor: string | null;
}

/** At most this many pages are read: lists that people keep by hand are shorter. */
const MOST_PAGES = 10;

async function readAll(read: (query: { limit: number; cursor?: string }) => Promise<ListPage>) {
  const items: ListPage['items'][number][] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const next: ListPage = await read({ limit: READ_AT_ONCE, ...(cursor === null ? {} : { cursor }) });
    items.push(...next.items);
    cursor = next.nextCursor;
    if (cursor === null) break;
  }
  return items;
}

/**
 * All records of a short list that the API does not search, in order of their names. A chosen one that the list does
 * not hold is shown by its id.
 */
export function useWholeList(
  name: string,
  read: (query: { limit: number; cursor?: string }) => Promise<ListPage>,
  chosen: string | null,
): Found {
  const { data, isFetching, error } = useQuery({ queryKey: ['whole list', name], queryFn: () => readAll(read) });
  const options = (data ?? [])
    .map((record) => ({ value: record.id, label: record.name }))
    .sort((one, other) => one.label.localeCompare(other.label));
  const isKnown = chosen === null || data === undefined || options.some(({ value }) => value === chosen);
  const shown = isKnown ? options : [{ value: chosen, label: chosen }, ...options];
  return { options: shown, isFetching, isFailed: error !== null };
}
