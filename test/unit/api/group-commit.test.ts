import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { GroupCommit } from '../../../api/cases/group-commit.ts';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { caseId } from '../../../domain/ids.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import type { CaseEventsQuestion } from '../../../temporal/entitlements-gateway.ts';
import type { CaseEventsDecision } from '../../../workflows/entitlements/case-messages.ts';
import { TOO_LARGE } from '../../../workflows/entitlements/case-messages.ts';
import type { LedgerBatch } from '../../../workflows/entitlements/ports.ts';
import { activeRun } from '../domain/running.ts';
import { attach, DURING, detailsWith, ID } from '../domain/samples.ts';

/** An entitlement that decides by its own rules, in updates that the test releases one by one. */
class Entitlement {
  readonly run = activeRun(detailsWith({ restrict: false }));
  readonly asked: CaseEventsQuestion[] = [];
  readonly written: LedgerRow[][] = [];
  /** The keys of the attaches for which each write has what was considered. */
  readonly considered: string[][] = [];
  /** Called before each write; what it throws fails the write. */
  beforeWrite: (events: readonly string[]) => void = () => undefined;
  /** Called before each decision; what it throws fails the update. */
  beforeDecision: (events: readonly CaseEvent[]) => void = () => undefined;
  private readonly held: (() => void)[] = [];
  private isHolding = false;

  readonly gateway = {
    caseEvents: async (_id: unknown, question: CaseEventsQuestion): Promise<CaseEventsDecision> => {
      this.asked.push(question);
      if (this.isHolding) await new Promise<void>((resolve) => this.held.push(resolve));
      this.beforeDecision(question.events);
      return this.run.caseEvents(question.events, question.by ?? '', DURING, 'sender');
    },
    commit: async (_id: unknown, { rows, considered }: LedgerBatch) => {
      this.considered.push([...(considered?.keys() ?? [])]);
      this.beforeWrite(rows.flatMap(({ key }) => key ?? []));
      this.written.push([...rows]);
      return { lost: [], settled: rows };
    },
  };

  hold(): void {
    this.isHolding = true;
  }

  /** Lets everything go on that is held, and whatever follows it. */
  release(): void {
    this.isHolding = false;
    for (const resolve of this.held.splice(0)) resolve();
  }

  /** The keys of the events in each update. */
  get updates(): readonly (readonly string[])[] {
    return this.asked.map(({ events }) => events.map(({ key }) => key));
  }
}

const eventOf = (key: string, title: string | null = null): CaseEvent => ({ ...attach(key, { title }), key });
const submission = (keys: readonly string[], by = 'tester', checkpoint = 0) => ({
  events: keys.map((key) => eventOf(key)),
  by,
  knowledge: { generation: checkpoint, cases: [] },
});

