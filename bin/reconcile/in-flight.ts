/**
 * Works on items as they come, on at most `limit` at a time; the source waits meanwhile. The first failure ends it,
 * after what is under way.
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
