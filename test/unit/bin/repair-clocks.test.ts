import { describe, expect, test } from 'vitest';
import { type ClockFault, type ClockWorkflows, lastingClockFaults } from '../../../bin/reconcile/reconcile-clocks.ts';
import { repairClocks } from '../../../bin/reconcile/repair-clocks.ts';
import type { Mended, RepairParts } from '../../../bin/reconcile/repaired.ts';
import type { Sql } from '../../../db/postgres/sql.ts';
import { clockWorkflowIdOf } from '../../../workflows/clocks/clock-messages.ts';
import { always, OWN } from '../domain/clock-scenes.ts';
import { instant } from '../domain/samples.ts';

const CASE = { caseId: 'case', run: 2 };
const ID = clockWorkflowIdOf(CASE.caseId, CASE.run);
/** Far enough away that nothing happens to a clock by itself. The first response is due an hour later. */
const START = instant('2126-06-01T08:00Z');
/** Three quarters of an hour later somebody is warned. */
const WARNED = START + 45 * 60_000;

type Answers = Awaited<ReturnType<ClockWorkflows['running']>>;

interface Scene {
  /** The workflows in Temporal's list, with what they answer, at each look. */
  readonly running?: () => Answers;
  /** Whether Temporal knows the workflow although it is not in the list. */
  readonly runs?: boolean;
  /** The run that looks after the clocks, and whether it was told all that is on record; null: the case has no clocks. */
  readonly work?: { readonly run: number; readonly isTold: boolean } | null;
  /** What happened to the case after it had attached. */
  readonly happened?: readonly string[];
  /** The recorded status of each clock; none: no turn was taken. */
  readonly recorded?: string | null;
  /** Whether the dispatcher has nothing to tell by itself when it is asked to. */
  readonly stands?: boolean;
}

const waitsFor = (wakesAt: number | null): Answers => new Map([[ID, { wakesAt, isOver: false }]]);

function parts({ running = () => new Map(), runs = false, happened = [], stands = true, ...scene }: Scene) {
  const { work = { run: CASE.run, isTold: true }, recorded = 'in_progress' } = scene;
  const { slaId, version, ...definition } = always();
  const facts = ['attached', ...happened].map((kind, index) => {
    const sla = kind === 'attached' ? { slaId, version, definition } : { slaId: null, version: null, definition: null };
    return { kind, at: new Date(START), entitlementId: OWN, seq: index + 1, reason: null, holds: null, ...sla };
  });
  const mark = {
    entitlementId: OWN,
    attachedSeq: 1,
    status: recorded,
    announced: [],
    breachedAt: null,
    asOf: new Date(0),
  };
  const marks = ['first_response', 'resolution'].map((target) => ({ ...mark, target }));
  let asked = 0;
  const answer = (text: string): readonly unknown[] => {
    if (text.startsWith('with fact as')) return facts;
    if (text.includes('from case_clocks where')) return recorded === null ? [] : marks;
    if (text.includes('"isTold"')) return work === null ? [] : [{ caseId: CASE.caseId, ...work }];
    if (text.startsWith('select case_id as "caseId", run from case_clock_work'))
      return work?.isTold === true ? [{ caseId: CASE.caseId, run: work.run }] : [];
    if (!text.startsWith('update case_clock_work')) return [];
    asked += 1;
    return stands ? [CASE] : [];
  };
  const statement = (strings: TemplateStringsArray) => Promise.resolve(answer(strings.join('?').trim()));
  const sql = Object.assign(statement, { json: (value: unknown) => value }) as unknown as Sql;
  const workflows: ClockWorkflows = {
    running: () => Promise.resolve(running()),
    runs: () => Promise.resolve(runs),
  };
  return { sql, workflows, asked: () => asked };
}

/** The looks follow each other at once. */
const pause = () => Promise.resolve();

async function found(scene: Scene): Promise<readonly ClockFault[]> {
  const { sql, workflows } = parts(scene);
  return await lastingClockFaults(sql, workflows, pause);
}

/** What a repair does with the clocks of the case. */
async function repaired(scene: Scene): Promise<{ asked: number; told: readonly string[]; mended: readonly string[] }> {
  const { sql, workflows, asked } = parts(scene);
  const mended: string[] = [];
  const told: string[] = [];
  const repairParts = { sql, pause, mended: ({ kind, id }: Mended) => mended.push(`${kind} ${id}`) };
  await repairClocks(repairParts as unknown as RepairParts, workflows, ({ caseId, run }) => {
    told.push(clockWorkflowIdOf(caseId, run));
    return Promise.resolve();
  });
  return { asked: asked(), told, mended };
}

