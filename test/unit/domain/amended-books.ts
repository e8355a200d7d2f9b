import type { AmendCommand } from '../../../domain/entitlements/amending.ts';
import type { Refusal } from '../../../domain/refusals.ts';
import type { AmendmentChanges } from '../../../domain/terms/amendments.ts';
import type { ContractPrice, Money } from '../../../domain/terms/contract-price.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { Book } from './book.ts';
import { attach, detailsWith, instant } from './samples.ts';

/** What tests of amendments do with a book. */

/** 2027 in a term of a year, with periods or without: 365 days. */
export const YEAR = { startDate: '2027-01-01', endDate: '2027-12-31' } as const;

/** Amends at once with the whole grant, unless `command` says otherwise. */
export const amend = (
  book: Book,
  changes: AmendmentChanges,
  command: Partial<AmendCommand> = {},
): Refusal | undefined =>
  book.command({ kind: 'amend', effective: 'now', grant: 'full', pinned: null, ...command, changes });

export const undo = (book: Book, n: number): Refusal | undefined => book.command({ kind: 'void-amendment', n });

/** What the newest row charges or credits. */
export const money = (book: Book): Money | null => book.last.facts?.money ?? null;

export const euros = (amount: string, per: ContractPrice['per'] = 'term'): ContractPrice => ({
  amount,
  currency: 'EUR',
  per,
});

/** An active entitlement, activated at that instant. */
export function bookAt(now: string, changes: Partial<EntitlementDetails> = {}): Book {
  const book = new Book(detailsWith(changes), instant(now));
  book.command({ kind: 'activate' });
  return book;
}

/** With so many more cases. */
export const cases = (book: Book, count: number): Book =>
  book.story(...Array.from({ length: count }, (_, index) => attach(`c${book.rows.length}-${index}`)));
