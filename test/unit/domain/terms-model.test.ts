import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareEntitlement } from '../../../bin/reconcile/compare.ts';
import { LedgerReader } from '../../../bin/reconcile/ledger-reading.ts';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { packRow, unpackRow } from '../../../workflows/entitlements/packed.ts';
import { runs } from '../../support/property-runs.ts';
import { ID } from './samples.ts';
import { costOf, Life } from './terms-model.ts';
import { anyPlan, anyStep, type Plan, type Step } from './terms-plans.ts';

/**
 * Enough to find most planted faults each time; the rare ones have an example of their own. A change to these rules
 * deserves more: see ALLOT_PROPERTY_RUNS.
 */
const RUNS = runs(700);
const PATIENCE_MS = 60_000 + RUNS.numRuns * 100;

describe('terms and money, held against a ledger that computes everything anew', () => {
  test(
    'what remains, what is bought, the whole bill and each refusal are the same after every step, and the rows agree',
    () => {
      fc.assert(
        fc.property(anyPlan, fc.array(anyStep, { minLength: 10, maxLength: 30, size: 'max' }), (plan, steps) => {
          const life = new Life(plan);
          for (const step of steps) {
            const refusals = life.play(step);
            expect(refusals.domain).toBe(refusals.plain);
            expect(life.ofDomain()).toEqual(life.ofPlain());
          }
          expect(differences(life)).toEqual([]);
          expect(sentAround(life)).toEqual(life.book.rows);
        }),
        RUNS,
      );
    },
    PATIENCE_MS,
  );

  test(
    'without later grants what is bought is what lies past the total or past the channels, and the bill is its price',
    () => {
      const charged = anyPlan.filter(({ overage }) => typeof overage !== 'string');
      const grantsNothing = anyStep.filter(({ do: what }) => what !== 'edit' && what !== 'top-up' && what !== 'pass');
      fc.assert(
        fc.property(charged, fc.array(grantsNothing, { minLength: 10, maxLength: 30, size: 'max' }), staysBought),
        RUNS,
      );
    },
    PATIENCE_MS,
  );
});

/** What the comparison of workflow, snapshot and ledger finds, with the state as a database gives it back. */
function differences({ book }: Life): unknown {
  const { entitlement } = book;
  const reader = new LedgerReader(ID, new Set());
  for (const row of book.rows) reader.add(JSON.parse(JSON.stringify(row), withDates));
  const state: Entitlement = JSON.parse(JSON.stringify(entitlement));
  const workflow = { entitlement, generation: 0, remainingTerm: book.remaining, unconfirmedRows: 0, casesInMemory: 0 };
  return compareEntitlement({
    id: ID,
    snapshot: null,
    ledger: reader.reading,
    workflow: { kind: 'running', state: { ...workflow, entitlement: state } },
    askedBefore: false,
  }).filter(({ what }) => what !== 'snapshot');
}

/** The rows as workflow, API and database hand them to each other. */
const sentAround = ({ book }: Life) => book.rows.map((row) => unpackRow(JSON.parse(JSON.stringify(packRow(row)))));

const withDates = (field: string, value: unknown) =>
  field === 'at' && typeof value === 'number' ? new Date(value) : value;

function staysBought(plan: Plan, steps: readonly Step[]): void {
  const life = new Life(plan);
  for (const step of steps) {
    life.play(step);
    const { details } = life.book.entitlement;
    const cases = [...life.book.cases.values()];
    const takenBy = (channel: string | null) =>
      cases.filter((one) => channel === null || one.channel === channel).reduce((sum, { taken }) => sum + taken, 0);
    const pastRows = details.channels
      .filter(({ totalTerm }) => totalTerm !== details.totalTerm)
      .reduce((sum, { channel, totalTerm }) => sum + Math.max(0, takenBy(channel) - (totalTerm ?? 0)), 0);
    const past = Math.max(takenBy(null) - (details.totalTerm ?? 0), pastRows, 0);
    const { bought, bill, remaining } = life.ofDomain();
    expect([bought, remaining]).toEqual([past, (details.totalTerm ?? 0) + past - takenBy(null)]);
    expect(bill).toEqual(costOf(details, past));
  }
}
