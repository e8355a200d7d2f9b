import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge } from '../../../domain/cases/matching.ts';
import { candidates, type PickSettings } from '../../../domain/cases/picking.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { runs } from '../../support/property-runs.ts';
import { anyDetails, anyHappening, anyTurn, type Turn } from './arbitraries.ts';
import { activeBook, Book } from './book.ts';
import type { Happening } from './samples.ts';
import { take } from './taking-turns.ts';

const anySettings: fc.Arbitrary<PickSettings> = fc.record({
  autoApplyDefaultOnCaseCreate: fc.boolean(),
  autoApplyDefaultOnCaseUpdate: fc.boolean(),
  matching: fc.boolean(),
});

type Attach = Extract<Happening, { kind: 'attach' }>;
const anyAttach = anyHappening
  .filter((event): event is Attach => event.kind === 'attach')
  .map((event) => ({ ...event, overrides: false }));
const anyTerms = fc
  .tuple(anyDetails, fc.constantFrom(null, null, 'month' as const), fc.nat(3))
  .map(([details, period, priority]) => ({
    ...details,
    priority,
    period: details.allocationType === 'unlimited' ? null : period,
  }));
const anyBook = fc.tuple(anyTerms, fc.array(anyTurn, { maxLength: 15 })).map(([details, turns]) => {
  const book = activeBook(details);
  for (const turn of turns as Turn[]) take(book, turn);
  return book;
});
const DAY_MS = 86_400_000;

describe('a pick, when nothing else happens between', () => {
  test('is never an entitlement that would refuse the case, and none is missed', () => {
    fc.assert(
      fc.property(
        fc.array(anyBook, { maxLength: 4 }),
        fc.nat(5),
        anyAttach,
        anySettings,
        fc.integer({ min: 0, max: 400 * DAY_MS }),
        (books, default_, event, settings, pause) => {
          const now = Math.max(0, ...books.map((book) => book.now)) + pause;
          const offers = books.map(({ entitlement }, index) => ({
            entitlement: { ...entitlement, id: entitlementId(`e${index}`) },
            isDefault: index === default_,
          }));
          const [pick] = candidates(judge(offers, event, now), settings, 'create');
          const picked = pick === undefined ? undefined : books[Number(pick.entitlement.id.slice(1))];
          const refusedBy = (book: Book) => {
            const asked = Book.copyOf(book).passTo(now);
            asked.cases.clear();
            return asked.happens(event);
          };
          if (picked !== undefined) expect(refusedBy(picked)).toBeUndefined();
          else if (settings.matching) for (const book of books) expect(refusedBy(book)).toBeDefined();
        },
      ),
      runs(200),
    );
  });
});
