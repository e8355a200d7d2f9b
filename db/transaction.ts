import type { Sql } from './connect.ts';

/** One connection for one transaction at a time. */
export interface TransactionClient {
  readonly sql: Sql;
  /** Its connection has been closed, by whichever end: it refuses all that comes, as it would be outside of the transaction. */
  isLost: boolean;
}

/** Transactions of one process at a time; more wait. */
const MAX_CLIENTS = 4;

/**
 * The connections that a pool keeps for transactions, each by itself, opened when it is needed.
 *
 * Not the driver's own (3.4.9): its `begin`, and a reserved connection that was lost, go on to write to a socket that is gone,
 * outside of any promise, and so end the process (porsager/postgres, issues 1154 and 1208); and a `reserve` that failed takes
 * a connection all the same once there is one again, and never gives it back.
 */
export class TransactionClients {
  private readonly open: () => TransactionClient;
  private readonly free: TransactionClient[] = [];
  private readonly waiting: (() => void)[] = [];
  private readonly taken = new Set<TransactionClient>();

  constructor(open: () => TransactionClient) {
    this.open = open;
  }

  async take(): Promise<TransactionClient> {
    while (this.taken.size >= MAX_CLIENTS) await new Promise<void>((resolve) => this.waiting.push(resolve));
    let client = this.free.pop();
    while (client?.isLost) client = this.free.pop();
    const taken = client ?? this.open();
    this.taken.add(taken);
    return taken;
  }

  give(client: TransactionClient): void {
    this.taken.delete(client);
    this.free.push(client);
    this.waiting.shift()?.();
  }

  async end(options?: { timeout?: number | undefined }): Promise<void> {
    await Promise.all([...this.free, ...this.taken].map(({ sql }) => sql.end(options)));
  }
}

const clientsOf = new WeakMap<Sql, TransactionClients>();

/** Has `inTransaction` take its connections from `clients` where it is given `sql`. */
export const keepTransactions = (sql: Sql, clients: TransactionClients): void => {
  clientsOf.set(sql, clients);
};

/**
 * Runs `work` in one transaction on a connection of its own; `work` waits for nothing but its statements. Rejects with what
 * `work` threw, and with the driver's error when the connection is lost: then nothing is written.
 */
export async function inTransaction<Result>(sql: Sql, work: (transaction: Sql) => Promise<Result>): Promise<Result> {
  const clients = clientsOf.get(sql);
  if (clients === undefined)
    throw new TypeError('A transaction begins on what `connect` gave, and not within another one.');
  const client = await clients.take();
  const { sql: transaction } = client;
  try {
    await transaction`begin`;
    const result = await work(transaction);
    await transaction`commit`;
    return result;
  } catch (error) {
    if (!client.isLost) await transaction`rollback`.catch(() => undefined);
    throw error;
  } finally {
    clients.give(client);
  }
}
