import { join } from 'node:path';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { describe, expect, test } from 'vitest';
import { distDir } from '../../runtime/project-dir.ts';
import type { History } from './history-json.ts';
import { OLD_PATHS, PATHS, readHistory, recordedPaths } from './paths.ts';
import { quieten } from './quieten.ts';

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

describe('recorded histories', () => {
  test('there is one of every path, and none of another', async () => {
    expect((await recordedPaths()).sort()).toEqual(Object.keys({ ...PATHS, ...OLD_PATHS }).sort());
  });

  test('the production bundle goes on with every one of them as it was', async () => {
    const paths = await recordedPaths();
    const histories = await Promise.all(
      paths.map(async (path) => ({ workflowId: `entitlement/${path}`, history: await readHistory(path) })),
    );
    expect(histories.length).toBeGreaterThan(0);
    expect(await faultsOf(histories)).toEqual(new Map());
  });

  test('a history that the code would not write is noticed', async () => {
    const history = await readHistory('edited');
    const events = (history.events ?? []).filter(({ timerStartedEventAttributes: timer }) => timer == null);
    const renumbered = events.map((event, index) => ({ ...event, eventId: index + 1 }));
    const faults = await faultsOf([{ workflowId: 'edited', history: { events: renumbered } as unknown as History }]);
    expect([...faults.keys()]).toEqual(['edited']);
  });

  test.each([
    ['life', 'EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED'],
    ['handed-over', 'EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW'],
    ['renewed', 'EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED'],
    ['carried-on', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['revived', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['database-away', 'EVENT_TYPE_ACTIVITY_TASK_COMPLETED'],
    ['signals', 'EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED'],
  ])('%s reaches what it is there for: %s', async (path, wanted) => {
    const { events } = await readHistory(path);
    expect(events?.map(({ eventType }) => nameOf(eventType))).toContain(wanted);
  });
});
