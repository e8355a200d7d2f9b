import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { distDir } from '../../runtime/project-dir.ts';
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

/** What production runs: the bundle, and the converter that its workers are given with it. */
const PRODUCTION = {
  workflowBundle: { codePath: join(distDir, 'workflows.bundle.js') },
  dataConverter: { payloadConverterPath: join(distDir, 'workflows', 'messages', 'payload-converter.js') },
};

const nameOf = (type: number | null | undefined) => proto.temporal.api.enums.v1.EventType[type ?? 0];

/** What the code of today would have done otherwise, by path. */
async function faultsOf(histories: readonly { workflowId: string; history: History }[]): Promise<Map<string, string>> {
  const faults = new Map<string, string>();
  let replayed = 0;
  for await (const { workflowId, error } of Worker.runReplayHistories(PRODUCTION, histories)) {
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
