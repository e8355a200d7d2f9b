import { describe, expect, test } from 'vitest';
import type { AllocationType, DecreaseOn } from '../../../domain/terms/allocation.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { activeBook, type Book } from './book.ts';
import { attach, cancel, decrement, type Happening, reactivate, resolve, update } from './samples.ts';

const MINUTES = 45;
const WEB = { channel: 'web', minutes: MINUTES };

/** What a case does to the terms, line by line. `-` takes from the terms, `+` gives back. */
const LINES: readonly [line: string, before: Happening[], event: Happening, creation: string, resolution: string][] = [
  ['attached', [], attach('c1', WEB), '-', '0'],
  ['resolved', [attach('c1', WEB)], resolve('c1'), '0', '-'],
  ['reactivated after resolve', [attach('c1', WEB), resolve('c1')], reactivate('c1'), '0', '+'],
  ['canceled', [attach('c1', WEB)], cancel('c1'), '+', '0'],
  ['reactivated after cancel', [attach('c1', WEB), cancel('c1')], reactivate('c1'), '-', '0'],
];

const TERMS: readonly [allocationType: AllocationType, totalTerm: number | null, amount: number][] = [
  ['cases', 10, 1],
  ['hours', 600, MINUTES],
  ['unlimited', null, 0],
];

const TABLE = LINES.flatMap(([line, before, event, creation, resolution]) =>
  TERMS.flatMap(([allocationType, totalTerm, amount]) =>
    (['creation', 'resolution'] as const).map((decreaseRemainingOn) => {
      const sign = decreaseRemainingOn === 'creation' ? creation : resolution;
      const change = { '-': -amount, '0': 0, '+': amount }[sign] || 0;
      return { line, before, event, allocationType, totalTerm, decreaseRemainingOn, change };
    }),
  ),
);

const hours = (decreaseRemainingOn: DecreaseOn, changes: Partial<EntitlementDetails> = {}): Book =>
  activeBook({ allocationType: 'hours', totalTerm: 600, decreaseRemainingOn, ...changes });

describe('what a case does to the terms', () => {
  test.each(TABLE)(
    '$line: $change of $allocationType on $decreaseRemainingOn, from the total and from its channel alike',
    ({ before, event, change, allocationType, totalTerm, decreaseRemainingOn }) => {
      const limited = allocationType !== 'unlimited';
      const channels = [{ channel: 'web', totalTerm }];
      const book = activeBook({ allocationType, totalTerm, decreaseRemainingOn, channels, restrict: limited });
      book.story(...before);
      const { remaining } = book;
      const ofWeb = book.remainingOf('web');
      book.story(event);
      expect(book.last).toMatchObject({ change, channel: 'web', remainingAfter: book.remaining });
      expect(book.remaining).toBe(remaining === null ? null : remaining + change);
      expect(book.remainingOf('web')).toBe(ofWeb === null ? null : ofWeb + change);
    },
  );

  test('an attached case that attaches again takes nothing more, whatever its state', () => {
    const book = activeBook().story(attach('c1'), attach('c1', { decrements: false }));
    expect(book.last).toMatchObject({ kind: 'repeated_attach', change: 0 });
    expect(book.story(cancel('c1'), attach('c1')).remaining).toBe(10);
    expect(book.caseNow('c1').status).toBe('canceled');
    expect(book.entitlement).toMatchObject({ casesEver: 1, openCases: 0 });
  });

  test('an attached case may attach again where a new one would be refused', () => {
    const book = activeBook({ totalTerm: 1 }).story(attach('c1'), attach('c1'));
    expect(book.happens(attach('c2'))?.code).toBe('exhausted');
    expect(book.command({ kind: 'cancel' })).toBeUndefined();
    expect(book.story(attach('c1')).remaining).toBe(0);
  });

  test.each([
    ['resolved', [resolve('c1')], [resolve('c1')]],
    ['canceled', [cancel('c1')], [resolve('c1'), cancel('c1'), decrement('c1')]],
    ['active', [], [reactivate('c1')]],
  ])('a case that is %s refuses what its state does not allow, and the terms stay', (status, before, refused) => {
    const book = activeBook().story(attach('c1'), ...before);
    const { remaining } = book;
    for (const event of refused) {
      expect(book.happens(event)).toMatchObject({ code: 'wrong_state', detail: expect.stringContaining(status) });
      expect(book.last).toMatchObject({ kind: 'refused', change: 0, heldChange: 0, case: null });
    }
    expect(book.remaining).toBe(remaining);
  });

  test('a resolved case that is canceled gives back what it took, and is open no more than before', () => {
    const book = activeBook({ decreaseRemainingOn: 'resolution' }).story(attach('c1'), resolve('c1'), cancel('c1'));
    expect(book.remaining).toBe(10);
    expect(book.entitlement.openCases).toBe(0);
  });

  test.each([resolve('c1'), cancel('c1'), reactivate('c1'), update('c1', {}), decrement('c1')])(
    '$kind of a case that never attached is not found, and leaves no row',
    (event) => {
      const book = activeBook();
      expect(book.happens(event)?.code).toBe('not_found');
      expect(book.rows).toHaveLength(2);
    },
  );
});

describe('hours follow the minutes', () => {
  test('on creation the minutes named at attach are taken, and corrected whenever they change', () => {
    const book = hours('creation').story(attach('c1', { minutes: 30 }));
    expect(book.remaining).toBe(570);
    expect(book.story(update('c1', { minutes: 50 })).remaining).toBe(550);
    expect(book.story(update('c1', { minutes: 20 })).remaining).toBe(580);
    expect(book.story(resolve('c1', 90)).remaining).toBe(510);
    expect(book.story(update('c1', { minutes: 80 })).remaining).toBe(520);
    expect(book.rows.slice(2).map((row) => row.change)).toEqual([-30, -20, 30, -70, 10]);
  });

  test('what comes back is what it took, not what its minutes were at first', () => {
    const book = hours('creation').story(attach('c1', { minutes: 30 }), update('c1', { minutes: 50 }), cancel('c1'));
    expect(book.last.change).toBe(50);
    expect(book.remaining).toBe(600);
  });

  test('minutes of a canceled case take nothing until it is reactivated', () => {
    const book = hours('creation').story(attach('c1', { minutes: 30 }), cancel('c1'), update('c1', { minutes: 70 }));
    expect(book.remaining).toBe(600);
    expect(book.story(reactivate('c1')).remaining).toBe(530);
  });

  test('on resolution the minutes reported until then are taken, and later corrections count', () => {
    const book = hours('resolution').story(attach('c1', { minutes: 30 }), update('c1', { minutes: 45 }));
    expect(book.remaining).toBe(600);
    expect(book.story(resolve('c1')).remaining).toBe(555);
    expect(book.story(update('c1', { minutes: 60 })).remaining).toBe(540);
    expect(book.story(reactivate('c1')).remaining).toBe(600);
    expect(book.story(resolve('c1', 10)).remaining).toBe(590);
  });

  test('a case of 0 minutes counts, so minutes that are reported later are taken', () => {
    const book = hours('creation').story(attach('c1'));
    expect(book.last.change).toBe(0);
    expect(book.story(resolve('c1', 25)).remaining).toBe(575);
  });

  test('minutes do not matter where cases are counted', () => {
    const book = activeBook().story(attach('c1', { minutes: 500 }), update('c1', { minutes: 900 }), resolve('c1', 7));
    expect(book.remaining).toBe(9);
    expect(book.caseNow('c1').minutes).toBe(7);
  });
});
