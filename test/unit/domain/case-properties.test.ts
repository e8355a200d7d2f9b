import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseId } from '../../../domain/ids.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails, anyHappening, anyTurn } from './arbitraries.ts';
import { activeBook } from './book.ts';
import { counts, type History } from './case-reading.ts';
import type { Happening } from './samples.ts';
import { standsFor, take } from './taking-turns.ts';

const RUNS = runs(200);

describe('what a case takes', () => {
  test('follows from its own history by the rules, whatever else happens', () => {
    fc.assert(
      fc.property(anyDetails, fc.array(anyTurn, { maxLength: 40, size: 'max' }), (details, story) => {
        const book = activeBook(details);
        const histories = new Map<CaseId, History>();
        for (const turn of story)
          take(book, turn, (event, refused) => refused === undefined && remember(histories, event));
        for (const [id, history] of histories) {
          const supportCase = book.caseNow(id);
          expect(supportCase.taken, history.join(', ')).toBe(
            counts(history, supportCase.rule.decreaseOn) ? standsFor(supportCase) : 0,
          );
        }
      }),
      RUNS,
    );
  });

  test('never overdraws counted cases on creation under restrict, nor their channels', () => {
    const restricted = anyDetails
      .filter(({ allocationType }) => allocationType === 'cases')
      .map((details) => ({ ...details, restrict: true, hold: false, decreaseRemainingOn: 'creation' as const }));
    // An override goes past the end of the terms, as it was told to; an explicit decrement needs no unit left of its own.
    const happenings = fc.array(
      anyHappening.filter((event) => event.kind !== 'decrement' && !(event.kind === 'attach' && event.overrides)),
      { maxLength: 60, size: 'max' },
    );
    fc.assert(
      fc.property(restricted, happenings, (details, story) => {
        const book = activeBook(details);
        for (const event of story) {
          book.happens(event);
          const left = [book.remaining, ...details.channels.map(({ channel }) => book.remainingOf(channel))];
          for (const number of left) expect(number).toBeGreaterThanOrEqual(0);
        }
      }),
      RUNS,
    );
  });
});

function remember(histories: Map<CaseId, History>, event: Happening): void {
  const history = histories.get(event.caseId);
  if (event.kind === 'attach') {
    if (history === undefined)
      histories.set(event.caseId, [event.decrements ? 'attached' : 'attached, not decrementing']);
  } else if (history !== undefined) {
    if (event.kind === 'detach') histories.delete(event.caseId);
    else if (isAside(event)) return;
    else if (event.kind !== 'update') histories.set(event.caseId, [...history, event.kind]);
    else if (event.decrements !== undefined)
      histories.set(event.caseId, [...history, event.decrements ? 'true' : 'false']);
  }
}

/** Shares of other entitlements, and what concerns the clocks of a case alone, change nothing that it takes. */
const isAside = (event: Happening): event is Extract<Happening, { kind: (typeof ASIDE)[number] }> =>
  ASIDE.some((kind) => kind === event.kind);
const ASIDE = ['spill', 'spilled', 'respond', 'hold', 'release'] as const;
