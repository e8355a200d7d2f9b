/** A path with a query; parameters that are undefined or null are left out. */
export function pathWith(path: string, query: Readonly<Record<string, string | number | null | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value != null) parameters.set(name, String(value));
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}
