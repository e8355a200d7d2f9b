import postgres from 'postgres';
import { keepTransactions, TransactionClients } from './transaction.ts';

export type Sql = postgres.Sql;
/** A part of a query. */
export type Fragment = postgres.Fragment;

/** Connections of one process: enough for reads and writes side by side, few enough for many processes. */
const DEFAULT_CONNECTIONS = 8;

/** Seconds until a lost connection is opened anew: soon, as the driver else waits up to 20 s once the server is back. */
const backoff = (retries: number): number => Math.min(0.05 * 2 ** retries, 1);

/**
 * A pool of connections; opens on first use. Instants come back as `Date`, dates as `YYYY-MM-DD`. Transactions have connections
 * of their own beside it: see `inTransaction`. `end` ends them all.
 */
export function connect(databaseUrl: string, { max = DEFAULT_CONNECTIONS }: { max?: number } = {}): Sql {
  const open = (own: { max: number; onclose?: () => void; max_lifetime?: null }): Sql =>
    postgres(databaseUrl, {
      connect_timeout: 5,
      backoff,
      onnotice: () => undefined,
      connection: { application_name: 'allot' },
      // A date is a civil date, not an instant in the process's zone.
      types: { date: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day } },
      ...own,
    }) as unknown as Sql;
  const sql = open({ max });
  const transactions = new TransactionClients(() => {
    const onclose = () => {
      client.isLost = true;
      void client.sql.end({ timeout: 0 });
    };
    // The driver ends connections that are old, also between two statements of a transaction.
    const client = { sql: open({ max: 1, onclose, max_lifetime: null }), isLost: false };
    return client;
  });
  keepTransactions(sql, transactions);
  const { end } = sql;
  sql.end = async (options) => {
    await Promise.all([end(options), transactions.end(options)]);
  };
  return sql;
}

/** A value for a json parameter; the library's own type knows no readonly. */
export const jsonParameter = (sql: Sql, value: unknown) => sql.json(value as postgres.JSONValue);
