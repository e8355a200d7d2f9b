import { describe, expect, test } from 'vitest';
import { type BatchOptions, batched, type Clock } from '../../../db/postgres/batcher.ts';

const WITHIN_MS = 1_000;

/** A clock that stands until it is moved. */
class HeldClock implements Clock {
  #now = 0;
  #alarms: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const alarm = { at: this.#now + ms, call };
    this.#alarms.push(alarm);
    return () => {
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
    };
  }

  soon(call: () => void): void {
    this.after(0, call);
  }

  /** Alarms still set: a group that was settled leaves none. */
  get alarms(): number {
    return this.#alarms.length;
  }

  async move(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#alarms.filter(({ at }) => at <= this.#now);
    this.#alarms = this.#alarms.filter(({ at }) => at > this.#now);
    for (const { call } of due) call();
    await settled();
  }
}

/** Lets all promises run that can. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

interface Group {
  readonly items: readonly number[];
  answer(): Promise<void>;
  fail(error: Error): Promise<void>;
}

/** A batcher whose groups the test answers; results are the items times ten. */
function held(options: Partial<BatchOptions<number>> = {}) {
  const clock = new HeldClock();
  const groups: Group[] = [];
  const call = batched<number, number>(
    (items) =>
      new Promise((resolve, reject) => {
        groups.push({
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
    { inFlight: 2, maxItems: 4, overlapFrom: 3, weight: () => 1, withinMs: WITHIN_MS, clock, ...options },
  );
  const outcome = (item: number) => call(item).catch((error: Error & { code?: string }) => error.code ?? error.message);
  const group = (n: number): Group => {
    const found = groups[n];
    if (found === undefined) throw new Error(`There is no group ${n}.`);
    return found;
  };
  return { clock, call, outcome, groups, group };
}

describe('a group that never settles', () => {
  test('is given up at its deadline, and what waits behind it goes out', async () => {
    const { clock, outcome, groups, group } = held();
    const lost = outcome(1);
    await clock.move(0);
    await clock.move(WITHIN_MS - 1);
    const next = outcome(2);
    await clock.move(0);
    expect(groups).toHaveLength(1);
    await clock.move(1);
    expect(await lost).toBe('CONNECTION_OVERDUE');
    expect(groups).toHaveLength(2);
    await group(1).answer();
    expect(await next).toBe(20);
  });

  test('holds the others up only once, however many there are of it', async () => {
    const { clock, outcome, groups } = held();
    const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(outcome);
    await clock.move(0);
    for (let round = 0; round < 4; round += 1) await clock.move(WITHIN_MS);
    expect(new Set(await Promise.all(all))).toEqual(new Set(['CONNECTION_OVERDUE']));
    const next = outcome(13);
    await clock.move(0);
    const last = groups.at(-1);
    expect(last?.items).toEqual([13]);
    await last?.answer();
    expect(await next).toBe(130);
  });

  test('changes nothing when its answer comes after all', async () => {
    const { clock, outcome, group } = held();
    const lost = outcome(1);
    await clock.move(0);
    await clock.move(WITHIN_MS);
    await group(0).answer();
    expect(await lost).toBe('CONNECTION_OVERDUE');
    const next = outcome(2);
    await clock.move(0);
    await group(1).answer();
    expect(await next).toBe(20);
  });
});

test('an item whose turn does not come in time is refused, and is not sent', async () => {
  const { clock, outcome, groups } = held({ inFlight: 1, maxItems: 1 });
  const all = [1, 2, 3].map(outcome);
  await clock.move(0);
  await clock.move(WITHIN_MS);
  await clock.move(WITHIN_MS);
  expect(await Promise.all(all)).toEqual(['CONNECTION_OVERDUE', 'CONNECTION_OVERDUE', 'CONNECTION_OVERDUE']);
  expect(groups.map(({ items }) => items)).toEqual([[1], [2]]);
});

test('more than may wait is refused at once, and taken again once there is room', async () => {
  const { clock, outcome, group } = held({ inFlight: 1, maxWaiting: 2 });
  const first = outcome(1);
  await clock.move(0);
  const [second, third] = [outcome(2), outcome(3)];
  expect(await outcome(4)).toBe('CONNECTION_OVERLOADED');
  await group(0).answer();
  await group(1).answer();
  expect(await Promise.all([first, second, third])).toEqual([10, 20, 30]);
  const again = outcome(5);
  await clock.move(0);
  await group(2).answer();
  expect(await again).toBe(50);
});

describe('splitting', () => {
  const wrong = new Error('wrong');

  test('an item that is to blame fails alone, and the others of its group succeed', async () => {
    const { clock, outcome, groups } = held({ isolates: (error) => error === wrong });
    const all = [1, 2, 3, 4].map(outcome);
    await clock.move(0);
    for (let n = 0; n < groups.length; n += 1) {
      const { items, fail, answer } = groups[n] ?? { items: [], fail: settled, answer: settled };
      await (items.includes(3) ? fail(wrong) : answer());
    }
    expect(await Promise.all(all)).toEqual([10, 20, 'wrong', 40]);
    expect(groups.map(({ items }) => items)).toEqual([[1, 2, 3, 4], [1, 2], [3, 4], [3], [4]]);
  });

  test('all of it must be done by the deadline of the group', async () => {
    const { clock, outcome, groups, group } = held({ isolates: (error) => error === wrong });
    const all = [1, 2].map(outcome);
    await clock.move(0);
    await clock.move(WITHIN_MS - 1);
    await group(0).fail(wrong);
    await clock.move(1);
    expect(await all[0]).toBe('CONNECTION_OVERDUE');
    await clock.move(0);
    expect(await all[1]).toBe('CONNECTION_OVERDUE');
    expect(groups).toHaveLength(3);
  });

  test('an error that is nobody’s fault fails the whole group at once', async () => {
    const { clock, outcome, groups, group } = held({ isolates: (error) => error === wrong });
    const all = [1, 2].map(outcome);
    await clock.move(0);
    await group(0).fail(new Error('away'));
    expect(await Promise.all(all)).toEqual(['away', 'away']);
    expect(groups).toHaveLength(1);
  });
});

describe('overlap', () => {
  test('a second group goes out beside the first only when enough waits, and a third never', async () => {
    const { clock, outcome, groups, group } = held();
    const all = [outcome(1)];
    await clock.move(0);
    all.push(outcome(2), outcome(3));
    await clock.move(0);
    expect(groups).toHaveLength(1);
    all.push(outcome(4));
    await clock.move(0);
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4]]);
    all.push(outcome(5), outcome(6), outcome(7));
    await clock.move(0);
    expect(groups).toHaveLength(2);
    await group(1).answer();
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4], [5, 6, 7]]);
    await group(0).answer();
    await group(2).answer();
    expect(await Promise.all(all)).toEqual([10, 20, 30, 40, 50, 60, 70]);
    expect(clock.alarms).toBe(0);
  });
});
