/**
 * `npm run test:upgrade`: an installation of version 0.1.0 with data of every kind is upgraded to the present code, in the
 * order that docs/operations.md tells, and goes on. Real servers; clocks of workflows are moved, never waited for.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { reconcile } from '../../bin/reconcile/reconcile.ts';
import { migrate } from '../../db/postgres/migrate.ts';
import { HttpReceiver } from '../support/http-receiver.ts';
import { answersAbout } from './answers.ts';
import { changeStories } from './change-stories.ts';
import { deliveryStories } from './delivery-stories.ts';
import { entitlementStories } from './entitlement-stories.ts';
import { Load } from './load.ts';
import { builtOldVersion, OLD_VERSION } from './old-version.ts';
import { renewalStories } from './renewal-stories.ts';
import { type Going, type Story, World } from './story.ts';
import { termStories } from './term-stories.ts';
import { TwoVersions } from './two-versions.ts';
import { failedWorkflowTasks, replayRunning } from './workflow-tasks.ts';

const STORIES: readonly Story[] = [
  ...entitlementStories,
  ...termStories,
  ...changeStories,
  ...renewalStories,
  ...deliveryStories,
];
const BUILD_LIMIT_MS = 600_000;
const NAMES = STORIES.map(({ name }) => name);

/** What happened in each step. */
interface Outcome {
  /** The new API with the old worker. */
  readonly meanwhile?: string;
  /** In every step in which versions run side by side. */
  readonly again?: string;
  /** The present version alone. */
  readonly after?: string;
}

let system: TwoVersions;
let world: World;
const receiver = await HttpReceiver.start();
const going = new Map<string, Going>();
const outcomes = new Map<string, Outcome>();
let before: Record<string, unknown>;
let failedBeside: readonly string[] = [];

const goingOf = (name: string): Going => {
  const found = going.get(name);
  if (found === undefined) throw new Error(`${name} did not begin.`);
  return found;
};
const entitlements = () => [...going.values()].flatMap((each) => each.entitlements);
const note = (name: string, more: Outcome) => outcomes.set(name, { ...outcomes.get(name), ...more });

/** What can be done in every step. */
async function again(): Promise<void> {
  for (const name of NAMES) {
    const done = await goingOf(name).again?.();
    if (done !== undefined) note(name, { again: done });
  }
}

afterAll(async () => {
  const asked = world?.unavailable ?? 0;
  console.log(table());
  console.log(
    `While workers of both versions ran: ${asked} answers of 503, ${failedBeside.length} workflow tasks tried again.`,
  );
  await system?.end();
  await receiver.stop();
});

function table(): string {
  const lines = STORIES.flatMap(({ name }) => {
    const { meanwhile, again, after = 'NOT REACHED' } = outcomes.get(name) ?? {};
    const steps = [
      [`${OLD_VERSION} alone`, going.get(name)?.made ?? 'NOT REACHED'],
      ['new API, old worker', meanwhile],
      ['side by side', again],
      ['present alone', after],
    ];
    return [
      name,
      ...steps.filter(([, what]) => what !== undefined).map(([who = '', what]) => `  ${who.padEnd(20)} ${what}`),
    ];
  });
  return ['', ...lines, ''].join('\n');
}

describe(`an installation of ${OLD_VERSION}`, () => {
  test('starts, built from git', { timeout: BUILD_LIMIT_MS }, async () => {
    system = await TwoVersions.begin(await builtOldVersion((line) => console.log(line)));
    world = new World(system, receiver);
    await Promise.all([system.start('old', 'worker'), system.start('old', 'api')]);
  });

  test.each(NAMES)('%s', async (name) => {
    const story = STORIES.find((each) => each.name === name);
    if (story !== undefined) going.set(name, await story.begin(world));
  });
});

describe('the upgrade', () => {
  test('the old version goes on after the migrations, and answers as before', async () => {
    const load = await Load.prepare(world);
    before = await answersAbout(world, entitlements());
    load.begin();
    const { applied } = await migrate(system.databaseUrl);
    expect(applied.length).toBeGreaterThan(0);
    const { answers, refused, longestMs } = await load.end();
    console.log(
      `While ${applied.length} migrations ran, the old version answered ${answers} callers; the longest waited ${Math.round(longestMs)} ms.`,
    );
    expect(answers).toBeGreaterThan(0);
    expect(refused).toEqual([]);
    expect((await migrate(system.databaseUrl)).applied).toEqual([]);
    expect(await answersAbout(world, entitlements())).toEqual(before);
    await again();
  });

  test('the new API, with the old worker, answers everything that the old one answered', async () => {
    before = await answersAbout(world, entitlements());
    await system.stop('old', 'api');
    await system.start('present', 'api');
    expect(await answersAbout(world, entitlements())).toMatchObject(before);
  });

  test('the new API goes on with the old worker', async () => {
    await again();
    for (const name of NAMES) {
      const meanwhile = await goingOf(name)
        .meanwhile?.()
        .catch((cause: Error) => {
          throw new Error(`${name}: ${cause.message}`, { cause });
        });
      if (meanwhile !== undefined) note(name, { meanwhile });
    }
  });

  test('present workers start beside the old ones, which then stop, while cases come', async () => {
    expect((await failedWorkflowTasks(await system.client())).failures).toEqual([]);
    await system.start('present', 'worker');
    await again();
    const stopped = system.stop('old', 'worker');
    await again();
    await stopped;
    const { failures } = await failedWorkflowTasks(await system.client());
    // An old worker cannot go on with what a present one decided, and knows no clocks: it fails such a task, which is then
    // tried again.
    failedBeside = failures;
    const isOfOldWorker = (failure: string) =>
      failure.includes('NON_DETERMINISTIC') || failure.includes("of type 'caseClock': no such function");
    expect(failures.filter((failure) => !isOfOldWorker(failure))).toEqual([]);
  });

  test('everything stops and starts again as the present version, on the same data', async () => {
    const mixed = await answersAbout(world, entitlements());
    await system.stopAll();
    await system.startServers();
    await Promise.all([system.start('present', 'worker'), system.start('present', 'api')]);
    expect(await answersAbout(world, entitlements())).toEqual(mixed);
  });

  test('every workflow that runs is replayed by the present worker', async () => {
    expect(await replayRunning(await system.client())).toBeGreaterThan(STORIES.length);
  });
});

describe('the present version goes on', () => {
  test.each(NAMES)('%s', async (name) => {
    note(name, { after: await goingOf(name).goOn() });
  });

  test('no workflow task failed, and no process logged an error', async () => {
    const { workflows, failures } = await failedWorkflowTasks(await system.client());
    expect(failures.filter((failure) => !failedBeside.includes(failure))).toEqual([]);
    expect(workflows).toBeGreaterThan(STORIES.length);
    for (const part of ['worker', 'api'] as const) {
      const lines = await system.logOf('present', part);
      expect(lines.filter((line) => /"level":(50|60)|ondeterminis/.test(line))).toEqual([]);
    }
  });

  test('reconcile finds no difference', async () => {
    const said = { onProgress: () => undefined, onStep: () => undefined };
    const { entitlements: compared, differences } = await reconcile(system.sql, await system.client(), said);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(STORIES.length);
  });
});
