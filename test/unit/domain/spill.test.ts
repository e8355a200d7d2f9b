import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseEvent } from '../../../domain/cases/case-event.ts';
import { asksOthers } from '../../../domain/cases/spill.ts';
import { remainingTerm } from '../../../domain/entitlements/balance.ts';
import { caseId, type EntitlementId, entitlementId } from '../../../domain/ids.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { type AskEntitlement, shareCase } from '../../../temporal/share-case.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { toCaseEvent } from '../../../workflows/entitlements/wire-case-event.ts';
import { runs } from '../../support/property-runs.ts';
import { ACME, DURING, detailsWith } from './samples.ts';

const OWN = entitlementId('own');
const SECOND = entitlementId('second');
const THIRD = entitlementId('third');
const OTHERS = [SECOND, THIRD];
const CASE = caseId('case-1');

const hours = (totalTerm: number, more: Partial<EntitlementDetails> = {}) =>
  detailsWith({ allocationType: 'hours', decreaseRemainingOn: 'resolution', totalTerm, ...more });

/** Entitlements of one customer, each in the memory of its workflow, and the rows that ask others for something. */
class World {
  readonly runs = new Map<EntitlementId, EntitlementRun>();
  readonly rows = new Map<EntitlementId, LedgerRow[]>();
  private keys = 0;

  constructor(details: Readonly<Record<string, EntitlementDetails>>) {
    for (const [id, its] of Object.entries(details)) {
      const run = new EntitlementRun(entitlementId(id));
      const created = run.create({ by: 'tester', key: 'created', details: its, renewsId: null }, DURING);
      const active = run.command({ kind: 'activate' }, { by: 'tester', key: 'activated', reason: null }, DURING);
      if ('refused' in created || 'refused' in active) throw new Error('It must become active.');
      this.runs.set(run.id, run);
      this.rows.set(run.id, [created.row, active.row]);
    }
  }

  run(id: EntitlementId): EntitlementRun {
    const run = this.runs.get(id);
    if (run === undefined) throw new Error(`There is no ${id}.`);
    return run;
  }

  rowsOf(id: EntitlementId): LedgerRow[] {
    return this.rows.get(id) ?? [];
  }

  readonly ask: AskEntitlement = async (id, event) => this.decide(id, event);

  decide(id: EntitlementId, event: CaseEvent) {
    const { results, rows } = this.run(id).caseEvents([event], 'tester', DURING, 'sender');
    const known = this.rowsOf(id);
    for (const row of rows) if (known.every(({ seq }) => seq !== row.seq)) known.push(row);
    return { row: rows.find(({ key }) => key === event.key), code: results[0]?.code };
  }

  /** An event of the case on its own entitlement. */
  happens(event: { kind: 'resolve'; minutes: number } | { kind: 'reactivate' | 'cancel' | 'detach' }, own = OWN) {
    this.keys += 1;
    const base = { key: `key-${this.keys}`, caseId: CASE };
    return this.decide(own, event.kind === 'resolve' ? { ...base, ...event, spillTo: OTHERS } : { ...base, ...event });
  }

  attach(own = OWN, channel: string | null = null) {
    this.keys += 1;
    return this.decide(own, toCaseEvent({ kind: 'attach', key: `key-${this.keys}`, caseId: CASE, channel }, ACME));
  }

  update(minutes: number) {
    this.keys += 1;
    return this.decide(OWN, { kind: 'update', key: `key-${this.keys}`, caseId: CASE, minutes });
  }

  /** The rows of an entitlement that ask others; carried out in this order. */
  asking(id: EntitlementId): LedgerRow[] {
    return this.rowsOf(id).filter(asksOthers);
  }

  async finishAll(): Promise<void> {
    for (const id of this.runs.keys()) for (const row of this.asking(id)) await shareCase(id, row, this.ask);
  }

  remaining(id: EntitlementId): number | null {
    return remainingTerm(this.run(id).entitlement);
  }
}

