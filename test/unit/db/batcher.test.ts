import { describe, expect, test } from 'vitest';
import { type BatchOptions, batched } from '../../../db/postgres/batcher.ts';
import { HeldClock, settled } from '../held-clock.ts';

const WITHIN_MS = 1_000;

interface Batch {
  readonly items: readonly number[];
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A batcher whose batches the test answers. The result of an item is ten times the item. */
function held(options: Partial<BatchOptions<number>> = {}) {
  const clock = new HeldClock();
  const batches: Batch[] = [];
  const call = batched<number, number>(
    (items) =>
      new Promise((resolve, reject) => {
        batches.push({
          items,
          answer: () => {
            resolve(items.map((item) => item * 10));
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    { name: 'test', inFlight: 2, maxItems: 4, overlapFrom: 3, weight: () => 1, withinMs: WITHIN_MS, clock, ...options },
  );
  const outcome = (item: number) => call(item).catch((error: Error & { code?: string }) => error.code ?? error.message);
  const batch = (n: number): Batch => {
    const found = batches[n];
    if (found === undefined) throw new Error(`There is no batch ${n}.`);
    return found;
  };
  return { clock, call, outcome, batches, batch };
}

describe('a batch that never settles', () => {
  test('is given up at its deadline, and what waits behind it goes out', async () => {
    const { clock, outcome, batches, batch } = held();
    const lost = outcome(1);
    await clock.move(0);
    await clock.move(WITHIN_MS - 1);
    const next = outcome(2);
    await clock.move(0);
    expect(batches).toHaveLength(1);
    await clock.move(1);
    expect(await lost).toBe('CONNECTION_OVERDUE');
    expect(batches).toHaveLength(2);
    await batch(1).answer();
    expect(await next).toBe(20);
  });

  test('holds the others up only once, however many items it has', async () => {
    const { clock, outcome, batches } = held();
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(outcome);
    await clock.move(0);
    for (let round = 0; round < 4; round += 1) await clock.move(WITHIN_MS);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['CONNECTION_OVERDUE']));
    const next = outcome(13);
    await clock.move(0);
    const last = batches.at(-1);
    expect(last?.items).toEqual([13]);
    await last?.answer();
    expect(await next).toBe(130);
  });

  test('changes nothing when its answer comes after all', async () => {
    const { clock, outcome, batch } = held();
    const lost = outcome(1);
    await clock.move(0);
    await clock.move(WITHIN_MS);
    await batch(0).answer();
    expect(await lost).toBe('CONNECTION_OVERDUE');
    const next = outcome(2);
    await clock.move(0);
    await batch(1).answer();
    expect(await next).toBe(20);
  });
});

test('an item whose turn does not come in time is refused, and is not sent', async () => {
  const { clock, outcome, batches } = held({ inFlight: 1, maxItems: 1 });
  const all = [1, 2, 3].map(outcome);
  await clock.move(0);
  await clock.move(WITHIN_MS);
  await clock.move(WITHIN_MS);
  expect(await Promise.all(all)).toEqual(['CONNECTION_OVERDUE', 'CONNECTION_OVERDUE', 'CONNECTION_OVERDUE']);
  expect(batches.map(({ items }) => items)).toEqual([[1], [2]]);
});

test('more than may wait is refused at once, and taken again once there is room', async () => {
  const { clock, outcome, batch } = held({ inFlight: 1, maxWaiting: 2 });
  const first = outcome(1);
  await clock.move(0);
  const [second, third] = [outcome(2), outcome(3)];
  expect(await outcome(4)).toBe('CONNECTION_OVERLOADED');
  await batch(0).answer();
  await batch(1).answer();
  expect(await Promise.all([first, second, third])).toEqual([10, 20, 30]);
  const again = outcome(5);
  await clock.move(0);
  await batch(2).answer();
  expect(await again).toBe(50);
});

describe('splitting', () => {
  const wrong = new Error('wrong');

  test('an item that is to blame fails alone, and the others of its batch succeed', async () => {
    const { clock, outcome, batches } = held({ isolates: (error) => error === wrong });
    const all = [1, 2, 3, 4].map(outcome);
    await clock.move(0);
    for (let n = 0; n < batches.length; n += 1) {
      const { items, fail, answer } = batches[n] ?? { items: [], fail: settled, answer: settled };
      await (items.includes(3) ? fail(wrong) : answer());
    }
    expect(await Promise.all(all)).toEqual([10, 20, 'wrong', 40]);
    expect(batches.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  });

  test('all of it must be done by the deadline of the batch', async () => {
    const { clock, outcome, batches, batch } = held({ isolates: (error) => error === wrong });
    const all = [1, 2].map(outcome);
    await clock.move(0);
    await clock.move(WITHIN_MS - 1);
    await batch(0).fail(wrong);
    await clock.move(1);
    expect(await all[0]).toBe('CONNECTION_OVERDUE');
    await clock.move(0);
    expect(await all[1]).toBe('CONNECTION_OVERDUE');
    expect(batches).toHaveLength(3);
  });

  test('an error that is nobody’s fault fails the whole batch at once', async () => {
    const { clock, outcome, batches, batch } = held({ isolates: (error) => error === wrong });
    const all = [1, 2].map(outcome);
    await clock.move(0);
    await batch(0).fail(new Error('away'));
    expect(await Promise.all(all)).toEqual(['away', 'away']);
    expect(batches).toHaveLength(1);
  });
});

describe('overlap', () => {
  test('a second batch starts beside the first only when enough waits, and a third never', async () => {
    const { clock, outcome, batches, batch } = held();
    const all = [outcome(1)];
    await clock.move(0);
    all.push(outcome(2), outcome(3));
    await clock.move(0);
    expect(batches).toHaveLength(1);
    all.push(outcome(4));
    await clock.move(0);
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    all.push(outcome(5), outcome(6), outcome(7));
    await clock.move(0);
    expect(batches).toHaveLength(2);
    await batch(1).answer();
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5, 6, 7]]);
    await batch(0).answer();
    await batch(2).answer();
    expect(await Promise.all(all)).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(clock.alarms).toBe(0);
  });
});

describe('order and size', () => {
  test('items go out in the order in which they came, never more in a batch than allowed, and each gets its own answer', async () => {
    const { clock, outcome, batches } = held({ inFlight: 1, maxItems: 4 });
    const items = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    const all = items.map(outcome);
    await clock.move(0);
    for (let n = 0; n < batches.length; n += 1) await batches[n]?.answer();
    expect(batches.map((batch) => batch.items)).toEqual([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
      [9, 10],
    ]);
    expect(await Promise.all(all)).toEqual(items.map((item) => item * 10));
  });

  test('a batch that does not answer every item fails instead of giving answers to the wrong callers', async () => {
    const clock = new HeldClock();
    const call = batched<number, number>(async () => [1], {
      name: 'test',
      inFlight: 1,
      maxItems: 4,
      overlapFrom: 1,
      weight: () => 1,
      clock,
    });
    const both = Promise.allSettled([call(1), call(2)]);
    await clock.move(0);
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});
