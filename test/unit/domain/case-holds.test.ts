import { describe, expect, test } from 'vitest';
import { moveEvent } from '../../../domain/cases/case-change.ts';
import { HOLD_MARK_CHARS, holdMark, holdMarks } from '../../../domain/cases/case-holds.ts';
import { decideUnattached, type UnattachedCase } from '../../../domain/cases/unattached.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import type { SupportCase } from '../../../domain/ledger/support-case.ts';
import { MAX_HOLD_REASON_CHARS, MAX_HOLD_REASONS } from '../../../domain/slas/clock-rules.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { isHoldMarks } from '../../../workflows/messages/shapes.ts';
import { activeBook } from './book.ts';
import { attach, cancel, DURING, detailsWith, ID, reactivate, resolve, update } from './samples.ts';

const hold = (id: string, reason: string) => ({ kind: 'hold', caseId: caseId(id), reason }) as const;
const release = (id: string, reason: string) => ({ kind: 'release', caseId: caseId(id), reason }) as const;
const reasons = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `reason ${n}`);
const ALL = reasons(MAX_HOLD_REASONS);

/** A case for which as many reasons count as may. */
const fullyHeld = () => activeBook().story(attach('c1'), ...ALL.map((reason) => hold('c1', reason)));

describe('the reasons that hold a case', () => {
  test('are at most twenty: one more is refused with its code and its field, and takes nothing', () => {
    const book = fullyHeld();
    expect(MAX_HOLD_REASONS).toBe(20);
    expect(book.happens(hold('c1', 'one more'))).toMatchObject({ code: 'too_many_holds', field: 'reason' });
    expect(book.last).toMatchObject({ kind: 'refused', refusal: 'too_many_holds', change: 0, caseId: 'c1' });
  });

  test('count once each: one that holds the case already is never refused, and a release makes room', () => {
    const book = fullyHeld();
    expect(book.happens(hold('c1', 'reason 3'))).toBeUndefined();
    expect(book.happens(release('c1', 'never held'))).toBeUndefined();
    expect(book.happens(hold('c1', 'one more'))).toMatchObject({ code: 'too_many_holds' });
    book.story(release('c1', 'reason 3'), hold('c1', 'one more'));
    expect(book.happens(hold('c1', 'reason 3'))).toMatchObject({ code: 'too_many_holds' });
  });

  test('count for each case by itself', () => {
    const book = fullyHeld().story(attach('c2'), hold('c2', 'reason 0'));
    expect(book.caseNow('c2').heldFor).toEqual([holdMark('reason 0')]);
  });

  test('count from the creation of the case, and stay while it changes, is resolved and comes back', () => {
    const book = activeBook().story(attach('c1', { holds: ALL }), update('c1', { channel: 'web' }));
    book.story(resolve('c1'), reactivate('c1'), cancel('c1'), reactivate('c1'));
    expect(book.happens(hold('c1', 'one more'))).toMatchObject({ code: 'too_many_holds' });
    for (const reason of ALL) book.story(release('c1', reason));
    expect(book.caseNow('c1')).not.toHaveProperty('heldFor');
  });

  test('go along when the case moves to another entitlement', () => {
    const {
      caseId: id,
      customerId,
      contactId,
      productId,
      channel,
      title,
      status,
      minutes,
      decrements,
      heldFor,
    } = fullyHeld().caseNow('c1');
    const facts = { customerId, contactId, productId, channel, title, status, minutes, decrements };
    const from = { entitlementId: 'ent-2', entitlementSeq: 30, version: 0, reason: 'named' };
    const event = { kind: 'update', key: 'move', caseId: id } as const;
    const moved = activeBook();
    const heldBefore = heldFor ?? [];
    expect(moved.event(moveEvent(event, { ...facts, ...from, heldFor: heldBefore }))).toBeUndefined();
    expect(moved.caseNow('c1')).toMatchObject({ movedFrom: { entitlementId: entitlementId('ent-2') }, heldFor });
    expect(moved.happens(hold('c1', 'one more'))).toMatchObject({ code: 'too_many_holds' });
  });

  test('are counted for a case without an entitlement too, after its status', () => {
    const without: UnattachedCase = {
      ...{ caseId: 'c1', customerId: 'acme', contactId: null, productId: null, channel: null },
      ...{ status: 'active', minutes: 0, decrements: true },
    };
    const held = (reason: string, holds: readonly string[], changes: Partial<UnattachedCase> = {}) =>
      decideUnattached({ ...without, ...changes }, { ...hold('c1', reason), key: 'key' }, holds);
    expect(held('one more', ALL)).toMatchObject({ refused: { code: 'too_many_holds', field: 'reason' } });
    expect(held('one more', ALL, { status: 'resolved' })).toMatchObject({ refused: { code: 'wrong_state' } });
    expect(held('reason 3', ALL)).toEqual(without);
    expect(held('one more', reasons(19))).toEqual(without);
  });
});

describe('what was recorded before there was a limit', () => {
  test('goes on: a case with more reasons is held for those, and each can be released', () => {
    const many = reasons(25);
    expect(holdMarks(many)).toEqual(ALL.map(holdMark));
    const book = activeBook().story(attach('c1', { heldFor: holdMarks(many) }));
    expect(book.happens(hold('c1', 'one more'))).toMatchObject({ code: 'too_many_holds' });
    for (const reason of many) expect(book.happens(release('c1', reason))).toBeUndefined();
    expect(book.happens(hold('c1', 'one more'))).toBeUndefined();
  });

  /** What a run decides about more reasons than may hold a case; `isNew`: whether the code of its history counted them. */
  function runOf(isNew: boolean) {
    let asked = 0;
    const holdsAreCounted = () => {
      asked += 1;
      return isNew;
    };
    const run = new EntitlementRun(ID, { holdsAreCounted });
    const message = { by: 'tester', key: null, reason: null };
    run.create({ ...message, details: detailsWith(), renewsId: null }, DURING);
    run.command({ kind: 'activate' }, message, DURING);
    const decide = (...happenings: readonly (ReturnType<typeof attach> | ReturnType<typeof hold>)[]) =>
      run.caseEvents(
        happenings.map((event, n) => ({ ...event, key: `${event.kind}-${n}` })),
        'tester',
        DURING,
        'sender',
      );
    decide(attach('c1'));
    const askedBefore = asked;
    const { results, rows } = decide(...reasons(25).map((reason) => hold('c1', reason)));
    expect(run.snapshot.entitlement).not.toHaveProperty('countsNoHolds');
    return {
      codes: results.flatMap(({ code }) => code ?? []),
      last: rows.at(-1)?.case as SupportCase | null,
      askedBefore,
    };
  }

  test('is decided the same when it is replayed, and the mark is asked for only where a case is held', () => {
    const old = runOf(false);
    expect([old.codes, old.askedBefore]).toEqual([[], 0]);
    expect(old.last).not.toHaveProperty('heldFor');
    expect(runOf(true).codes).toEqual(Array.from({ length: 5 }, () => 'too_many_holds'));
  });
});

test('a mark is as short as messages allow, whatever the reason', () => {
  for (const reason of ['a', 'customer', 'x'.repeat(MAX_HOLD_REASON_CHARS), 'Warten auf Rückruf', '待ち']) {
    expect(holdMark(reason).length).toBeLessThanOrEqual(HOLD_MARK_CHARS);
    expect(isHoldMarks([holdMark(reason)])).toBe(true);
  }
  expect(isHoldMarks(Array.from({ length: MAX_HOLD_REASONS + 1 }, () => 'a'))).toBe(false);
});
