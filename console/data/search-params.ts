/**
 * The query of an address as plain texts: `?customer=42&sort=-name`. The router's own way would read 42 as a number and
 * write texts in quotes; addresses of this console are typed by people and made by other systems.
 */
export type SearchParams = Readonly<Record<string, string | undefined>>;

export const parseSearch = (query: string): SearchParams => Object.fromEntries(new URLSearchParams(query));

export function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

/** The value if it is one of the words that the page knows, else undefined: a mistyped address shows the page as usual. */
export function oneOf<Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}

/** The value if it is a text that is not empty. */
export const textParam = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
