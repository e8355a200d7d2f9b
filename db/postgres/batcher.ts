import { type Clock, systemClock } from '../../runtime/clock.ts';
import { noteDeadline } from '../../runtime/telemetry/deadlines.ts';
import { presentTrace, type TraceOfCaller, traced, tracedTogether } from '../../runtime/telemetry/traces.ts';
import { batchSeconds, batchSizes, reportQueue } from './database-metrics.ts';

export interface BatchOptions<Item> {
  /** What the batches do, for metrics and traces. */
  readonly name: string;
  /** The most batches under way at a time. */
  readonly inFlight: number;
  /** The most items of one batch. */
  readonly maxItems: number;
  /**
   * While a batch is under way, another one starts only once items of this weight wait: small batches cost more than
   * waiting.
   */
  readonly overlapFrom: number;
  readonly weight: (item: Item) => number;
  /** Whether the error can be the fault of one item. The batch is then split until only that item fails. */
  readonly isolates?: (error: unknown) => boolean;
  /**
   * A batch that takes longer is given up, so that it never blocks the others. An item waits no longer than this for
   * its turn.
   */
  readonly withinMs?: number;
  /** While items of this weight wait, further items are refused at once. */
  readonly maxWaiting?: number;
  readonly clock?: Clock;
}

/** Longer than the longest statement, so that the database's own answer comes first where there is one. */
const WITHIN_MS = 10_000;
/** Some seconds of work: a caller behind that much is better refused at once. */
const MAX_WAITING = 20_000;

/** An error with a code, like the driver's own: the API answers it with 503. */
const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/**
 * Collects calls that come while others are under way and runs them as batches, in the order in which they came: a busy
 * moment costs a few large statements instead of many small ones, and a quiet one is not delayed. `run` answers every
 * item, in order. Every call is settled: with its answer, with the error of its batch, with `CONNECTION_OVERDUE` when
 * the batch or the wait for it takes too long, or with `CONNECTION_OVERLOADED` when too much waits.
 */
export function batched<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  {
    name,
    inFlight,
    maxItems,
    overlapFrom,
    weight,
    isolates = () => false,
    withinMs = WITHIN_MS,
    maxWaiting = MAX_WAITING,
    clock = systemClock,
  }: BatchOptions<Item>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly since: number;
    readonly trace: TraceOfCaller;
    readonly resolve: (result: Result) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let waitingWeight = 0;
  let underWay = 0;
  let scheduled = false;

  const mayStart = () => underWay === 0 || (underWay < inFlight && waitingWeight >= overlapFrom);

  const flush = () => {
    scheduled = false;
    dropOverdue();
    while (waiting.length > 0 && mayStart()) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      for (const { item } of batch) waitingWeight -= weight(item);
      underWay += 1;
      void runBatch(batch);
    }
  };

  /** The items are in the order in which they came, so the oldest are the first. */
  const dropOverdue = () => {
    const from = waiting.findIndex(({ since }) => clock.now() - since <= withinMs);
    const overdue = from === -1 ? waiting : waiting.slice(0, from);
    if (overdue.length === 0) return;
    waiting = from === -1 ? [] : waiting.slice(from);
    for (const { item, reject } of overdue) {
      waitingWeight -= weight(item);
      noteDeadline('batch');
      reject(refusal('CONNECTION_OVERDUE', 'The database is too busy: the call waited too long for its turn.'));
    }
  };

  const runBatch = async (batch: readonly Waiting[]) => {
    await settle(batch, clock.now() + withinMs);
    underWay -= 1;
    flush();
  };

  const settle = async (batch: readonly Waiting[], deadline: number): Promise<void> => {
    try {
      const results = await inTime(runTogether(batch), deadline);
      if (results.length !== batch.length) throw new TypeError('A batched call answers every item.');
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length > 1 && isolates(error)) {
        const middle = batch.length >> 1;
        await settle(batch.slice(0, middle), deadline);
        await settle(batch.slice(middle), deadline);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  };

  const runTogether = async (batch: readonly Waiting[]): Promise<readonly Result[]> => {
    batchSizes.observe({ batch: name }, batch.length);
    const end = batchSeconds.startTimer({ batch: name });
    const callers = batch.map(({ trace }) => trace);
    try {
      const work = () => run(batch.map(({ item }) => item));
      const results = await tracedTogether(`batch ${name}`, { 'allot.batch.size': batch.length }, callers, work);
      end({ outcome: 'ok' });
      return results;
    } catch (error) {
      end({ outcome: 'error' });
      throw error;
    }
  };

  const inTime = async <Answer>(running: Promise<Answer>, deadline: number): Promise<Answer> => {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(Math.max(0, deadline - clock.now()), () => {
        noteDeadline('batch');
        reject(refusal('CONNECTION_OVERDUE', 'The database did not answer in time.'));
      });
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      cancel();
    }
  };

  reportQueue(name, {
    count: () => waiting.length,
    oldestSeconds: () => (waiting[0] === undefined ? 0 : (clock.now() - waiting[0].since) / 1_000),
  });

  const enqueue = (item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (waitingWeight >= maxWaiting) {
        noteDeadline('overload');
        reject(refusal('CONNECTION_OVERLOADED', 'Too many calls wait for the database.'));
        return;
      }
      waiting.push({ item, since: clock.now(), trace: presentTrace(), resolve, reject });
      waitingWeight += weight(item);
      if (scheduled || !mayStart()) return;
      scheduled = true;
      clock.soon(flush);
    });

  return (item) => traced(name, {}, () => enqueue(item));
}
