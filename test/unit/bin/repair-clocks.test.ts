import type { Client } from '@temporalio/client';
import { expect, test } from 'vitest';
import { repairClocks } from '../../../bin/reconcile/repair-clocks.ts';
import type { Mended, RepairParts } from '../../../bin/reconcile/repaired.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { clockWorkflowIdOf } from '../../../workflows/clocks/clock-messages.ts';

const CASE = { caseId: 'case', run: 2 };

interface Scene {
  /** The workflows in Temporal's list, at each look. */
  readonly listed?: () => readonly string[];
  /** Whether the database has the case among those whose clocks go on, at each look. */
  readonly goesOn?: () => boolean;
  readonly status?: 'running' | 'ended' | 'unknown';
  /** Whether the dispatcher has nothing to tell by itself when it is asked to. */
  readonly stands?: boolean;
}

/** What a repair does with the clocks of one case. */
async function repaired({
  listed = () => [],
  goesOn = () => true,
  status = 'unknown',
  stands = true,
}: Scene): Promise<{ asked: number; told: readonly (readonly [string, string])[] }> {
  const mended: Mended[] = [];
  let asked = 0;
  const sql = (strings: TemplateStringsArray) => {
    if (!strings.join('').includes('update case_clock_work')) return Promise.resolve(goesOn() ? [CASE] : []);
    asked += 1;
    return Promise.resolve(stands ? [CASE] : []);
  };
  const list = async function* () {
    for (const workflowId of listed()) yield { workflowId };
  };
  const parts = {
    sql: sql as unknown as Sql,
    client: { workflow: { list } } as unknown as Client,
    starts: { statusOf: () => Promise.resolve(status) },
    // The looks follow each other at once.
    pause: () => Promise.resolve(),
    mended: (what: Mended) => mended.push(what),
  };
  await repairClocks(parts as unknown as RepairParts);
  return { asked, told: mended.map(({ kind, id }) => [kind, id] as const) };
}

const OWN = clockWorkflowIdOf(CASE.caseId, CASE.run);
const MENDED = { asked: 1, told: [['clock', CASE.caseId]] };
const LEFT = { asked: 0, told: [] };

test.each<[string, Scene]>([
  ['Temporal knows none', {}],
  ['it has ended', { status: 'ended' }],
  ['only those of another run and of another case run', { listed: () => [clockWorkflowIdOf(CASE.caseId, 1), 'other'] }],
])('clocks that go on get a workflow where none looks after them: %s', async (_what, scene) => {
  expect(await repaired(scene)).toEqual(MENDED);
});

test.each<[string, Scene]>([
  ['whose workflow runs', { listed: () => [OWN] }],
  ['whose workflow runs and is not in the list yet', { status: 'running' }],
  ['that do not go on', { goesOn: () => false }],
])('clocks %s are left as they are', async (_what, scene) => {
  expect(await repaired(scene)).toEqual(LEFT);
});

test('clocks that have a workflow at the next look are left as they are', async () => {
  let looks = 0;
  const starting = () => {
    looks += 1;
    return looks === 1 ? [] : [OWN];
  };
  expect(await repaired({ listed: starting })).toEqual(LEFT);
});

test('where the dispatcher tells them anyway, nothing counts as mended', async () => {
  expect(await repaired({ stands: false })).toEqual({ asked: 1, told: [] });
});
