import { describe, expect, test } from 'vitest';
import {
  isOwnEvent,
  lostKey,
  movedKey,
  moveOf,
  movesToFinish,
  spilledKey,
  spillKey,
  undoKey,
} from '../../../domain/cases/case-custody.ts';
import { decidedMeanwhile } from '../../../domain/cases/moved-case.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import { isOwnKey } from '../../../domain/input-limits.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import type { SupportCase } from '../../../domain/ledger/support-case.ts';
import { activeRun } from './running.ts';
import { ANN, attach, DURING, detailsWith, ID, resolve } from './samples.ts';

const [FROM, THIRD] = [entitlementId('from'), entitlementId('third')];
const CASE = caseId('c');

/** The row of an attach that took the case over from another entitlement. */
function movedRow(): LedgerRow {
  const move = { ...attach('c', { movedFrom: { entitlementId: FROM, seq: 3 } }), key: 'k' };
  const [row] = activeRun(detailsWith()).caseEvents([move], 'tester', DURING, 'sender').rows;
  if (row === undefined) throw new Error('The case is attached.');
  return row;
}

const known = (changes: Partial<SupportCase> = {}): SupportCase => {
  const { case: supportCase } = movedRow();
  if (supportCase === null) throw new Error('The row has the case.');
  return { ...supportCase, ...changes };
};

describe('what a moved case is told', () => {
  const told = (last: Partial<SupportCase>) => decidedMeanwhile(known(), known(last), 'moved:c:to:4');

  test('nothing, where the old entitlement decided nothing meanwhile', () => {
    expect(told({ detached: true, taken: 0 })).toEqual([]);
  });

  test('what changed, under a key of its own for each event', () => {
    expect(told({ contactId: ANN, minutes: 20, decrements: false })).toEqual([
      {
        kind: 'update',
        key: 'moved:c:to:4:update',
        caseId: CASE,
        contactId: ANN,
        minutes: 20,
        decrements: false,
      },
    ]);
  });

  test('that it was resolved or canceled, after what changed', () => {
    expect(told({ status: 'resolved', minutes: 20 })).toMatchObject([
      { kind: 'update', minutes: 20 },
      { kind: 'resolve', key: 'moved:c:to:4:resolve', minutes: 20 },
    ]);
    expect(told({ status: 'canceled' })).toEqual([{ kind: 'cancel', key: 'moved:c:to:4:cancel', caseId: CASE }]);
  });

  test('not that it was reactivated: it moves as an active case', () => {
    expect(decidedMeanwhile(known({ status: 'resolved' }), known({ status: 'active' }), 'moved:c:to:4')).toEqual([]);
  });
});

describe('a move is finished', () => {
  test('unless the old entitlement still has the case', () => {
    const row = movedRow();
    expect(movesToFinish([row], [])).toEqual([row]);
    expect(movesToFinish([row], [{ caseId: CASE, owner: THIRD }])).toEqual([row]);
    expect(movesToFinish([row], [{ caseId: CASE, owner: FROM }])).toEqual([]);
    expect(moveOf(ID, row)).toEqual({ caseId: CASE, from: FROM, through: 3, to: ID, seq: row.seq });
  });

  test('for rows of moved cases alone', () => {
    const [row] = activeRun(detailsWith()).caseEvents([{ ...attach('c'), key: 'k' }], 'tester', DURING, 'sender').rows;
    if (row === undefined) throw new Error('The case is attached.');
    expect([movesToFinish([row], []), moveOf(ID, row)]).toEqual([[], undefined]);
  });
});

describe('events that entitlements send each other', () => {
  const spill = { kind: 'spill', caseId: CASE, of: FROM, through: 7 } as const;
  const own = [
    { kind: 'detach', caseId: CASE, key: lostKey(CASE, 5), through: 5 },
    { kind: 'detach', caseId: CASE, key: movedKey(CASE, ID, 4), through: 3 },
    { kind: 'update', caseId: CASE, key: `${movedKey(CASE, ID, 4)}:update` },
    { kind: 'cancel', caseId: CASE, key: `${movedKey(CASE, ID, 4)}:cancel` },
    { ...spill, key: spillKey(CASE, FROM, 7, 2) },
    { ...spill, key: undoKey(spillKey(CASE, FROM, 7, 2)) },
    { kind: 'spilled', caseId: CASE, key: spilledKey(CASE, FROM, 7), through: 7 },
  ] as const;

  test.each(own.map((event) => [event.key, event] as const))('%s is recognised', (key, event) => {
    expect([isOwnEvent(event), isOwnKey(key)]).toEqual([true, true]);
  });

  test.each([
    ['another row', { kind: 'detach', caseId: CASE, key: lostKey(CASE, 5), through: 6 }],
    ['another case', { kind: 'detach', caseId: caseId('d'), key: lostKey(CASE, 5), through: 5 }],
    ['another kind', { kind: 'resolve', caseId: CASE, key: `${movedKey(CASE, ID, 4)}:cancel` }],
    ['a row that is not named', { kind: 'detach', caseId: CASE, key: movedKey(CASE, ID, 4) }],
    ['another sharing', { ...spill, through: 8, key: spillKey(CASE, FROM, 7, 2) }],
    ["a caller's key", { ...resolve('c'), key: 'k' }],
  ] as const)('%s is not', (_what, event) => {
    expect(isOwnEvent(event)).toBe(false);
  });
});