describe('minutes that do not fit', () => {
  const threeOf = (own: number, second: number, third: number) =>
    new World({ own: hours(own), second: hours(second), third: hours(third) });
  const left = (world: World) => [world.remaining(OWN), world.remaining(SECOND), world.remaining(THIRD)];

  test('are taken from the next entitlement that has something left, then from the one after it', async () => {
    const world = threeOf(60, 30, 100);
    world.attach();
    expect(world.happens({ kind: 'resolve', minutes: 150 }).row).toMatchObject({ change: -60, remainingAfter: 0 });
    await world.finishAll();
    expect(left(world)).toEqual([0, 0, 40]);
    expect(world.rowsOf(OWN).at(-1)).toMatchObject({
      kind: 'spilled',
      change: 0,
      case: {
        taken: 60,
        spill: {
          parts: [
            { entitlementId: SECOND, minutes: 30 },
            { entitlementId: THIRD, minutes: 60 },
          ],
        },
      },
    });
  });

  test('come back from all of them when the case is reactivated', async () => {
    const world = threeOf(60, 30, 100);
    world.attach();
    world.happens({ kind: 'resolve', minutes: 150 });
    await world.finishAll();
    world.happens({ kind: 'reactivate' });
    await world.finishAll();
    expect(left(world)).toEqual([60, 30, 100]);
    world.happens({ kind: 'resolve', minutes: 70 });
    await world.finishAll();
    expect(left(world)).toEqual([0, 20, 100]);
  });

  test("stay with the case's own entitlement if no other takes them: the work is done", async () => {
    const world = threeOf(60, 30, 10);
    world.attach();
    world.happens({ kind: 'resolve', minutes: 150 });
    await world.finishAll();
    expect(left(world)).toEqual([-50, 0, 0]);
    expect(world.rowsOf(OWN).at(-1)).toMatchObject({ change: -50, overage: 50, case: { taken: 110 } });
  });

  test('come back when the case is canceled, or in part when fewer minutes are reported', async () => {
    const world = threeOf(60, 30, 100);
    world.attach();
    world.happens({ kind: 'resolve', minutes: 150 });
    await world.finishAll();
    world.update(50);
    await world.finishAll();
    expect(left(world)).toEqual([10, 30, 100]);
    world.update(30);
    expect(left(world)).toEqual([30, 30, 100]);
    world.happens({ kind: 'cancel' });
    await world.finishAll();
    expect(left(world)).toEqual([60, 30, 100]);
  });

  test('are not asked of an entitlement that does not cover the case, counts cases, or has ended', async () => {
    const world = new World({
      own: hours(60),
      second: hours(500, { channels: [{ channel: 'phone', totalTerm: 500 }] }),
      third: detailsWith({ totalTerm: 500 }),
    });
    world.attach(OWN, 'email');
    world.happens({ kind: 'resolve', minutes: 100 });
    await world.finishAll();
    expect(left(world)).toEqual([-40, 500, 500]);
  });

  test('are taken by an unlimited entitlement without counting', async () => {
    const world = new World({
      own: hours(60),
      second: hours(0, { allocationType: 'unlimited', totalTerm: null, restrict: false }),
      third: hours(10),
    });
    world.attach();
    world.happens({ kind: 'resolve', minutes: 100 });
    await world.finishAll();
    expect(left(world)).toEqual([0, null, 10]);
  });
});

/** Steps that a person or a death can take, in any order. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('resolve' as const), minutes: fc.nat(200) }),
  fc.record({ kind: fc.constantFrom('reactivate' as const, 'cancel' as const) }),
  fc.record({ kind: fc.constant('attach' as const) }),
  fc.record({ kind: fc.constant('move' as const) }),
  fc.record({ kind: fc.constant('update' as const), minutes: fc.nat(200) }),
  // Carries out one of the rows that ask others, and dies after some of its steps.
  fc.record({ kind: fc.constant('finish' as const), row: fc.nat(20), steps: fc.nat(3) }),
);

class Died extends Error {}

const RUNS = runs(300);

test('each minute is taken once, whatever happens in whatever order and between which steps it dies', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.nat(150), fc.nat(150), fc.nat(150)),
      fc.constantFrom('creation' as const, 'resolution' as const),
      fc.array(step, { maxLength: 14 }),
      async ([own, second, third], decreaseRemainingOn, steps) => {
        const world = new World({
          own: hours(own, { decreaseRemainingOn, restrict: false }),
          second: hours(second),
          third: hours(third),
        });
        world.attach();
        let at: EntitlementId = OWN;
        for (const each of steps) {
          if (each.kind === 'finish') await finishSome(world, each);
          else if (each.kind === 'attach') world.attach(at);
          else if (each.kind === 'update') world.update(each.minutes);
          else if (each.kind === 'move') at = move(world, at);
          else world.happens(each, at);
        }
        await world.finishAll();
        const known = world.run(at).memory.caseOf(CASE);
        const wanted = known === undefined || known.detached || !known.counted ? 0 : known.minutes;
        const taken = [OWN, SECOND, THIRD].map((id) => world.run(id).entitlement.used);
        expect(taken.reduce((sum, each) => sum + each, 0)).toBe(wanted);
        for (const id of OTHERS) if (id !== at) expect(world.remaining(id)).toBeGreaterThanOrEqual(0);
        for (const id of world.runs.keys())
          expect(world.rowsOf(id).reduce((sum, row) => sum + row.change, 0)).toBe(world.remaining(id));
      },
    ),
    RUNS,
  );
});

async function finishSome(world: World, { row: nth, steps }: { row: number; steps: number }): Promise<void> {
  const asking = [...world.runs.keys()].flatMap((id) => world.asking(id).map((row) => ({ id, row })));
  const chosen = asking[nth % Math.max(1, asking.length)];
  if (chosen === undefined) return;
  let left = steps;
  const ask: AskEntitlement = async (id, event) => {
    if (left === 0) throw new Died();
    left -= 1;
    return await world.ask(id, event);
  };
  await shareCase(chosen.id, chosen.row, ask).catch((error: unknown) => {
    if (!(error instanceof Died)) throw error;
  });
}

/** An active case moves to the second entitlement or back: the new one attaches it, then the old one gives back. */
function move(world: World, from: EntitlementId): EntitlementId {
  const known = world.run(from).memory.caseOf(CASE);
  if (known === undefined || known.detached || known.status !== 'active') return from;
  const to = from === OWN ? SECOND : OWN;
  if (world.attach(to).code !== undefined) return from;
  world.happens({ kind: 'detach' }, from);
  return to;
}
