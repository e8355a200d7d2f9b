import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { expect, test, vi } from 'vitest';
import { repairRenewals } from '../../../bin/reconcile/repair-renewals.ts';
import type { Mended, RepairParts } from '../../../bin/reconcile/repaired.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { renewalIdOf } from '../../../domain/renewals/renewal-course.ts';
import { renewalWorkflowIdOf } from '../../../workflows/renewals/renewal-messages.ts';

const WHICH = { entitlementId: entitlementId('ent'), n: 1 };
const RECORD = { ...WHICH, id: renewalIdOf(WHICH), isOver: false, seq: 2, state: { stage: 'noticed' } };
const WORKFLOW = renewalWorkflowIdOf(WHICH.entitlementId, WHICH.n);

interface Scene {
  /** Whether Temporal's list has the workflow, at each look. */
  readonly listed: () => boolean;
  /** What the workflow answers to the query. */
  readonly answer: () => Promise<unknown>;
  readonly status: 'running' | 'ended' | 'unknown';
}

/** What a repair does with one open renewal. */
async function repaired({ listed, answer, status }: Scene): Promise<{ started: number; told: readonly Mended[] }> {
  const told: Mended[] = [];
  const sql = (strings: TemplateStringsArray) =>
    Promise.resolve(strings.join('').includes('from entitlements') ? [] : [RECORD]);
  const client = {
    workflow: {
      list: async function* () {
        if (listed()) yield { workflowId: WORKFLOW };
      },
      getHandle: () => ({ query: answer }),
    },
    withDeadline: (_until: number, work: () => Promise<unknown>) => work(),
  };
  const renewal = vi.fn(() => Promise.resolve());
  const parts = {
    sql: sql as unknown as Sql,
    client: client as unknown as Client,
    replays: { list: () => Promise.resolve([]), runsOf: () => Promise.resolve(new Map()) },
    starts: { renewal, statusOf: () => Promise.resolve(status) },
    since: new Date(0),
    // The looks follow each other at once.
    pause: () => Promise.resolve(),
    mended: (what: Mended) => told.push(what),
  };
  await repairRenewals(parts as unknown as RepairParts);
  return { started: renewal.mock.calls.length, told };
}

const gone = () => Promise.reject(new WorkflowNotFoundError('it ended', WORKFLOW, undefined));
const answered = (stage: string) => Promise.resolve({ renewal: { stage } });
const failing = () => Promise.reject(new Error('the deadline has passed'));

test('a renewal without a workflow gets one, once', async () => {
  const { started, told } = await repaired({ listed: () => false, answer: gone, status: 'unknown' });
  expect(started).toBe(1);
  expect(told.map(({ kind, id }) => [kind, id])).toEqual([['renewal', RECORD.id]]);
});

test('a renewal whose workflow ended a moment ago, at the last look too, gets another one', async () => {
  expect(await repaired({ listed: () => true, answer: gone, status: 'ended' })).toMatchObject({ started: 1 });
});

test.each<[string, Scene]>([
  ['does not answer', { listed: () => true, answer: failing, status: 'running' }],
  ['runs and is not in the list yet', { listed: () => false, answer: gone, status: 'running' }],
  ['is at the step of its record', { listed: () => true, answer: () => answered('noticed'), status: 'running' }],
])('a workflow that %s is left as it is', async (_what, scene) => {
  expect(await repaired(scene)).toEqual({ started: 0, told: [] });
});

test('a difference that is gone at the next look is left as it is; one that stays is mended', async () => {
  // The first look is that of the steps, which are recorded from histories.
  let looks = 0;
  const passing = () => {
    looks += 1;
    return answered(looks <= 2 ? 'reminded' : 'noticed');
  };
  expect(await repaired({ listed: () => true, answer: passing, status: 'running' })).toEqual({ started: 0, told: [] });
  const staying = { listed: () => true, answer: () => answered('reminded'), status: 'running' } as const;
  expect(await repaired(staying)).toMatchObject({ started: 1 });
});
