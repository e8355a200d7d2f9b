import { expect, test } from 'vitest';
import { type ConnectedWorkers, LastingWorkers } from '../../../worker/lasting-workers.ts';
import { HeldClock, settled } from '../held-clock.ts';

/** A worker that runs until it is shut down or `fail` is called. */
class FakeWorker {
  isShutDown = false;
  fail: (error: Error) => void = () => undefined;
  #end: () => void = () => undefined;

  run(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#end = resolve;
      this.fail = reject;
    });
  }

  getState(): 'RUNNING' | 'STOPPED' {
    return this.isShutDown ? 'STOPPED' : 'RUNNING';
  }

  shutdown(): void {
    this.isShutDown = true;
    this.#end();
  }
}

class FakeConnection {
  isClosed = false;

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

interface FakeWorkers extends ConnectedWorkers {
  readonly connection: FakeConnection;
  readonly workers: readonly FakeWorker[];
}

async function lasting({ failures = 0 } = {}) {
  const clock = new HeldClock();
  const made: FakeWorkers[] = [];
  const errors: unknown[] = [];
  let failing = failures;
  let tries = 0;
  const workers = new LastingWorkers<FakeWorkers>({
    make: async () => {
      tries += 1;
      if (failing > 0) {
        failing -= 1;
        throw new Error('Temporal is away.');
      }
      const one = { connection: new FakeConnection(), workers: [new FakeWorker(), new FakeWorker()] };
      made.push(one);
      return one;
    },
    log: { error: (about: object) => errors.push(about) },
    clock,
  });
  await settled();
  const nth = (n: number): FakeWorkers => {
    const found = made[n];
    if (found === undefined) throw new Error(`There are no workers ${n}.`);
    return found;
  };
  return { clock, made, errors, workers, nth, tries: () => tries };
}

test('workers start at once, and their connection is known', async () => {
  const { workers, nth } = await lasting();
  await workers.started;
  expect(workers.connection).toBe(nth(0).connection);
  workers.stop();
  await workers.finished;
});

test('while Temporal is away, workers are tried after 1 s and then every 2 s', async () => {
  const { clock, workers, errors, made, tries } = await lasting({ failures: 3 });
  expect(tries()).toBe(1);
  await clock.move(999);
  expect(tries()).toBe(1);
  await clock.move(1);
  expect(tries()).toBe(2);
  await clock.move(2_000);
  expect(tries()).toBe(3);
  expect(made).toHaveLength(0);
  await clock.move(2_000);
  expect(made).toHaveLength(1);
  expect(errors).toHaveLength(3);
  workers.stop();
  await workers.finished;
});

test('when one worker fails, all on its connection end, and new ones take their place', async () => {
  const { clock, workers, nth, made } = await lasting();
  const [failing, other] = nth(0).workers;
  failing?.fail(new Error('broken'));
  await settled();
  expect(other?.isShutDown).toBe(true);
  expect(nth(0).connection.isClosed).toBe(true);
  expect(workers.connection).toBeUndefined();
  await clock.move(1_000);
  expect(made).toHaveLength(2);
  expect(workers.connection).toBe(nth(1).connection);
  workers.stop();
  await workers.finished;
});

test('a dead connection is replaced at once, and its workers end in the background', async () => {
  const { workers, nth, made, errors } = await lasting();
  workers.renew();
  await settled();
  expect(made).toHaveLength(2);
  expect(nth(0).workers.every(({ isShutDown }) => isShutDown)).toBe(true);
  expect(nth(1).workers.some(({ isShutDown }) => isShutDown)).toBe(false);
  expect(errors).toEqual([]);
  workers.stop();
  await workers.finished;
});

test('retired workers that fail afterwards disturb nobody', async () => {
  const { workers, nth, errors } = await lasting();
  const [one] = nth(0).workers;
  workers.renew();
  one?.fail(new Error('too late'));
  await settled();
  expect(errors).toEqual([]);
  expect(workers.connection).toBe(nth(1).connection);
  workers.stop();
  await workers.finished;
});

test('a stop ends running workers and waits for them, and makes no more', async () => {
  const { clock, workers, nth, made } = await lasting();
  workers.stop();
  await workers.finished;
  expect(nth(0).workers.every(({ isShutDown }) => isShutDown)).toBe(true);
  await clock.move(10_000);
  expect(made).toHaveLength(1);
  expect(clock.alarms).toBe(0);
});

test('a stop while Temporal is away ends the waiting', async () => {
  const { clock, workers, tries } = await lasting({ failures: 10 });
  workers.stop();
  await workers.started;
  await workers.finished;
  expect(tries()).toBe(1);
  expect(clock.alarms).toBe(0);
});
