import { allPages, type Page } from './all-pages.ts';
import { ask } from './api-client.ts';

export type Query = Record<string, string>;

/** One page of a list under /v1, or the refusal. */
export const listPage = <Item = { id: string }>(what: string, query: Query) =>
  ask<Page<Item> & { code?: string; detail?: string; errors?: { field: string }[] }>(
    'GET',
    `/v1/${what}?${new URLSearchParams(query)}`,
  );

/** The ids in a list under /v1, read in pages of `limit`. */
export async function listedIds(what: string, query: Query, limit = 200): Promise<string[]> {
  const items = await allPages<{ id: string }>(`/v1/${what}?${new URLSearchParams(query)}`, { limit });
  return items.map(({ id }) => id);
}
