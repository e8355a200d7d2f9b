import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { createEntitlement, evolve } from '../../../domain/entitlements/evolve.ts';
import type { LedgerRow } from '../../../domain/ledger/ledger-row.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails, anyTurn, CHANNELS } from './arbitraries.ts';
import { activeBook, type Book } from './book.ts';
import { ID } from './samples.ts';
import { standsFor, take } from './taking-turns.ts';

const RUNS = runs(100);
const turns = fc.array(anyTurn, { minLength: 1, maxLength: 40, size: 'max' });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const changesOf = (rows: readonly LedgerRow[]): number => sum(rows.map((row) => row.change));

const withoutNumber = ({ seq: _seq, updatedAt: _at, ...rest }: Entitlement) => rest;

describe('whatever happens to an entitlement and its cases', () => {
  test('what remains is the sum of all changes, and the total without what the cases take now', () => {
    everyStep((book) => {
      const { details, used, held, openCases, casesEver } = book.entitlement;
      const cases = [...book.cases.values()];
      const taken = sum(cases.map((supportCase) => supportCase.taken));
      const remaining = details.totalTerm === null ? null : details.totalTerm - taken;
      expect({ used, held, openCases, casesEver }).toEqual({
        used: taken,
        held: sum(cases.map((supportCase) => supportCase.held)),
        openCases: cases.filter((supportCase) => supportCase.status === 'active').length,
        casesEver: cases.length,
      });
      expect([book.remaining, book.last.remainingAfter, changesOf(book.rows)]).toEqual([
        remaining,
        remaining,
        remaining ?? 0,
      ]);
    });
  });

  test('the same holds for each channel', () => {
    everyStep((book) => {
      const { details, heldByChannel } = book.entitlement;
      for (const channel of CHANNELS) {
        const cases = [...book.cases.values()].filter((supportCase) => supportCase.channel === channel);
        const taken = sum(cases.map((supportCase) => supportCase.taken));
        const total = details.channels.find((row) => row.channel === channel)?.totalTerm ?? null;
        const changes = changesOf(book.rows.filter((row) => row.channel === channel));
        expect([0 - changes, book.remainingOf(channel), heldByChannel[channel] ?? 0]).toEqual([
          taken,
          total === details.totalTerm || total === null ? (total === null ? null : book.remaining) : total - taken,
          sum(cases.map((supportCase) => supportCase.held)),
        ]);
      }
    });
  });

  test('no case takes or holds less than nothing, or more than its term', () => {
    everyStep((book) => {
      for (const supportCase of book.cases.values()) {
        expect(Math.min(supportCase.taken, supportCase.held)).toBe(0);
        expect([0, standsFor(supportCase)]).toContain(supportCase.taken + supportCase.held);
      }
    });
  });

  test('no channel gets back more than was taken from it', () => {
    everyBook((book) => {
      const out = new Map<string, number>();
      for (const { caseId, channel, change, heldChange } of book.rows.filter((row) => row.caseId !== null)) {
        for (const [what, amount] of [
          ['taken', -change],
          ['held', heldChange],
        ] as const) {
          const place = `${what} by ${caseId} from ${channel}`;
          out.set(place, (out.get(place) ?? 0) + amount);
          expect(out.get(place), place).toBeGreaterThanOrEqual(0);
        }
      }
    });
  });

  test('rows are numbered without gaps', () => {
    everyBook((book) => {
      expect(book.rows.map((row) => row.seq)).toEqual(book.rows.map((_, index) => index + 1));
    });
  });

  test('the rows alone make the same entitlement', () => {
    everyBook((book) => {
      const [created, ...rest] = book.rows;
      if (created === undefined) throw new Error('A book has rows.');
      const folded = rest.reduce<Entitlement>(evolve, createEntitlement(ID, created).entitlement);
      expect(folded).toEqual(book.entitlement);
    });
  });

  test('a refusal changes nothing but the ledger', () => {
    fc.assert(
      fc.property(anyDetails, turns, (details, story) => {
        const book = activeBook(details);
        for (const turn of story) {
          book.passTo(book.now + turn.pauseMs);
          const before = withoutNumber(book.entitlement);
          const cases = [...book.cases];
          const refused =
            'event' in turn ? book.happens(turn.event) : turn.commands.map((each) => book.command(each))[0];
          if (refused === undefined || ('commands' in turn && turn.commands.length > 1)) continue;
          expect(withoutNumber(book.entitlement)).toEqual(before);
          expect([...book.cases]).toEqual(cases);
        }
      }),
      RUNS,
    );
  });
});

function everyStep(holds: (book: Book) => void): void {
  fc.assert(
    fc.property(anyDetails, turns, (details, story) => {
      const book = activeBook(details);
      for (const turn of story) {
        take(book, turn);
        holds(book);
      }
    }),
    RUNS,
  );
}

function everyBook(holds: (book: Book) => void): void {
  fc.assert(
    fc.property(anyDetails, turns, (details, story) => {
      const book = activeBook(details);
      for (const turn of story) take(book, turn);
      holds(book);
    }),
    RUNS,
  );
}
