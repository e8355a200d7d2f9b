import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';
import { isRefused } from '../../../domain/refusals.ts';
import type { Knowledge } from '../../../workflows/entitlements/messages.ts';
import { runs } from '../../support/property-runs.ts';
import { anyContract, anySharedTurn } from './arbitraries.ts';
import { ForgetfulWorld, type Sender } from './forgetful-world.ts';
import { activeRun, commandTo, eventTo } from './running.ts';
import { attach, DURING, detailsWith, type Happening, resolve } from './samples.ts';

const RUNS = runs(150);

const sender = fc.constantFrom<Sender[]>('writes and tells', 'writes and tells', 'writes', 'dies');

/** A message; `readsAhead`: how many moments before it is sent its sender read the database, null when it did not. */
const aMessage = fc.record({
  turn: anySharedTurn,
  sender,
  readsAhead: fc.constantFrom(null, 0, 0, 1, 3, 8),
  repeats: fc.oneof({ weight: 2, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(9) }),
});
const MEANWHILE = [
  'checkpoint',

  'keeper writes',
  'begin checkpoint',
  'end checkpoint',
  'lose checkpoint',
  'continue',
  'revive',
] as const;
const meanwhile = fc.constantFrom(...MEANWHILE, 'checkpoint', 'continue', 'begin checkpoint', 'end checkpoint');
const moments = fc.array(fc.oneof({ weight: 2, arbitrary: aMessage }, { weight: 1, arbitrary: meanwhile }), {
  minLength: 10,
  maxLength: 50,
  size: 'max',
});

