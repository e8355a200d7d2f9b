import { Gauge, Histogram } from 'prom-client';
import { metrics, SECONDS, SIZES } from '../../runtime/telemetry/registry.ts';
import type { DatabaseSocket } from './database-socket.ts';

const registers = [metrics];

/** Statements from sending to their answer, with the time that they wait for a connection. */
export const statements = new Histogram({
  name: 'allot_database_statement_seconds',
  help: 'Time of a statement to PostgreSQL, with its wait for a connection',
  labelNames: ['outcome'],
  buckets: SECONDS,
  registers,
});

/** Statements that are sent or wait for a connection. */
export const statementsUnderWay = new Gauge({
  name: 'allot_database_statements_in_progress',
  help: 'Statements to PostgreSQL that are under way or wait for a connection',
  registers,
});

/** The sockets of all pools of this process. */
const pools = new Set<ReadonlySet<DatabaseSocket>>();
let mostConnections = 0;

/** Counts the connections of a pool from now on, until the function that it returns is called. */
export function countConnections(sockets: ReadonlySet<DatabaseSocket>, max: number): () => void {
  pools.add(sockets);
  mostConnections += max;
  return () => {
    if (pools.delete(sockets)) mostConnections -= max;
  };
}

new Gauge({
  name: 'allot_database_connections',
  help: 'Open connections to PostgreSQL: those that wait for its answer are busy',
  labelNames: ['state'],
  registers,
  collect() {
    const all = [...pools].flatMap((sockets) => [...sockets]);
    const busy = all.filter(({ isBusy }) => isBusy).length;
    this.set({ state: 'busy' }, busy);
    this.set({ state: 'idle' }, all.length - busy);
  },
});

new Gauge({
  name: 'allot_database_connections_max',
  help: 'The most connections to PostgreSQL that this process opens for statements outside of transactions',
  registers,
  collect() {
    this.set(mostConnections);
  },
});

/** Transactions that run or wait for their turn. */
export const transactions = new Gauge({
  name: 'allot_database_transactions',
  help: 'Transactions that run, and callers that wait for a connection for theirs',
  labelNames: ['state'],
  registers,
});
transactions.set({ state: 'running' }, 0);
transactions.set({ state: 'waiting' }, 0);

/** The items of each batch. */
export const batchSizes = new Histogram({
  name: 'allot_database_batch_items',
  help: 'Calls that went together in one batch of statements',
  labelNames: ['batch'],
  buckets: SIZES,
  registers,
});

/** The time of each batch. */
export const batchSeconds = new Histogram({
  name: 'allot_database_batch_seconds',
  help: 'Time of a batch, from its first statement to its last answer',
  labelNames: ['batch', 'outcome'],
  buckets: SECONDS,
  registers,
});

/** What waits for its turn in one place of the code. */
export interface Queue {
  readonly count: () => number;
  /** Since when the oldest waits, in seconds; 0 where nothing waits. */
  readonly oldestSeconds: () => number;
}

const queues = new Map<string, Set<Queue>>();

/** Reports what waits in this queue. Several queues of one name are added up. */
export function reportQueue(name: string, queue: Queue): void {
  const known = queues.get(name) ?? new Set();
  known.add(queue);
  queues.set(name, known);
}

new Gauge({
  name: 'allot_database_batch_waiting',
  help: 'Calls that wait for their turn in a batch',
  labelNames: ['batch'],
  registers,
  collect() {
    for (const [batch, all] of queues)
      this.set(
        { batch },
        [...all].reduce((sum, { count }) => sum + count(), 0),
      );
  },
});

new Gauge({
  name: 'allot_database_batch_oldest_seconds',
  help: 'How long the oldest call that waits for its turn in a batch has waited',
  labelNames: ['batch'],
  registers,
  collect() {
    for (const [batch, all] of queues)
      this.set({ batch }, Math.max(0, ...[...all].map(({ oldestSeconds }) => oldestSeconds())));
  },
});
