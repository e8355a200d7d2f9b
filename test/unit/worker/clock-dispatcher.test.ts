import { expect, test } from 'vitest';
import type { ClockDispatchStore, ToldClockWork } from '../../../db/clocks/clock-work.ts';
import { ClockDispatcher } from '../../../worker/clock-dispatcher.ts';
import type { CaseClockInput } from '../../../workflows/clocks/clock-messages.ts';
import type { ClockTurn, ClockTurnTaken } from '../../../workflows/clocks/ports.ts';
import { HeldClock, settled } from '../held-clock.ts';

/** Where a held clock begins. */
const NOW = 0;
const SLEEPS: ClockTurnTaken = { wakesAt: 60_000, isOver: false, lines: ['- First response: in_progress'] };

/** What is told about these cases when the first turns are taken so. */
async function told(
  due: readonly ToldClockWork[],
  takeFirstTurn: (turn: ClockTurn) => Promise<ClockTurnTaken | undefined>,
): Promise<readonly CaseClockInput[]> {
  const inputs: CaseClockInput[] = [];
  let waiting = due;
  const store: ClockDispatchStore = {
    listen: () => Promise.resolve(),
    dispatch: async (tell) => {
      const claimed = waiting;
      waiting = [];
      for (const one of claimed) await tell(one);
      return claimed.length;
    },
  };
  const dispatcher = new ClockDispatcher({
    store,
    takeFirstTurn,
    tell: async (input) => {
      inputs.push(input);
    },
    log: { warn: () => undefined },
    clock: new HeldClock(),
  });
  await settled();
  await dispatcher.stop();
  return inputs;
}

test('the workflow of new clocks starts with the first turn, which is taken before it starts', async () => {
  const turns: ClockTurn[] = [];
  const first = (turn: ClockTurn) => {
    turns.push(turn);
    return Promise.resolve(SLEEPS);
  };
  expect(await told([{ caseId: 'new', run: 1, isFirst: true }], first)).toEqual([
    { caseId: 'new', run: 1, first: SLEEPS },
  ]);
  expect(turns).toEqual([{ caseId: 'new', run: 1, now: NOW }]);
});

test('a workflow that was told before takes its turns itself', async () => {
  const never = () => Promise.reject(new Error('nobody asked for a turn'));
  expect(await told([{ caseId: 'known', run: 2, isFirst: false }], never)).toEqual([{ caseId: 'known', run: 2 }]);
});

test('a first turn that fails, or that an entitlement must be asked for, is left to the workflow', async () => {
  const turn = ({ caseId }: ClockTurn) =>
    caseId === 'fails' ? Promise.reject(new Error('the database is away')) : Promise.resolve(undefined);
  const due = ['fails', 'asks'].map((caseId) => ({ caseId, run: 1, isFirst: true }));
  expect(await told(due, turn)).toEqual(due.map(({ caseId, run }) => ({ caseId, run })));
});
