import postgres from 'postgres';

export type Sql = postgres.Sql;
/** A part of a query. */
export type Fragment = postgres.Fragment;

/** Connections of one process: enough for reads and writes side by side, few enough for many processes. */
const DEFAULT_CONNECTIONS = 8;

/** A pool of connections; opens on first use. Instants come back as `Date`, dates as `YYYY-MM-DD`. */
export function connect(databaseUrl: string, { max = DEFAULT_CONNECTIONS }: { max?: number } = {}): Sql {
  return postgres(databaseUrl, {
    max,
    connect_timeout: 5,
    onnotice: () => undefined,
    connection: { application_name: 'allot' },
    // A date is a civil date, not an instant in the process's zone.
    types: { date: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day } },
  }) as unknown as Sql;
}

/** A value for a json parameter; the library's own type knows no readonly. */
export const jsonParameter = (sql: Sql, value: unknown) => sql.json(value as postgres.JSONValue);
