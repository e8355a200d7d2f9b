import { describe, expect, test } from 'vitest';
import { isRefused } from '../../../domain/refusals.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { attach, cancel, detailsWith, type Happening, ID, instant } from './samples.ts';

const EACH_100 = { unitPrice: '100', currency: 'EUR', billingIncrementMinutes: 1 };

/** A run that an older version began and that this version goes on with. */
function anOldRun() {
  let rules: 'before' | 'now' = 'before';
  let keys = 0;
  const run = new EntitlementRun(ID, { task: () => keys, rules: () => rules });
  const message = () => ({ by: 'tester', key: `key-${++keys}`, reason: null });
  let now = instant('2026-06-01T12:00Z');
  const details = detailsWith({ totalTerm: 1, restrict: false, overagePrice: EACH_100, period: 'month' });
  run.create({ ...message(), details, renewsId: null }, now);
  run.command({ kind: 'activate' }, message(), now);
  const rows = (happening: Happening) =>
    run.caseEvents([{ ...happening, key: `key-${++keys}` }], 'tester', now, 'sender').rows;
  return {
    run,
    happens: (happening: Happening) => rows(happening).at(-1),
    command: (command: Parameters<EntitlementRun['command']>[0]) => {
      const answer = run.command(command, message(), now);
      if (isRefused(answer)) throw new Error(answer.refused.detail);
      return answer.row;
    },
    passTo: (at: string) => {
      now = instant(at);
      run.passTime(now);
    },
    upgrade: () => {
      rules = 'now';
    },
    remaining: () => run.state.remainingTerm,
  };
}

describe('what a version before 2 decided', () => {
  test('comes out the same when it is replayed, and the mark of the replay is not stored', () => {
    const old = anOldRun();
    old.happens(attach('a'));
    expect(old.happens(attach('b'))).toMatchObject({ change: -1, overage: 1, charge: { quantity: 1 }, facts: null });
    expect(old.happens(attach('b'))?.charge).toBeNull();
    expect(old.happens(cancel('a'))).toMatchObject({ change: 1, overage: 0, charge: null });
    expect(old.run.snapshot.entitlement).not.toHaveProperty('decidesAsVersion1');
    expect(old.run.carried().entitlement).not.toHaveProperty('decidesAsVersion1');
  });

  test('a debt that it left under charge stays owed: new cases are bought, and a top-up pays the debt', () => {
    const old = anOldRun();
    for (const id of ['a', 'b', 'c']) old.happens(attach(id));
    expect(old.remaining()).toBe(-2);
    old.upgrade();
    expect(old.happens(attach('d'))).toMatchObject({ change: 0, overage: 1, charge: { amount: '100.00' } });
    old.command({ kind: 'top-up', amount: 5, expiresOn: null, price: null, currency: null });
    expect(old.remaining()).toBe(3);
  });

  test('a case that it charged is credited by its own charge, and gives back what it took', () => {
    const old = anOldRun();
    for (const id of ['a', 'b']) old.happens(attach(id));
    old.upgrade();
    expect(old.happens(cancel('b'))).toMatchObject({ change: 1, overage: -1, charge: { quantity: -1 } });
    expect(old.remaining()).toBe(0);
  });

  test('after the turn of a period such a case is credited and does not return as term', () => {
    const old = anOldRun();
    for (const id of ['a', 'b']) old.happens(attach(id));
    old.upgrade();
    old.passTo('2026-07-01T00:00Z');
    expect(old.remaining()).toBe(1);
    expect(old.happens(cancel('b'))).toMatchObject({ change: 0, useChange: -1, charge: { quantity: -1 } });
    expect(old.happens(cancel('a'))).toMatchObject({ change: 1, charge: null });
  });
});
