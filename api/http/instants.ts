/** An instant of milliseconds since 1970 as answers write it: RFC 3339, in UTC. */
export const iso = (at: number): string => new Date(at).toISOString();

/** The same of an instant that may not be known yet. */
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

/** The instant that a query names, where it names one. The schema of the query has checked the text. */
export const instantOf = (text: string | undefined): Date | undefined =>
  text === undefined ? undefined : new Date(text);
