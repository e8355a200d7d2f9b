import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type CaseEvent, fingerprintOf } from '../../../domain/cases/case-event.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, evolve } from '../../../domain/entitlements/evolve.ts';
import { type Decided, isRefused } from '../../../domain/refusals.ts';
import type { EventAnswer } from '../../../workflows/entitlements/case-messages.ts';
import type { LifeAnswer } from '../../../workflows/entitlements/life-messages.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails, anyHappening, anyTurn } from './arbitraries.ts';
import { activeBook } from './book.ts';
import { activeRun, commandTo, eventTo } from './running.ts';
import { attach, cancel, DURING, detailsWith, type Happening, ID, resolve, update } from './samples.ts';
import { take } from './taking-turns.ts';

const RUNS = runs(150);
const turns = fc.array(anyTurn, { minLength: 1, maxLength: 30, size: 'max' });

describe('the same key again', () => {
  test('changes nothing and gets the first answer, however much came between', () => {
    fc.assert(
      fc.property(anyDetails, turns, fc.infiniteStream(fc.nat(99)), (details, story, back) => {
        const run = activeRun(details);
        const answered: { event: CaseEvent; first: EventAnswer }[] = [];
        for (const [index, turn] of story.entries()) {
          if ('commands' in turn) for (const command of turn.commands) commandTo(run, command);
          else {
            const event = { ...turn.event, key: `k${index}` };
            answered.push({ event, first: eventTo(run, event) });
          }
          const again = answered[(back.next().value ?? 0) % Math.max(1, answered.length)];
          if (again === undefined || again.first.seq === null) continue;
          const before = run.entitlement;
          expect(eventTo(run, again.event)).toEqual({ ...again.first, repeated: true });
          expect(run.entitlement).toBe(before);
        }
      }),
      RUNS,
    );
  });

  test('with other content it is a conflict, and changes nothing', () => {
    fc.assert(
      fc.property(anyDetails, turns, anyHappening, (details, story, other) => {
        const run = activeRun(details);
        for (const [index, turn] of story.entries()) {
          if ('commands' in turn) continue;
          const event = { ...turn.event, key: `k${index}` };
          const first = eventTo(run, event);
          const conflicting = { ...other, key: event.key };
          if (first.seq === null || fingerprintOf(conflicting) === fingerprintOf(event)) continue;
          const before = run.entitlement;
          expect(eventTo(run, conflicting)).toMatchObject({ code: 'idempotency_conflict', seq: null, repeated: false });
          expect(run.entitlement).toBe(before);
          expect(eventTo(run, event)).toEqual({ ...first, repeated: true });
        }
      }),
      RUNS,
    );
  });

  test('twice in one message, the event is decided once', () => {
    const run = activeRun(detailsWith());
    const event = { ...attach('c1'), key: 'k1' };
    const { results, rows } = run.caseEvents([event, event], 'tester', DURING, 'sender');
    expect(results.map(({ repeated, seq }) => [repeated, seq])).toEqual([
      [false, 3],
      [true, 3],
    ]);
    expect(rows).toHaveLength(1);
    expect(run.state.remainingTerm).toBe(9);
  });

  test('of a command gets the first row, with other content a conflict', () => {
    const run = activeRun(detailsWith());
    const command = (changes: object) => run.command({ kind: 'edit', changes }, message('edit'), DURING);
    accepted(run.command({ kind: 'deactivate' }, message('off'), DURING));
    const first = accepted(command({ totalTerm: 5 }));
    expect(accepted(command({ totalTerm: 5 }))).toMatchObject({ row: first.row, repeated: true });
    expect(command({ totalTerm: 6 })).toMatchObject({ refused: { code: 'idempotency_conflict' } });
    expect(run.state.remainingTerm).toBe(5);
  });

  test('of a refused attach stays refused when something is left again; a new key attaches', () => {
    const run = activeRun(detailsWith({ totalTerm: 1 }));
    eventTo(run, { ...attach('c1'), key: 'k1' });
    const refused = eventTo(run, { ...attach('c2'), key: 'k2' });
    expect(refused).toMatchObject({ outcome: 'refused', code: 'exhausted', repeated: false });
    eventTo(run, { ...cancel('c1'), key: 'k3' });
    expect(eventTo(run, { ...attach('c2'), key: 'k2' })).toEqual({ ...refused, repeated: true });
    expect(eventTo(run, { ...attach('c2'), key: 'k4' })).toMatchObject({ outcome: 'accepted' });
  });

  test.each<[Happening, Happening]>([
    [resolve('c1'), resolve('c1', 0)],
    [resolve('c1'), resolve('c2')],
    [update('c1', {}), update('c1', { channel: null })],
    [update('c1', { contactId: null }), update('c1', { productId: null })],
    [attach('c1'), attach('c1', { title: '' })],
    [attach('c1'), attach('c1', { decrements: false })],
  ])('%j and %j are other content', (one, other) => {
    expect(fingerprintOf({ ...one, key: 'k' })).not.toBe(fingerprintOf({ ...other, key: 'k' }));
  });
});

describe('an entitlement run', () => {
  test('does what the domain decides, and its rows alone make the same entitlement', () => {
    fc.assert(
      fc.property(anyDetails, turns, (details, story) => {
        const book = activeBook(details);
        const run = activeRun(details);
        for (const [index, turn] of story.entries()) {
          take(book, turn);
          run.passTime(book.now);
          if ('event' in turn) eventTo(run, { ...turn.event, key: `k${index}` }, book.now);
          else for (const command of turn.commands) commandTo(run, command, book.now);
        }
        const [created, ...rest] = run.memory.unconfirmed.unwritten();
        if (created === undefined) throw new Error('A run begins with a row.');
        expect(rest.reduce<Entitlement>(evolve, createEntitlement(ID, created).entitlement)).toEqual(run.entitlement);
        if (!run.entitlement.deleted) expect(run.entitlement).toEqual(book.entitlement);
      }),
      RUNS,
    );
  });
});

const message = (key: string) => ({ by: 'tester', key, reason: null });

function accepted(decided: Decided<LifeAnswer>): LifeAnswer {
  if (isRefused(decided)) throw new Error(decided.refused.detail);
  return decided;
}