const LEFT = { asked: 0, told: [], mended: [] };
const MENDED = { asked: 1, told: [], mended: ['clock case'] };

describe('clocks that go on and have no workflow', () => {
  test.each<[string, Scene]>([
    ['are found', {}],
    [
      'are found where only a workflow of another case runs',
      { running: () => new Map([['case-clock/other/1', null]]) },
    ],
    ['are found where their workflow was lost before its first turn', { recorded: null }],
    ['are found where they have ended and are not recorded so', { happened: ['case_canceled'] }],
  ])('%s, and started by the dispatcher', async (_what, scene) => {
    const faults = (await found(scene)).filter(({ caseId }) => caseId === CASE.caseId);
    expect(faults).toMatchObject([{ ...CASE, kind: 'none', workflow: 'not running' }]);
    const { asked, mended } = await repaired(scene);
    expect([asked, mended.includes('clock case')]).toEqual([1, true]);
  });

  test('say what the ledger waits for', async () => {
    expect((await found({}))[0]?.ledger).toBe('waits until 2126-06-01T08:45:00.000Z');
    expect((await found({ recorded: null }))[0]?.ledger).toContain('something is not announced or recorded');
  });

  test('where the dispatcher tells them anyway, nothing counts as mended', async () => {
    expect(await repaired({ stands: false })).toEqual({ ...MENDED, mended: [] });
  });
});

describe('a workflow of clocks that runs and is behind what is on record', () => {
  test.each<[string, Scene]>([
    ['as it waits until it is told', { running: () => waitsFor(null) }],
    ['as it waits for too long', { running: () => waitsFor(WARNED + 1) }],
    ['as it has taken no turn', { running: () => new Map([[ID, null]]) }],
    [
      'as the clocks have ended',
      { running: () => waitsFor(WARNED), happened: ['case_canceled'], recorded: 'canceled' },
    ],
    ['as a clock is recorded otherwise', { running: () => waitsFor(WARNED), recorded: 'paused' }],
    ['as it has recorded nothing', { running: () => waitsFor(WARNED), recorded: null }],
  ])('is found and told again: %s', async (_what, scene) => {
    expect(await found(scene)).toMatchObject([{ ...CASE, kind: 'behind' }]);
    expect(await repaired(scene)).toEqual(MENDED);
  });

  test('is told itself where another run looks after the clocks, or nobody knows of any', async () => {
    const old = clockWorkflowIdOf(CASE.caseId, 1);
    const running = () => new Map([...waitsFor(WARNED), [old, { wakesAt: null, isOver: false }]]);
    expect(await found({ running })).toMatchObject([{ caseId: CASE.caseId, run: 1, kind: 'stray', ledger: 'run 2' }]);
    expect(await repaired({ running })).toEqual({ asked: 0, told: [old], mended: ['clock case'] });
    expect(await repaired({ running: () => waitsFor(WARNED), work: null })).toMatchObject({ told: [ID] });
  });

  test('is named and left alone where it does not answer', async () => {
    const running = () => new Map([[ID, 'no answer' as const]]);
    expect(await found({ running })).toMatchObject([{ ...CASE, kind: 'silent' }]);
    expect(await repaired({ running })).toEqual(LEFT);
  });
});

describe('clocks are left as they are', () => {
  test.each<[string, Scene]>([
    ['whose workflow waits for what the ledger says', { running: () => waitsFor(WARNED) }],
    ['whose workflow runs and is not in the list yet', { runs: true }],
    ['that have ended and are recorded so', { happened: ['case_canceled'], recorded: 'canceled' }],
    [
      'which the dispatcher is about to tell',
      { running: () => waitsFor(null), work: { run: CASE.run, isTold: false } },
    ],
    ['whose workflow has an id that somebody else chose', { runs: true, running: () => new Map([['other', null]]) }],
  ])('%s', async (_what, scene) => {
    expect(await found(scene)).toEqual([]);
    expect(await repaired(scene)).toEqual(LEFT);
  });

  test('that have a workflow at the next look', async () => {
    let looks = 0;
    const running = () => {
      looks += 1;
      return looks === 1 ? new Map() : waitsFor(WARNED);
    };
    expect(await repaired({ running })).toEqual(LEFT);
  });
});
