export interface GroupOptions<Item> {
  readonly inFlight: number;
  readonly maxItems: number;
  /** A further group goes out beside one under way only when this much waits: small groups cost more than waiting does. */
  readonly overlapFrom: number;
  readonly weight: (item: Item) => number;
  /** Whether one item can be to blame: then the group is split until only that one fails. */
  readonly isolates?: (error: unknown) => boolean;
  /** A group that takes longer is given up, so that it never keeps the others waiting; an item waits no longer for its turn. */
  readonly withinMs?: number;
  /** What comes while more than this weight waits is refused at once. */
  readonly maxWaiting?: number;
  readonly clock?: Clock;
}

/** Time, for the tests to hold. */
export interface Clock {
  now(): number;
  /** Calls once after `ms`, unless the answer is called before. */
  after(ms: number, call: () => void): () => void;
  /** Calls once all that arrives in this turn of the event loop is there. */
  soon(call: () => void): void;
}

/** Longer than the longest statement, so that the database's own answer comes first where there is one. */
const WITHIN_MS = 10_000;
/** Some seconds of work; whoever comes later is better told at once. */
const MAX_WAITING = 20_000;

const systemClock: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  soon: (call) => {
    setImmediate(call);
  },
};

/** As the driver has them: with a code, which becomes 503. */
const refusal = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/**
 * Groups calls that come while others are under way, so that a busy moment costs a few large statements instead of many
 * small ones, and a quiet one is not delayed at all. Every call is settled: with its answer, with the error of its group,
 * with `CONNECTION_OVERDUE` when group or turn take too long, or with `CONNECTION_OVERLOADED` when too much waits.
 */
export function grouped<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  {
    inFlight,
    maxItems,
    overlapFrom,
    weight,
    isolates = () => false,
    withinMs = WITHIN_MS,
    maxWaiting = MAX_WAITING,
    clock = systemClock,
  }: GroupOptions<Item>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly since: number;
    readonly resolve: (result: Result) => void;
    readonly reject: (reason: unknown) => void;
  }
  let waiting: Waiting[] = [];
  let waitingWeight = 0;
  let underWay = 0;
  let scheduled = false;

  const mayGo = () => underWay === 0 || (underWay < inFlight && waitingWeight >= overlapFrom);

  const flush = () => {
    scheduled = false;
    dropOverdue();
    while (waiting.length > 0 && mayGo()) {
      const group = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      for (const { item } of group) waitingWeight -= weight(item);
      underWay += 1;
      void runGroup(group);
    }
  };

  /** They came in order: the oldest stand in front. */
  const dropOverdue = () => {
    const from = waiting.findIndex(({ since }) => clock.now() - since <= withinMs);
    const overdue = from === -1 ? waiting : waiting.slice(0, from);
    if (overdue.length === 0) return;
    waiting = from === -1 ? [] : waiting.slice(from);
    for (const { item, reject } of overdue) {
      waitingWeight -= weight(item);
      reject(refusal('CONNECTION_OVERDUE', 'The database is too busy: the turn did not come in time.'));
    }
  };

  const runGroup = async (group: readonly Waiting[]) => {
    await settle(group, clock.now() + withinMs);
    underWay -= 1;
    flush();
  };

  const settle = async (group: readonly Waiting[], deadline: number): Promise<void> => {
    try {
      const results = await inTime(run(group.map(({ item }) => item)), deadline);
      if (results.length !== group.length) throw new TypeError('A grouped call answers every item.');
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (group.length > 1 && isolates(error)) {
        const middle = group.length >> 1;
        await settle(group.slice(0, middle), deadline);
        await settle(group.slice(middle), deadline);
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  };

  const inTime = async <Answer>(running: Promise<Answer>, deadline: number): Promise<Answer> => {
    let cancel: () => void = () => undefined;
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(Math.max(0, deadline - clock.now()), () =>
        reject(refusal('CONNECTION_OVERDUE', 'The database did not answer in time.')),
      );
    });
    try {
      return await Promise.race([running, late]);
    } finally {
      cancel();
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      if (waitingWeight >= maxWaiting) {
        reject(refusal('CONNECTION_OVERLOADED', 'Too much waits for the database.'));
        return;
      }
      waiting.push({ item, since: clock.now(), resolve, reject });
      waitingWeight += weight(item);
      if (scheduled || !mayGo()) return;
      scheduled = true;
      clock.soon(flush);
    });
}
