import { expect } from 'vitest';
import { type Answer, ask } from './api-client.ts';

export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

/**
 * Reads a list page after page, following `nextCursor`. Every page must be a success, and all but the last one full.
 */
export async function allPages<Item>(
  path: string,
  { limit = 200, ...options }: { readonly limit?: number } & NonNullable<Parameters<typeof ask>[3]> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query = new URLSearchParams({ limit: String(limit), ...(cursor === '' ? {} : { cursor }) });
    const url = `${path}${path.includes('?') ? '&' : '?'}${query}`;
    const { status, body }: Answer<Page<Item>> = await ask<Page<Item>>('GET', url, undefined, options);
    expect([url, status, body]).toEqual([url, 200, expect.objectContaining({ items: expect.any(Array) })]);
    const isLast = body.nextCursor === null;
    expect([url, isLast || body.items.length === limit]).toEqual([url, true]);
    items.push(...body.items);
    cursor = body.nextCursor;
  }
  return items;
}