/** Lets all promises settle that wait for nothing outside. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

const tooLarge = () =>
  new WorkflowUpdateFailedError(
    'Workflow Update failed',
    ApplicationFailure.create({ message: 'too large', type: TOO_LARGE, nonRetryable: true }),
  );

describe('group commit', () => {
  test('sends what waits in one update, and answers each request with its own events', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.hold();
    const first = ['a', 'b'].map((key) => commit.submit(ID, submission([key])));
    const waiting = [commit.submit(ID, submission(['d', 'e'])), commit.submit(ID, submission(['f']))];
    await settled();
    entitlement.release();
    const answers = await Promise.all([...first, ...waiting]);
    expect(entitlement.updates).toEqual([['a'], ['b'], ['d', 'e', 'f']]);
    expect(answers.map((own) => own.map(({ row }) => row?.key))).toEqual([['a'], ['b'], ['d', 'e'], ['f']]);
  });

  test('has at most two updates of an entitlement under way', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.hold();
    const all = Array.from({ length: 20 }, (_, index) => commit.submit(ID, submission([`k${index}`])));
    await settled();
    expect(entitlement.updates).toHaveLength(2);
    entitlement.release();
    await Promise.all(all);
    expect(entitlement.updates.flat()).toHaveLength(20);
  });

  test('sends events of different senders apart: an update has one sender', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.hold();
    const first = ['a', 'b'].map((key) => commit.submit(ID, submission([key])));
    const waiting = ['ann', 'bob'].map((by) => commit.submit(ID, submission([`of-${by}`], by)));
    await settled();
    entitlement.release();
    await Promise.all([...first, ...waiting]);
    expect(entitlement.asked.slice(2).map(({ by }) => by)).toEqual(['ann', 'bob']);
  });

  test('knows together only what the oldest read of the batch knew', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.hold();
    const first = ['a', 'b'].map((key) => commit.submit(ID, submission([key])));
    const waiting = [7, 4, 9].map((at) => commit.submit(ID, submission([`k${at}`], 'tester', at)));
    await settled();
    entitlement.release();
    await Promise.all([...first, ...waiting]);
    expect(entitlement.asked[2]?.knowledge?.generation).toBe(4);
  });

  test('writes what was considered with what is decided now, and not with an answer from before', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    const picked = (keys: readonly string[]) => ({
      ...submission(keys),
      considered: new Map(keys.map((key) => [key, { candidates: [], total: 1 }])),
    });
    await commit.submit(ID, picked(['a']));
    await commit.submit(ID, picked(['a', 'b']));
    await commit.submit(ID, submission(['c']));
    expect(entitlement.considered).toEqual([['a'], ['b'], []]);
  });

  test('fails only the batch whose write fails', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.beforeWrite = (keys) => {
      if (keys.includes('bad')) throw new Error('The database is away.');
    };
    const all = await Promise.allSettled(['good', 'bad', 'fine'].map((key) => commit.submit(ID, submission([key]))));
    expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(commit.submit(ID, submission(['later']))).resolves.toMatchObject([{ outcome: 'accepted' }]);
  });

  test('sends a batch again in parts, in order, when the answer to all of it would be too large', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.beforeDecision = (events) => {
      if (events.length > 2) throw tooLarge();
    };
    const answers = await commit.submit(ID, submission(['a', 'b', 'c', 'd', 'e']));
    expect(answers.map(({ row }) => row?.key)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const sent = entitlement.updates.filter(({ length }) => length <= 2);
    expect(sent.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  test('sends requests of a too large batch apart before it cuts one of them', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    entitlement.beforeDecision = (events) => {
      if (events.length > 2) throw tooLarge();
    };
    entitlement.hold();
    const first = ['a', 'b'].map((key) => commit.submit(ID, submission([key])));
    const waiting = [commit.submit(ID, submission(['d', 'e'])), commit.submit(ID, submission(['f', 'g']))];
    await settled();
    entitlement.release();
    await Promise.all([...first, ...waiting]);
    expect(entitlement.updates.slice(2)).toEqual([
      ['d', 'e', 'f', 'g'],
      ['d', 'e'],
      ['f', 'g'],
    ]);
  });

  test('gives up on a single event whose answer is too large', async () => {
    const entitlement = new Entitlement();
    entitlement.beforeDecision = () => {
      throw tooLarge();
    };
    const commit = new GroupCommit(entitlement.gateway);
    await expect(commit.submit(ID, submission(['a']))).rejects.toBeInstanceOf(WorkflowUpdateFailedError);
    expect(entitlement.updates).toHaveLength(1);
  });

  test('cuts a request that does not fit into one update, and sends its parts one after the other', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway);
    const keys = Array.from({ length: 700 }, (_, index) => `k${index}`);
    const answers = await commit.submit(ID, submission(keys));
    expect(answers.map(({ row }) => row?.key)).toEqual(keys);
    expect(entitlement.updates.length).toBeGreaterThan(1);
    expect(entitlement.updates.flat()).toEqual(keys);
  });

  test('tells the entitlement with the next update which rows were written, once', async () => {
    let now = DURING;
    const entitlement = new Entitlement();
    const commit = new GroupCommit(entitlement.gateway, { now: () => now });
    await commit.submit(ID, submission(['a', 'b']));
    now += 1_000;
    await commit.submit(ID, submission(['c']));
    await commit.submit(ID, submission(['d']));
    expect(entitlement.asked.map(({ confirmed }) => confirmed)).toEqual([[], [[3, 4]], [[5, 5]]]);
  });

  test('answers a case that another entitlement had first as a conflict', async () => {
    const entitlement = new Entitlement();
    const commit = new GroupCommit({
      ...entitlement.gateway,
      commit: async (_id, { rows }) => ({ lost: [{ caseId: caseId('a'), owner: null }], settled: rows }),
    });
    const answers = await commit.submit(ID, submission(['a', 'b']));
    expect(answers).toMatchObject([
      { outcome: 'refused', code: 'conflict', seq: null, row: undefined },
      { outcome: 'accepted' },
    ]);
  });
});
