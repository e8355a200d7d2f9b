import { median } from './spread.ts';

/** Calls per second and what they took. */
export interface Rate {
  readonly done: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly medianMs: number;
}

/**
 * Keeps `clients` calls under way for `seconds`; each client sends its next call when the last one is answered. A call
 * returns how many things it did.
 */
export async function load(
  { clients, seconds }: { clients: number; seconds: number },
  call: (n: number) => Promise<number>,
): Promise<Rate> {
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const times: number[] = [];
  let next = 0;
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const did = await call(next++);
      done += did;
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const taken = (performance.now() - begun) / 1_000;
  return { done, seconds: taken, perSecond: done / taken, medianMs: median(times) };
}

/** Runs `work` on all items, `width` at a time. */
export async function each<Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const index = next++;
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}
