import { noteDeadline } from '../../runtime/telemetry/deadlines.ts';
import { traced } from '../../runtime/telemetry/traces.ts';
import { transactions } from './database-metrics.ts';
import type { Sql } from './sql.ts';

/** A connection that serves one transaction at a time. */
export interface TransactionClient {
  readonly sql: Sql;
  /**
   * One side has closed the connection. Further statements are refused, because they would run outside the transaction.
   */
  isLost: boolean;
}

/** The most transactions of one process at a time; more wait for their turn. */
const MAX_CLIENTS = 4;
/** A caller that waits longer gets 503 instead of hanging. */
const TURN_WITHIN_MS = 4_000;

interface Waiting {
  readonly go: () => void;
  readonly refuse: (error: Error) => void;
}

/**
 * The connections that a pool keeps for transactions. Each is a client of its own, and opens when it is needed.
 *
 * The driver's own transactions (3.4.9) are not safe when a connection is lost: `begin` and a reserved connection go on
 * writing to a socket that is gone, outside of any promise, which ends the process (porsager/postgres, issues 1154 and
 * 1208); and a `reserve` that has failed still takes a connection once there is one again, and never returns it.
 */
export class TransactionClients {
  private readonly open: () => TransactionClient;
  private readonly free: TransactionClient[] = [];
  private readonly taken = new Set<TransactionClient>();
  private readonly waiting: Waiting[] = [];
  private turns = 0;
  private isEnded = false;
  private isIdle: () => void = () => undefined;

  constructor(open: () => TransactionClient) {
    this.open = open;
  }

  /** Rejects with `CONNECT_TIMEOUT` when all are busy for `TURN_WITHIN_MS`, and with `CONNECTION_ENDED` after `end`. */
  async take(): Promise<TransactionClient> {
    if (this.isEnded) throw ended();
    if (this.turns < MAX_CLIENTS) this.turns += 1;
    else await this.turn();
    let client = this.free.pop();
    while (client?.isLost) client = this.free.pop();
    const taken = client ?? this.open();
    this.taken.add(taken);
    transactions.inc({ state: 'running' });
    return taken;
  }

  /** Returns a client that `take` gave. */
  give(client: TransactionClient): void {
    this.taken.delete(client);
    transactions.dec({ state: 'running' });
    if (!client.isLost) this.free.push(client);
    const next = this.waiting.shift();
    if (next === undefined) this.turns -= 1;
    else next.go();
    if (this.taken.size === 0) this.isIdle();
  }

  /**
   * Refuses waiting callers, waits for running transactions (at most `timeout` seconds), and closes all connections.
   */
  async end({ timeout }: { readonly timeout?: number | undefined } = {}): Promise<void> {
    this.isEnded = true;
    for (const { refuse } of this.waiting.splice(0)) refuse(ended());
    let timer: NodeJS.Timeout | undefined;
    if (this.taken.size > 0)
      await new Promise<void>((resolve) => {
        this.isIdle = resolve;
        if (timeout !== undefined) timer = setTimeout(resolve, timeout * 1_000);
      });
    clearTimeout(timer);
    await Promise.all([...this.free, ...this.taken].map(({ sql }) => sql.end({ timeout: 0 })));
  }

  /** Resolves when another caller returns its client and it is this caller's turn. */
  private turn(): Promise<void> {
    transactions.inc({ state: 'waiting' });
    const turn = new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiting), 1);
        noteDeadline('transaction');
        reject(refusal('CONNECT_TIMEOUT', 'All connections for transactions are busy.'));
      }, TURN_WITHIN_MS);
      const waiting: Waiting = {
        go: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      this.waiting.push(waiting);
    });
    return turn.finally(() => transactions.dec({ state: 'waiting' }));
  }
}

/** An error with a code, like the driver's own. */
const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { code });
const ended = (): Error => refusal('CONNECTION_ENDED', 'The connections for transactions are closed.');

const clientsOf = new WeakMap<Sql, TransactionClients>();

/** Makes `inTransaction(sql, …)` take its connections from `clients`. */
export const keepTransactions = (sql: Sql, clients: TransactionClients): void => {
  clientsOf.set(sql, clients);
};

/**
 * Runs `work` in one transaction on a connection of its own. `work` must not wait for anything but its statements.
 * Rejects with what `work` threw, or with the driver's error when the connection is lost; then nothing is written.
 */
export async function inTransaction<Result>(sql: Sql, work: (transaction: Sql) => Promise<Result>): Promise<Result> {
  const clients = clientsOf.get(sql);
  if (clients === undefined)
    throw new TypeError(
      'A transaction needs the pool that `connect` returned, and cannot begin within another transaction.',
    );
  return await traced('transaction', {}, async () => {
    const client = await clients.take();
    try {
      await begin(client);
      return await committed(client, work);
    } finally {
      clients.give(client);
    }
  });
}

/**
 * A client that could not begin is not used again, because its connection may still open later, when nobody waits for
 * it.
 */
async function begin(client: TransactionClient): Promise<void> {
  try {
    await client.sql`begin`;
  } catch (error) {
    client.isLost = true;
    void client.sql.end({ timeout: 0 });
    throw error;
  }
}

async function committed<Result>(client: TransactionClient, work: (tx: Sql) => Promise<Result>): Promise<Result> {
  const { sql: transaction } = client;
  try {
    const result = await work(transaction);
    const { command } = await transaction`commit`;
    // PostgreSQL answers ROLLBACK when a statement failed and the work ignored its error.
    if (command !== 'COMMIT') throw new TypeError('A statement of the transaction failed: nothing is written.');
    return result;
  } catch (error) {
    if (!client.isLost) await transaction`rollback`.catch(() => undefined);
    throw error;
  }
}
