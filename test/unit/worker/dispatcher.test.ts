import { describe, expect, test } from 'vitest';
import type { DueDelivery } from '../../../db/deliveries/delivery-dispatch.ts';
import type { DispatchStore } from '../../../db/deliveries/dispatch-store.ts';
import { Dispatcher } from '../../../worker/dispatcher.ts';
import { HeldClock, settled } from '../held-clock.ts';

const POLL_MS = 1_500;
const MINUTE_MS = 60_000;

const delivery = (id: string): DueDelivery => ({
  id,
  kind: 'webhook',
  type: 'case.attached',
  target: 'https://receiver.example.com',
  subject: null,
  redelivery: 0,
});

/** A store in memory: `due` is handed out, at most `atATime` in one call, and leaves the store once it was started. */
class MemoryStore implements DispatchStore {
  due: DueDelivery[] = [];
  events = 0;
  failure: Error | undefined;
  readonly calls: string[] = [];
  readonly sizes: number[] = [];
  wake: () => void = () => undefined;
  canListen = true;

  async listen(wake: () => void): Promise<void> {
    if (!this.canListen) throw new Error('The connection that listens is away.');
    this.wake = wake;
  }

  async dispatchEvents(): Promise<number> {
    this.#called('events');
    const moved = this.events;
    this.events = 0;
    return moved;
  }

  async dispatchDeliveries(
    { kinds, atATime }: Parameters<DispatchStore['dispatchDeliveries']>[0],
    start: (one: DueDelivery) => Promise<void>,
  ): Promise<number> {
    this.#called(`deliveries of ${kinds.join(' and ')}`);
    const claimed = this.due.slice(0, atATime);
    this.sizes.push(claimed.length);
    for (const one of claimed) await start(one);
    this.due = this.due.slice(claimed.length);
    return claimed.length;
  }

  async holdEmails(): Promise<void> {
    this.#called('hold');
  }

  async tidyDeliveries(): Promise<void> {
    this.#called('tidy');
  }

  /** How often the dispatcher has looked for work. */
  get rounds(): number {
    return this.calls.filter((call) => call === 'events').length;
  }

  #called(name: string): void {
    this.calls.push(name);
    if (this.failure !== undefined) throw this.failure;
  }
}

async function running({ store = new MemoryStore(), sendsEmail = true, perWebhook = 2 } = {}) {
  const clock = new HeldClock();
  const started: string[] = [];
  const warnings: string[] = [];
  let startFailure: Error | undefined;
  const dispatcher = new Dispatcher({
    store,
    start: async ({ id }) => {
      if (startFailure !== undefined) throw startFailure;
      started.push(id);
    },
    log: { warn: (_about: object, message?: string) => warnings.push(message ?? '') },
    sendsEmail,
    perWebhook,
    clock,
  });
  await settled();
  return {
    store,
    clock,
    started,
    warnings,
    dispatcher,
    failStarts: (error: Error | undefined) => {
      startFailure = error;
    },
  };
}

describe('due work', () => {
  test('is all started without a pause, in order, and never more at a time than the limit', async () => {
    const store = new MemoryStore();
    store.due = ['a', 'b', 'c', 'd', 'e'].map(delivery);
    const { started, clock, dispatcher } = await running({ store, perWebhook: 2 });
    expect(started).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(store.sizes).toEqual([2, 2, 1, 0]);
    expect(clock.now()).toBe(0);
    await dispatcher.stop();
  });

  test('that came from events is looked for again at once', async () => {
    const store = new MemoryStore();
    store.events = 7;
    const { dispatcher } = await running({ store });
    expect(store.rounds).toBe(2);
    await dispatcher.stop();
  });

  test('that appears without a wake-up is found after the poll period, and not before', async () => {
    const { store, started, clock, dispatcher } = await running();
    store.due = [delivery('late')];
    await clock.move(POLL_MS - 1);
    expect(started).toEqual([]);
    await clock.move(1);
    expect(started).toEqual(['late']);
    await dispatcher.stop();
  });

  test('that a wake-up announces is started at once', async () => {
    const { store, started, dispatcher } = await running();
    store.due = [delivery('announced')];
    store.wake();
    await settled();
    expect(started).toEqual(['announced']);
    await dispatcher.stop();
  });

  test('is found by polling where nobody wakes the dispatcher', async () => {
    const store = new MemoryStore();
    store.canListen = false;
    const { started, clock, warnings, dispatcher } = await running({ store });
    expect(warnings).toEqual(['the dispatcher gets no wake-ups and polls instead']);
    store.due = [delivery('polled')];
    await clock.move(POLL_MS);
    expect(started).toEqual(['polled']);
    await dispatcher.stop();
  });
});

describe('a store that fails', () => {
  test('is asked again only after each poll period, is logged once, and loses no work', async () => {
    const store = new MemoryStore();
    store.failure = new Error('away');
    store.due = [delivery('a')];
    const { started, clock, warnings, dispatcher } = await running({ store });
    for (let round = 0; round < 3; round += 1) await clock.move(POLL_MS);
    expect(store.rounds).toBe(4);
    expect(warnings).toHaveLength(1);
    store.failure = undefined;
    await clock.move(POLL_MS);
    expect(started).toEqual(['a']);
    await dispatcher.stop();
  });

  test('is logged again when it fails after a success', async () => {
    const { store, clock, warnings, dispatcher } = await running();
    for (const failure of [new Error('away'), undefined, new Error('away again')]) {
      store.failure = failure;
      await clock.move(POLL_MS);
    }
    expect(warnings).toHaveLength(2);
    await dispatcher.stop();
  });

  test('does not keep the dispatcher from stopping', async () => {
    const store = new MemoryStore();
    store.failure = new Error('away');
    const { clock, dispatcher } = await running({ store });
    await dispatcher.stop();
    expect(clock.alarms).toBe(0);
  });
});

test('a delivery whose workflow could not be started stays due, and is tried after the poll period', async () => {
  const { store, clock, started, failStarts, dispatcher } = await running();
  failStarts(new Error('Temporal is away.'));
  store.due = [delivery('a')];
  await clock.move(POLL_MS);
  expect(started).toEqual([]);
  failStarts(undefined);
  await clock.move(POLL_MS);
  expect(started).toEqual(['a']);
  await dispatcher.stop();
});

test('without a mail server, e-mails are held and only webhooks are dispatched', async () => {
  const { store, dispatcher } = await running({ sendsEmail: false });
  expect(store.calls).toEqual(['events', 'hold', 'deliveries of webhook']);
  await dispatcher.stop();
});

test('deliveries that wait for nothing are looked for once a minute', async () => {
  const { store, clock, dispatcher } = await running();
  for (let passed = 0; passed < 2 * MINUTE_MS; passed += POLL_MS) await clock.move(POLL_MS);
  expect(store.calls.filter((call) => call === 'tidy')).toHaveLength(2);
  await dispatcher.stop();
});

test('nothing is dispatched after the stop', async () => {
  const { store, clock, started, dispatcher } = await running();
  await dispatcher.stop();
  store.due = [delivery('a')];
  store.wake();
  await clock.move(POLL_MS);
  expect(started).toEqual([]);
});
