import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { arrayTypes } from './array-types.ts';
import { countConnections } from './database-metrics.ts';
import { DatabaseSocket, type SslMode } from './database-socket.ts';
import { observed } from './observed.ts';
import type { Sql } from './sql.ts';
import { keepTransactions, TransactionClients } from './transaction.ts';
import { startupPadding } from './wire.ts';

/**
 * The connections of one process: enough for reads and writes side by side, and few enough that many processes can run.
 */
const DEFAULT_CONNECTIONS = 8;
/** Most lookups serve many calls at once. */
const LOOKUP_CONNECTIONS = 6;

/**
 * PostgreSQL's planner assumes that every list in JSON has a hundred entries. To look two cases up, it would therefore read
 * all entitlements of an organisation that has some thousands. These settings have it look each entry up by an index.
 */
const BY_INDEX = {
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  // For such short lists a cache of earlier answers costs more than it saves.
  enable_memoize: 'off',
} as const;

/**
 * How long a statement may take in milliseconds, for each purpose of a connection:
 * - `serving`: API and worker, whose callers wait. The longest statement, a report over 100,000 entitlements, takes a
 *   second.
 * - `operating`: programs at a console that read everything, such as reconcile.
 * - `migrating`: changes of the schema, which have no limit.
 */
const STATEMENT_WITHIN_MS = { serving: 7_000, operating: 300_000, migrating: null } as const;
export type Purpose = keyof typeof STATEMENT_WITHIN_MS;
/**
 * The server cancels a statement that takes too long and reports it within this time; otherwise the connection is lost.
 */
const SERVER_ANSWERS_WITHIN_MS = 1_000;
/** The limit for connecting, from the first packet to the first statement. */
const CONNECT_WITHIN_SECONDS = 5;

/** Seconds until a lost connection is opened again. By default the driver waits up to 20 s after the server is back. */
const backoff = (retries: number): number => Math.min(0.05 * 2 ** retries, 1);

/** What the driver read from an address and the environment. The driver's own type leaves out some of it. */
interface Place {
  readonly host: readonly string[];
  readonly port: readonly number[];
  readonly path: string | false;
  readonly ssl: SslMode | null;
  readonly sslnegotiation: string | null;
}

interface ConnectOptions {
  readonly max?: number;
  readonly purpose?: Purpose;
  /** Settings of PostgreSQL's planner for all statements of the pool. */
  readonly planner?: Readonly<Record<string, string>>;
}

/**
 * A pool of at most `max` connections, which open on first use. Instants are read as `Date`, and dates as `YYYY-MM-DD`.
 * Every statement is settled within the limit of its `purpose`, even when the connection breaks or the server stops
 * answering: see `DatabaseSocket`. Transactions use connections of their own beside the pool: see `inTransaction`.
 * `end` closes all of them.
 */
export function connect(
  databaseUrl: string,
  { max = DEFAULT_CONNECTIONS, purpose = 'operating', planner = {} }: ConnectOptions = {},
): Sql {
  const place = postgres(databaseUrl, { max: 1 }).options as unknown as Place;
  const statementMs = STATEMENT_WITHIN_MS[purpose];
  const peers = new Set<DatabaseSocket>();
  const socket = socketsTo(place, statementMs === null ? null : statementMs + SERVER_ANSWERS_WITHIN_MS, peers);
  const open = (own: { max: number; onclose?: () => void; max_lifetime?: null }): Sql =>
    driverFor(databaseUrl, {
      // Where there are several servers, our socket tries them in turn, so the driver must know of one only.
      host: place.host[0] ?? 'localhost',
      port: place.port[0] ?? 5432,
      ssl: false,
      socket,
      connect_timeout: CONNECT_WITHIN_SECONDS,
      backoff,
      onnotice: () => undefined,
      connection: { application_name: 'allot', ...limitsOf(purpose, statementMs), ...planner, ...startupPadding },
      fetch_types: false,
      // A date is a civil date, and not an instant in the zone of the process.
      types: {
        date: { to: 1082, from: [1082], serialize: (day: string) => day, parse: (day: string) => day },
        ...arrayTypes,
      },
      ...own,
    });
  const uncount = countConnections(peers, max);
  const sql = open({ max });
  const transactions = new TransactionClients(() => {
    const onclose = () => {
      client.isLost = true;
      void client.sql.end({ timeout: 0 });
    };
    // The driver closes old connections, even between two statements of a transaction, so these have no greatest age.
    const client = { sql: open({ max: 1, onclose, max_lifetime: null }), isLost: false };
    return client;
  });
  keepTransactions(sql, transactions);
  const { end } = sql;
  sql.end = async (options) => {
    const watching = new AbortController();
    // The driver waits forever for a connection that broke during a statement and was not used since.
    const ended = Promise.race([end(options), nothingOpen(peers, watching.signal)]);
    await Promise.all([ended, transactions.end(options)]);
    watching.abort();
    uncount();
  };
  return sql;
}

/**
 * A pool for statements that look rows up by their keys for the case path. What they read depends on what is asked, and not
 * on the size of the tables.
 */
export const connectForLookups = (databaseUrl: string, { max = LOOKUP_CONNECTIONS }: { max?: number } = {}): Sql =>
  connect(databaseUrl, { max, purpose: 'serving', planner: BY_INDEX });

const driverFor = (databaseUrl: string, options: object): Sql =>
  observed(postgres(databaseUrl, options as postgres.Options<Record<string, postgres.PostgresType>>) as unknown as Sql);

/**
 * The server's own limits. A transaction of a serving process that sends nothing for so long has lost its client, and
 * its locks must not block the others.
 */
const limitsOf = (purpose: Purpose, statementMs: number | null) => ({
  ...(statementMs === null ? {} : { statement_timeout: statementMs }),
  ...(purpose === 'serving' && statementMs !== null ? { idle_in_transaction_session_timeout: statementMs } : {}),
});

/** Resolves once no connection is open or about to open, or once the signal aborts. */
async function nothingOpen(sockets: ReadonlySet<DatabaseSocket>, signal: AbortSignal): Promise<void> {
  for (let quietMs = 0; quietMs < QUIET_MS && !signal.aborted; quietMs = sockets.size === 0 ? quietMs + POLL_MS : 0)
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
}
/** Longer than the driver waits between two attempts. */
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

/** A value as a json parameter. The type of the library does not accept readonly values. */
export const jsonParameter = (sql: Sql, value: unknown) => sql.json(value as postgres.JSONValue);
