import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import proto from '@temporalio/proto';
import { type InjectedSinks, type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleWithWatch } from '../../bin/reconcile/replayed-runs.ts';
import { PayloadEncryption } from '../../temporal/encryption/payload-encryption.ts';
import { readPayloadKeys } from '../../temporal/encryption/payload-keys.ts';
import { WORKFLOW_BUNDLE } from '../../worker/worker-traces.ts';
import type { HandledTrace } from '../../workflows/messages/handled-trace.ts';
import type { RowWatch } from '../../workflows/messages/row-watch.ts';
import { changelogVersions } from './changelog.ts';
import type { History } from './history-json.ts';
import {
  digests,
  FROZEN,
  PATHS,
  presentVersion,
  readHistory,
  recordedPaths,
  recordedVersions,
  writeHistory,
} from './paths.ts';
import { quieten } from './quieten.ts';
import { wantedPaths } from './wanted-paths.ts';

quieten();

const workerOptions = (keys?: string, bundle = WORKFLOW_BUNDLE) =>
  new PayloadEncryption(readPayloadKeys(keys)).ofWorkers(bundle);

/** What production runs: the bundle, and the converters that its workers are given with it. */
const PRODUCTION = workerOptions();
/** The same with keys, which hides customers and failures in what workflows do. */
const ENCRYPTING = workerOptions(`new:${randomBytes(32).toString('base64')}`);

/** The header by which the sender of an update says which trace it belongs to. */
const TRACED = {
  fields: {
    '_tracer-data': defaultPayloadConverter.toPayload({
      traceparent: '00-a1b2c3d4e5f60718293a4b5c6d7e8f90-0123456789abcdef-01',
    }),
  },
};

/** What a repair replays with. */
const WATCHED_BUNDLE = await bundleWithWatch();
afterAll(() => rm(dirname(WATCHED_BUNDLE), { recursive: true }));
const WATCHING = workerOptions(undefined, WATCHED_BUNDLE);

const nameOf = (type: number | null | undefined) => proto.temporal.api.enums.v1.EventType[type ?? 0];

/** What the code of today would have done otherwise, by path. */
async function faultsOf(
  histories: readonly { workflowId: string; history: History }[],
  options: ReplayWorkerOptions = PRODUCTION,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>();
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(options, histories)) {
    replayed += 1;
    if (error !== undefined) faults.set(workflowId, error.message);
  }
  expect(replayed).toBe(histories.length);
  return faults;
}

const VERSIONS = (await changelogVersions()).map(({ version }) => version);

test('every version of the changelog has a folder with histories, and no other version has one', async () => {
  expect((await recordedVersions()).sort()).toEqual([...VERSIONS].sort());
  for (const version of VERSIONS) expect([version, (await recordedPaths(version)).length]).not.toEqual([version, 0]);
});

test('no recorded history is missing, and none has changed: frozen.json lists them with their SHA-256', async () => {
  const frozen = JSON.parse(await readFile(FROZEN, 'utf8')) as Record<string, Record<string, string>>;
  for (const version of VERSIONS) expect([version, await digests(version)]).toEqual([version, frozen[version]]);
});

test('the changelog begins with the present version, and only that one may be unreleased', async () => {
  const [newest, ...others] = await changelogVersions();
  expect(newest?.version).toBe(await presentVersion());
  expect(others.filter(({ isReleased }) => !isReleased)).toEqual([]);
});

test('the folder of the present version has every path that a scene plays', async () => {
  const recorded = await recordedPaths(await presentVersion());
  expect(Object.keys(PATHS).filter((path) => !recorded.includes(path))).toEqual([]);
});

