interface GroupOptions<Item> {
  readonly inFlight: number;
  readonly maxItems: number;
  /** A further group goes out beside one under way only when this much waits: small groups cost more than waiting does. */
  readonly overlapFrom: number;
  readonly weight: (item: Item) => number;
  /** Whether one item can be to blame: then the group is split until only that one fails. */
  readonly isolates?: (error: unknown) => boolean;
}

/**
 * Groups calls that come while others are under way, so that a busy moment costs a few large statements instead of many
 * small ones, and a quiet one is not delayed at all.
 */
export function grouped<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  { inFlight, maxItems, overlapFrom, weight, isolates = () => false }: GroupOptions<Item>,
): (item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
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
    while (waiting.length > 0 && mayGo()) {
      const group = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      for (const { item } of group) waitingWeight -= weight(item);
      underWay += 1;
      void runGroup(group);
    }
  };

  const runGroup = async (group: readonly Waiting[]) => {
    await settle(group);
    underWay -= 1;
    flush();
  };

  const settle = async (group: readonly Waiting[]): Promise<void> => {
    try {
      const results = await run(group.map(({ item }) => item));
      if (results.length !== group.length) throw new TypeError('A grouped call answers every item.');
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (group.length > 1 && isolates(error)) {
        const middle = group.length >> 1;
        await settle(group.slice(0, middle));
        await settle(group.slice(middle));
      } else {
        for (const { reject } of group) reject(error);
      }
    }
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      waitingWeight += weight(item);
      if (scheduled || !mayGo()) return;
      scheduled = true;
      // All that arrives in this turn of the event loop goes together.
      setImmediate(flush);
    });
}
