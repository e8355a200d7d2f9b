import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Considered, considered, MAX_CONSIDERED } from '../../../domain/cases/considered.ts';
import { attachInWords, spillInWords, takenOffInWords } from '../../../domain/cases/decision-words.ts';
import { judge, type Offer } from '../../../domain/cases/matching.ts';
import { candidates } from '../../../domain/cases/picking.ts';
import { entitlementId } from '../../../domain/ids.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails } from './arbitraries.ts';
import { Book } from './book.ts';
import { ANN, attach, DURING, detailsWith, PUMP } from './samples.ts';

const SETTINGS = { autoApplyDefaultOnCaseCreate: true, autoApplyDefaultOnCaseUpdate: false, matching: true };
const CASE = attach('case', { contactId: ANN, productId: PUMP });

function offer(id: string, changes: Partial<EntitlementDetails> = {}, isDefault = false): Offer {
  const book = new Book(detailsWith({ name: `The ${id}`, ...changes }));
  book.command({ kind: 'activate' });
  return { entitlement: { ...book.entitlement, id: entitlementId(id) }, isDefault };
}

/** What is kept when the first candidate takes the case that has not refused. */
function keptOf(offers: readonly Offer[], settings = SETTINGS, refusals = new Map<string, Refusal>()): Considered {
  const judgements = judge(offers, CASE, DURING);
  const picked = candidates(judgements, settings, 'create').find(({ entitlement }) => !refusals.has(entitlement.id));
  const asked = { picked, refusals: new Map([...refusals].map(([id, refused]) => [entitlementId(id), refused])) };
  return considered(judgements, { ...asked, matching: settings.matching });
}
const wordsOf = ({ candidates: kept }: Considered) => kept.map(({ id, code, words }) => [id, code, words]);

describe('what is kept of a decision', () => {
  test('says of each entitlement why it was picked, passed over or refused', () => {
    const kept = keptOf([
      offer('all'),
      offer('of-ann', { contactIds: [ANN] }),
      offer('empty', { totalTerm: 0 }),
      offer('web', { channels: [{ channel: 'web', totalTerm: 5 }] }),
    ]);
    expect(kept.total).toBe(4);
    expect(wordsOf(kept)).toEqual([
      ['of-ann', null, 'It took the case.'],
      ['web', 'channel_not_covered', 'The entitlement covers only certain channels, and the case names none.'],
      [
        'all',
        null,
        'It covers the case, but it is less specific: it names no contact, product or channel, and the one that took the case names the contact.',
      ],
      ['empty', 'exhausted', 'Nothing is left of the total term of 0 cases (available: 0).'],
    ]);
  });

  test('says by what a tie was broken: priority, start date, id', () => {
    const words = wordsOf(
      keptOf([
        offer('a', { priority: 1, startDate: '2026-01-01' }),
        offer('b', { priority: 2 }),
        offer('c', { priority: 1, startDate: '2026-03-01' }),
        offer('d', { priority: 1, startDate: '2026-01-01' }),
      ]),
    );
    expect(Object.fromEntries(words.map(([id, , text]) => [id, text]))).toEqual({
      a: 'It took the case.',
      b: 'It covers the case, but its priority is 2, after 1.',
      c: 'It covers the case, but it starts on 2026-03-01, later than 2026-01-01.',
      d: 'It covers the case, but its id comes later, and everything that counts before that is the same.',
    });
  });

  test('puts the picked one first, also where the default comes before the most specific', () => {
    expect(wordsOf(keptOf([offer('of-ann', { contactIds: [ANN] }), offer('usual', {}, true)]))).toEqual([
      ['usual', null, 'It took the case.'],
      ['of-ann', null, "It covers the case, but the customer's default comes first."],
    ]);
  });

  test('says what a candidate answered that was used up since it was judged', () => {
    const refused = { code: 'exhausted', detail: 'Nothing is left.' } as const;
    const kept = keptOf([offer('first', { priority: 0 }), offer('second')], SETTINGS, new Map([['first', refused]]));
    expect(wordsOf(kept)).toEqual([
      ['second', null, 'It took the case.'],
      ['first', 'exhausted', 'Nothing is left.'],
    ]);
  });

  test('says why one that covers the case is not asked where matching is off', () => {
    const [only] = keptOf([offer('one')], { ...SETTINGS, matching: false }).candidates;
    expect(only?.words).toContain('does not use matching');
  });

  test(`has at most ${MAX_CONSIDERED} and the number of all, the picked one among them`, () => {
    const many = Array.from({ length: 50 }, (_, index) => offer(`ent-${index}`, { priority: index % 7 }));
    fc.assert(
      fc.property(fc.subarray(many), fc.array(anyDetails, { maxLength: 3 }), (some, details) => {
        const offers = [...some, ...details.map((each, index) => offer(`any-${index}`, each, index === 0))];
        const kept = keptOf(offers);
        expect(kept.total).toBe(offers.length);
        expect(kept.candidates).toHaveLength(Math.min(MAX_CONSIDERED, offers.length));
        const took = kept.candidates.filter(({ words }) => words === 'It took the case.');
        const takes = judge(offers, CASE, DURING).some(({ refused }) => refused === undefined);
        expect(took).toHaveLength(takes ? 1 : 0);
        expect(kept.candidates.every(({ words }) => words.length > 0 && words.length <= 300)).toBe(true);
        expect(JSON.stringify(kept).length).toBeLessThan(12_000);
      }),
      runs(50),
    );
  });
});

describe('a decision in words', () => {
  const named = { pickedBy: 'named', why: null, movedFromId: null, overrode: [] } as const;

  test('says the rule, where the case came from and what an override set aside', () => {
    expect(attachInWords(named)).toBe('The request named this entitlement.');
    expect(attachInWords({ ...named, pickedBy: 'matching', why: 'It names the contact.' })).toBe(
      'It names the contact.',
    );
    expect(attachInWords({ ...named, movedFromId: entitlementId('old'), overrode: ['exhausted'] })).toBe(
      'The request named this entitlement. The case moved here from the entitlement old. An override set aside why it would have refused: exhausted.',
    );
    expect(takenOffInWords('old', 'Ann')).toBe('Ann took the case off the entitlement old.');
  });

  test('says who was asked for minutes that did not fit, and who took them', () => {
    const [one, two] = [entitlementId('one'), entitlementId('two')];
    const spill = { minutes: 30, asked: [one, two] };
    const asked = '30 minutes did not fit into what was left. Asked to take them: one, two.';
    expect(spillInWords(spill, null)).toBe(`${asked} They have not answered yet.`);
    expect(spillInWords(spill, [{ entitlementId: one, minutes: 0 }])).toBe(`${asked} None of them took any.`);
    expect(spillInWords(spill, [{ entitlementId: two, minutes: 30 }])).toBe(`${asked} Taken: 30 by two.`);
  });
});