describe.each(VERSIONS)('histories of %s', (version) => {
  test('the production bundle goes on with every one of them as it was', async () => {
    const paths = await recordedPaths(version);
    const histories = await Promise.all(
      paths.map(async (path) => ({ workflowId: path, history: await readHistory(version, path) })),
    );
    expect(histories.length).toBeGreaterThan(0);
    expect(await faultsOf(histories)).toEqual(new Map());
  });

  test('the repair reads every one of them to its end: watching a replay does not change it', async () => {
    const paths = await recordedPaths(version);
    const histories = await Promise.all(
      paths.map(async (path) => ({ workflowId: path, history: await readHistory(version, path) })),
    );
    const asked = new Map<string, number>();
    const sinks: InjectedSinks<RowWatch> = {
      watch: {
        asked: {
          fn: ({ workflowId }) => {
            asked.set(workflowId, (asked.get(workflowId) ?? 0) + 1);
          },
          callDuringReplay: true,
        },
      },
    };
    expect(await faultsOf(histories, { ...WATCHING, sinks })).toEqual(new Map());
    expect(asked.get('life')).toBeGreaterThan(0);
  });

  test('they go on the same where the senders of their updates are traced', async () => {
    // Those with the most updates, and those that start children and hand over; all of them would take long.
    const paths = [
      ...['charged', 'held', 'allowed', 'exhausted', 'overridden', 'edited', 'moved-away'],
      ...['life', 'renews', 'renewed', 'signals', 'handed-over', 'revived'],
    ];
    let tracedUpdates = 0;
    const histories = await Promise.all(
      paths.map(async (path) => {
        const history = await readHistory(version, path);
        const events = (history.events ?? []).map((event) => {
          const accepted = event.workflowExecutionUpdateAcceptedEventAttributes;
          const input = accepted?.acceptedRequest?.input;
          if (accepted == null || input == null) return event;
          tracedUpdates += 1;
          const acceptedRequest = { ...accepted.acceptedRequest, input: { ...input, header: TRACED } };
          return { ...event, workflowExecutionUpdateAcceptedEventAttributes: { ...accepted, acceptedRequest } };
        });
        return { workflowId: path, history: { events } as unknown as History };
      }),
    );
    expect(tracedUpdates).toBeGreaterThan(60);
    const handled = new Set<string>();
    const sinks: InjectedSinks<HandledTrace> = {
      traces: { handled: { fn: ({ workflowId }) => void handled.add(workflowId), callDuringReplay: true } },
    };
    expect(await faultsOf(histories, { ...PRODUCTION, sinks })).toEqual(new Map());
    expect(handled).toContain('life');
  });

  test('they go on where encryption was switched on meanwhile, which hides customers and failures', async () => {
    // Those that show customers, start children, fail and hand over; all of them would take long.
    const paths = ['life', 'renewed', 'signals', 'handed-over', 'revived', 'delivery-redelivered'];
    const histories = await Promise.all(
      paths.map(async (path) => ({ workflowId: path, history: await readHistory(version, path) })),
    );
    expect(await faultsOf(histories, ENCRYPTING)).toEqual(new Map());
  });

  test.each([
    ['life', 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'],
    ['handed-over', 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    ['renewed', 'EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED'],
    ['carried-on', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['revived', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['database-away', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['signals', 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED'],
    ['delivery-redelivered', 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED'],
    ['delivery-waiting', 'EVENT_TYPE_TIMER_STARTED'],
    ['lapsed', 'EVENT_TYPE_TIMER_FIRED'],
  ])('%s reaches what it is there for: %s', async (path, wanted) => {
    const { events } = await readHistory(version, path);
    expect(events?.map(({ eventType }) => nameOf(eventType))).toContain(wanted);
  });
});

describe('the recorder', () => {
  const folder = {
    version: '9.9.9',
    isReleased: false,
    recorded: Object.keys(PATHS).filter((path) => path !== 'life'),
  };

  test('records what the folder lacks', () => {
    expect(wantedPaths([], folder)).toEqual(['life']);
    expect(wantedPaths(['life'], folder)).toEqual(['life']);
  });

  test('refuses what is there, what no scene plays, and a version that is released or not in the changelog', async () => {
    expect(() => wantedPaths(['held'], folder)).toThrow('test/histories/9.9.9 has held: nothing is overwritten.');
    expect(() => wantedPaths(['nothing'], folder)).toThrow('No scene plays nothing.');
    for (const isReleased of [true, undefined])
      expect(() => wantedPaths([], { ...folder, isReleased })).toThrow('the folder of a release is frozen');
    await expect(writeHistory('0.1.0', 'life', {})).rejects.toThrow('EEXIST');
  });
});

test('a history that the code would not write is noticed', async () => {
  const history = await readHistory('0.1.0', 'edited');
  const events = (history.events ?? []).filter(({ timerStartedEventAttributes: timer }) => timer == null);
  const renumbered = events.map((event, index) => ({ ...event, eventId: index + 1 }));
  const faults = await faultsOf([{ workflowId: 'edited', history: { events: renumbered } as unknown as History }]);
  expect([...faults.keys()]).toEqual(['edited']);
});
