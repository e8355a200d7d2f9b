import { describe, expect, test } from 'vitest';
import { caseId } from '../../../domain/ids.ts';
import { packCase } from '../../../workflows/entitlements/packed.ts';
import { RunMemory } from '../../../workflows/entitlements/run-memory.ts';
import { Settledness } from '../../../workflows/entitlements/settledness.ts';
import { activeRun, eventTo } from '../domain/running.ts';
import { attach, detailsWith } from '../domain/samples.ts';

/** A run with three attached cases; none of its five rows is confirmed. */
function withThreeCases() {
  const run = activeRun(detailsWith());
  for (const id of ['a', 'b', 'c']) eventTo(run, { ...attach(id), key: id });
  return run.memory;
}

const numbers = (memory: RunMemory) => [...memory.unconfirmed.all()].map(({ seq }) => seq);

describe('unconfirmed rows', () => {
  test('are confirmed by the senders that have them', () => {
    const memory = withThreeCases();
    memory.learn({ confirmed: [[1, 4]] });
    expect(numbers(memory)).toEqual([5]);
    expect([memory.unconfirmed.couldBeWritten([1, 5], 5), memory.unconfirmed.couldBeWritten([5, 6], 5)]).toEqual([
      true,
      false,
    ]);
  });

  test('that no sender has cannot be confirmed', () => {
    const memory = withThreeCases();
    const [row] = memory.unconfirmed.through(5, 1);
    if (row === undefined) throw new Error('The row waits.');
    memory.remember({ ...row, seq: 6 });
    expect(memory.unconfirmed.couldBeWritten([5, 6], 6)).toBe(false);
    memory.learn({ confirmed: [[1, 6]] });
    expect(numbers(memory)).toEqual([6]);
  });

  test('are all written at once by the next run: their senders may know the old one alone', () => {
    const { generation, ...carried } = withThreeCases().carried();
    const next = RunMemory.continued({ version: 1, generation, ...carried } as never);
    expect([numbers(next), next.unconfirmed.hasUrgent]).toEqual([[1, 2, 3, 4, 5], true]);
    expect(next.rowOf('b')?.seq).toBe(4);
  });
});

describe('what a sender says it read', () => {
  const known = (taken: number) => {
    const supportCase = withThreeCases().caseOf(caseId('a'));
    if (supportCase === undefined) throw new Error('The case is attached.');
    return packCase({ ...supportCase, taken });
  };

  test('is checked and taken over alike, where it says the same case twice', () => {
    const memory = new RunMemory();
    memory.restore(2);
    const knowledge = { generation: 2, cases: [known(1), known(0)] };
    const claimed = memory.newTo(knowledge);
    memory.learn({ knowledge });
    expect(claimed).toEqual([known(1)]);
    expect(memory.caseOf(caseId('a'))?.taken).toBe(1);
  });

  test('is not taken over once it is older than the newest checkpoint', () => {
    const memory = new RunMemory();
    memory.restore(2);
    memory.learn({ knowledge: { generation: 1, cases: [known(1)] } });
    expect(memory.caseOf(caseId('a'))).toBeUndefined();
  });
});

describe('what a workflow task decided', () => {
  test('is settled once the next task runs', () => {
    let task = 1;
    const settledness = new Settledness(() => task);
    settledness.note({ kind: 'attached' });
    settledness.note({ kind: 'expired' });
    expect(settledness.isSettled).toBe(false);
    task = 2;
    expect(settledness.isSettled).toBe(true);
  });

  test('is settled at once where time alone did it', () => {
    const settledness = new Settledness(() => 1);
    settledness.note({ kind: 'started' });
    expect(settledness.isSettled).toBe(true);
  });
});