describe('a run that forgets at checkpoints', () => {
  test('decides as one that never forgets, whatever its senders know, and however often it goes on as a new run', () => {
    fc.assert(
      fc.property(anyContract, moments, (details, story) => {
        const never = activeRun(details);
        const world = new ForgetfulWorld(activeRun(details));
        const events = eventsOf(story);
        const read = new Map<number, Knowledge | undefined>();
        let now = DURING;
        for (const [index, moment] of story.entries()) {
          for (const [later, event] of events)
            if (event !== undefined && later - readsAheadOf(story[later]) === index)
              read.set(later, world.read({ cases: [event.caseId], keys: [event.key] }));
          if (typeof moment === 'string') HAPPENS[moment](world);
          else {
            now += moment.turn.pauseMs;
            never.passTime(now);
            const event = events.get(index);
            if (event !== undefined) {
              const expected = eventTo(never, event, now);
              expect(world.event(event, now, read.get(index), moment.sender)).toEqual(expected);
            } else if ('commands' in moment.turn) {
              for (const [at, command] of moment.turn.commands.entries()) {
                const expected = commandTo(never, command, now, `command-${index}-${at}`);
                const answer = world.command(command, now, `command-${index}-${at}`, moment.sender);
                if (isRefused(expected)) expect(answer).toEqual(expected);
                else expect(answer).toMatchObject({ row: expected.row, repeated: expected.repeated });
              }
            }
            expect(world.run.entitlement).toEqual(never.entitlement);
          }
        }
      }),
      RUNS,
    );
  });

  test('knowledge that was read after a lost checkpoint is not trusted for rows before the next one', () => {
    const world = new ForgetfulWorld(activeRun(detailsWith({ decreaseRemainingOn: 'resolution' })));
    world.event({ ...attach('c1'), key: 'k1' }, DURING, undefined, 'dies');
    world.beginCheckpoint(true);
    world.endCheckpoint(false);
    const early = world.read({ cases: [caseId('c1')], keys: ['k3'] });
    world.event({ ...resolve('c1'), key: 'k2' }, DURING, undefined, 'dies');
    world.checkpoint();
    expect(early).toMatchObject({ cases: [{ status: 'active' }] });
    const again = world.event({ ...resolve('c1'), key: 'k3' }, DURING, early, 'dies');
    expect(again).toMatchObject({ outcome: 'refused', code: 'wrong_state' });
    expect(world.run.state.remainingTerm).toBe(9);
  });

  test('an attach that failed is given up, and the one that followed it is kept', () => {
    const { run } = new ForgetfulWorld(activeRun(detailsWith({ totalTerm: 5 })));
    const attachOf = (key: string, from: string) => ({
      ...attach('c1', { movedFrom: { entitlementId: entitlementId(from), seq: 3 } }),
      key,
    });
    const { rows } = run.caseEvents([attachOf('k1', 'ent-2')], 'tester', DURING, 'sender');
    run.caseEvents([attachOf('k2', 'ent-3')], 'tester', DURING, 'sender');
    run.cases.giveUp(rows, [{ caseId: caseId('c1'), owner: entitlementId('ent-3') }], DURING);
    expect(run.memory.caseOf(caseId('c1'))).toMatchObject({ taken: 1, attachedSeq: 5 });
    const newest = [...run.memory.unconfirmed.unwritten()].filter(({ kind }) => kind === 'attached').slice(-1);
    run.cases.giveUp(newest, [{ caseId: caseId('c1'), owner: entitlementId('ent-3') }], DURING);
    expect(run.memory.caseOf(caseId('c1'))).toMatchObject({ taken: 0, detached: true });
  });

  test('a waiting row is not taken for the newest state of its case in the next run', () => {
    const world = new ForgetfulWorld(activeRun(detailsWith({ decreaseRemainingOn: 'resolution' })));
    const { run } = world;
    run.caseEvents([{ ...attach('c1'), key: 'k1' }], 'tester', DURING, 'sender');
    const { rows } = run.caseEvents([{ ...resolve('c1'), key: 'k2' }], 'tester', DURING, 'sender');
    run.memory.unconfirmed.written(rows);
    run.memory.checkpoint(
      run.memory.unconfirmed.whatIsWrittenWith([], run.entitlement.seq),
      run.memory.nextCheckpoint(),
    );
    world.continueAsNew();
    const again = world.run.caseEvents([{ ...resolve('c1'), key: 'k3' }], 'tester', DURING, 'sender');
    expect(again.results).toMatchObject([{ outcome: 'refused', code: 'wrong_state' }]);
    expect(world.run.state).toMatchObject({ remainingTerm: 9, entitlement: { openCases: 0 } });
  });

  test('a key that came again does not bring back the old state of its case in the next run', () => {
    const world = new ForgetfulWorld(activeRun(detailsWith({ decreaseRemainingOn: 'resolution' })));
    const happens = (happening: Happening, key: string) =>
      world.event({ ...happening, key }, DURING, undefined, 'writes');
    happens(attach('c1'), 'k1');
    happens(resolve('c1'), 'k2');
    world.checkpoint();
    expect(happens(attach('c1'), 'k1')).toMatchObject({ repeated: true, seq: 3 });
    world.continueAsNew();
    expect(happens(resolve('c1'), 'k3')).toMatchObject({ outcome: 'refused', code: 'wrong_state' });
    expect(world.run.state.remainingTerm).toBe(9);
  });
});

type Moment = typeof moments extends fc.Arbitrary<(infer One)[]> ? One : never;

/** The events of the story under their keys; some come again as they were. */
function eventsOf(story: readonly Moment[]): ReadonlyMap<number, CaseEvent> {
  const events = new Map<number, CaseEvent>();
  for (const [index, moment] of story.entries()) {
    if (typeof moment === 'string' || !('event' in moment.turn)) continue;
    const earlier = [...events.values()].at(-1 - (moment.repeats ?? Number.POSITIVE_INFINITY));
    events.set(index, earlier ?? { ...moment.turn.event, key: `k${index}` });
  }
  return events;
}

/** Infinitely far ahead is never. */
const readsAheadOf = (moment: Moment | undefined): number =>
  moment === undefined || typeof moment === 'string' ? Number.POSITIVE_INFINITY : (moment.readsAhead ?? Number.NaN);

const HAPPENS: Readonly<Record<(typeof MEANWHILE)[number], (world: ForgetfulWorld) => void>> = {
  checkpoint: (world) => world.checkpoint(),
  'keeper writes': (world) => world.keeperWrites(),
  'begin checkpoint': (world) => world.beginCheckpoint(),
  'end checkpoint': (world) => world.endCheckpoint(true),
  'lose checkpoint': (world) => world.endCheckpoint(false),
  continue: (world) => world.continueAsNew(),
  revive: (world) => world.completeAndRevive(),
};
