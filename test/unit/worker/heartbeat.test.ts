import { expect, test } from 'vitest';
import { Heartbeat } from '../../../worker/heartbeat.ts';
import { HeldClock, settled } from '../held-clock.ts';

const HEARTBEAT_MS = 1_500;

async function beating() {
  const clock = new HeldClock();
  const seen: string[] = [];
  const warnings: string[] = [];
  const world = { hasConnection: true, temporalAnswers: true, databaseAnswers: true, missing: [] as string[] };
  const heartbeat = new Heartbeat({
    record: {
      sayAlive: async () => {
        if (!world.databaseAnswers) throw new Error('The database is away.');
        seen.push('alive');
      },
      forget: async () => {
        if (!world.databaseAnswers) throw new Error('The database is away.');
        seen.push('gone');
      },
    },
    askTemporal: () => {
      if (!world.hasConnection) return undefined;
      return world.temporalAnswers ? Promise.resolve() : Promise.reject(new Error('Temporal is away.'));
    },
    missingKeys: () => world.missing,
    renew: () => seen.push('renewed'),
    log: { warn: (_about: object, message?: string) => warnings.push(message ?? '') },
    clock,
  });
  await settled();
  return { clock, seen, warnings, world, heartbeat };
}

test('a worker that polls says so at once and then in each period', async () => {
  const { clock, seen, heartbeat } = await beating();
  expect(seen).toEqual(['alive']);
  await clock.move(HEARTBEAT_MS - 1);
  expect(seen).toEqual(['alive']);
  await clock.move(1);
  expect(seen).toEqual(['alive', 'alive']);
  await heartbeat.stop();
});

test('a worker without a connection says nothing', async () => {
  const { clock, seen, world, heartbeat } = await beating();
  world.hasConnection = false;
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive']);
  await heartbeat.stop();
});

test('while Temporal does not answer, the connection is renewed at every second failure, and one warning is logged', async () => {
  const { clock, seen, warnings, world, heartbeat } = await beating();
  world.temporalAnswers = false;
  for (let beat = 0; beat < 5; beat += 1) await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive', 'renewed', 'renewed']);
  expect(warnings).toEqual(['no heartbeat: Temporal does not answer the worker']);
  world.temporalAnswers = true;
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive', 'renewed', 'renewed', 'alive']);
  world.temporalAnswers = false;
  await clock.move(HEARTBEAT_MS);
  expect(warnings).toHaveLength(2);
  await heartbeat.stop();
});

test('a database that is away ends neither the heartbeat nor the stop', async () => {
  const { clock, seen, warnings, world, heartbeat } = await beating();
  world.databaseAnswers = false;
  await clock.move(HEARTBEAT_MS);
  await clock.move(HEARTBEAT_MS);
  expect(warnings).toEqual(['no heartbeat: the database does not answer']);
  world.databaseAnswers = true;
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive', 'alive']);
  world.databaseAnswers = false;
  await heartbeat.stop();
});

test('a worker that stops is gone from the record, and says nothing more', async () => {
  const { clock, seen, heartbeat } = await beating();
  await heartbeat.stop();
  expect(seen).toEqual(['alive', 'gone']);
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive', 'gone']);
  expect(clock.alarms).toBe(0);
});

test('a worker that lacks a key for payloads does not count as alive until it has met none for a while', async () => {
  const { clock, seen, warnings, world, heartbeat } = await beating();
  world.missing = ['2026-11.3f9a2c81'];
  await clock.move(HEARTBEAT_MS);
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive']);
  expect(warnings).toEqual(['no heartbeat: ALLOT_PAYLOAD_KEYS lacks the key 2026-11.3f9a2c81']);
  world.missing = [];
  await clock.move(HEARTBEAT_MS);
  expect(seen).toEqual(['alive', 'alive']);
  await heartbeat.stop();
});
