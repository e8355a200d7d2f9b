/**
 * Works on the items in their order, at most `limit` at a time, and takes further items only as there is room. After
 * the first failure it starts no more items, waits for those under way, and throws that failure.
 */
export async function inFlight<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  let failure: { error: unknown } | undefined;
  const run = async (item: Item) => {
    try {
      await work(item);
    } catch (error) {
      failure ??= { error };
    }
  };
  for await (const item of items) {
    const running = run(item).then(() => {
      underWay.delete(running);
    });
    underWay.add(running);
    if (underWay.size >= limit) await Promise.race(underWay);
    if (failure !== undefined) break;
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure.error;
}
