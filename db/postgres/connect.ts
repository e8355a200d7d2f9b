import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { arrayTypes } from './array-types.ts';
import { DatabaseSocket, type SslMode } from './database-socket.ts';
import type { Sql } from './sql.ts';
import { keepTransactions, TransactionClients } from './transaction.ts';
import { startupPadding } from './wire.ts';

/** Connections of one process: enough for reads and writes side by side, few enough for many processes. */
const DEFAULT_CONNECTIONS = 8;

/**
 * How long a statement may take, by what the connections are for, in ms:
 * - `serving`: API and worker, whose callers wait. The longest, a report over 100,000 entitlements, takes a second.
 * - `operating`: programs at a console, such as reconcile, that read everything.
 * - `migrating`: changes of the schema, which take as long as they take.
 */
const STATEMENT_WITHIN_MS = { serving: 7_000, operating: 300_000, migrating: null } as const;
export type Purpose = keyof typeof STATEMENT_WITHIN_MS;
/** The server ends what takes too long and says so within this; if it does not, the connection is lost. */
const SERVER_ANSWERS_WITHIN_MS = 1_000;
/** Connecting, from the first packet to the first statement. */
const CONNECT_WITHIN_SECONDS = 5;

/** Seconds until a lost connection is opened anew: soon, as the driver else waits up to 20 s once the server is back. */
const backoff = (retries: number): number => Math.min(0.05 * 2 ** retries, 1);

/** What the driver read from an address and the environment; its own type leaves some of it out. */
interface Place {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
  readonly ssl: SslMode | null;
  readonly sslnegotiation: string | null;
}

/**
 * A pool of connections; opens on first use. Instants come back as `Date`, dates as `YYYY-MM-DD`. Every statement is settled
 * within the time of its `purpose`, also when the connection breaks or the server falls silent: see `DatabaseSocket`.
 * Transactions have connections of their own beside it: see `inTransaction`. `end` ends them all.
 */
export function connect(
  databaseUrl: string,
  { max = DEFAULT_CONNECTIONS, purpose = 'operating' }: { max?: number; purpose?: Purpose } = {},
): Sql {
  const place = postgres(databaseUrl, { max: 1 }).options as unknown as Place;
  const statementMs = STATEMENT_WITHIN_MS[purpose];
  const peers = new Set<DatabaseSocket>();
  const socket = socketsTo(place, statementMs === null ? null : statementMs + SERVER_ANSWERS_WITHIN_MS, peers);
  const open = (own: { max: number; onclose?: () => void; max_lifetime?: null }): Sql =>
    postgres(databaseUrl, {
      // Where there are several servers, the socket goes from one to the next; the driver then fails each attempt by itself.
      host: place.host[0] ?? 'localhost',
      port: place.port[0] ?? 5432,
      ssl: false,
      socket,
      connect_timeout: CONNECT_WITHIN_SECONDS,
      backoff,
      onnotice: () => undefined,
      connection: { application_name: 'allot', ...limitsOf(purpose, statementMs), ...startupPadding },
      fetch_types: false,
      // A date is a civil date, not an instant in the process's zone.
      types: {
        date: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
        ...arrayTypes,
      },
      ...own,
    } as postgres.Options<Record<string, postgres.PostgresType>>) as unknown as Sql;
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
    const watching = new AbortController();
    // The driver waits for ever for a connection that broke under a statement and was not needed since.
    const ended = Promise.race([end(options), nothingOpen(peers, watching.signal)]);
    await Promise.all([ended, transactions.end(options)]);
    watching.abort();
  };
  return sql;
}

/**
 * The server's own limits. While a caller waits, a transaction that says nothing is one whose client is gone: its locks must
 * not hold up the others.
 */
const limitsOf = (purpose: Purpose, statementMs: number | null) => ({
  ...(statementMs === null ? {} : { statement_timeout: statementMs }),
  ...(purpose === 'serving' && statementMs !== null ? { idle_in_transaction_session_timeout: statementMs } : {}),
});

/** Resolves once no connection is open, and none is about to be; also when it is told to stop. */
async function nothingOpen(sockets: ReadonlySet<DatabaseSocket>, signal: AbortSignal): Promise<void> {
  for (let quietMs = 0; quietMs < QUIET_MS && !signal.aborted; quietMs = sockets.size === 0 ? quietMs + POLL_MS : 0)
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
}
/** Longer than the driver waits between two tries. */
const QUIET_MS = 1_200;
const POLL_MS = 50;

function socketsTo(place: Place, silenceLimitMs: number | null, peers: Set<DatabaseSocket>): () => DatabaseSocket {
  let turn = 0;
  return () => {
    const which = turn % place.host.length;
    turn += 1;
    return new DatabaseSocket({
      place: {
        host: place.host[which] ?? 'localhost',
        port: place.port[which] ?? 5432,
        path: place.path === false ? undefined : place.path,
      },
      ssl: place.ssl ?? false,
      isDirectTls: place.sslnegotiation === 'direct',
      silenceLimitMs,
      peers,
    });
  };
}

/** A value for a json parameter; the library's own type knows no readonly. */
export const jsonParameter = (sql: Sql, value: unknown) => sql.json(value as postgres.JSONValue);
