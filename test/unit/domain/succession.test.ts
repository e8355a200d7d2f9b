import { describe, expect, test } from 'vitest';
import { createEntitlement, type Entitlement } from '../../../domain/entitlements/entitlement.ts';
import { decideCreate } from '../../../domain/entitlements/life.ts';
import { renewalDue } from '../../../domain/entitlements/renewal-due.ts';
import { predecessorToFree } from '../../../domain/entitlements/succession.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { activeBook, Book } from './book.ts';
import { DURING, detailsWith, ENDS_AT, ID, originAt, STARTS_AT } from './samples.ts';

const SUCCESSOR = entitlementId('ent-2');
const OTHER = entitlementId('ent-3');
const DAY_MS = 86_400_000;
const POLICY = {
  noticeDays: 30,
  reminderDays: 0,
  escalationDays: 0,
  accountManager: null,
  escalateTo: null,
  propose: 'same_terms',
} as const;
const NEXT = detailsWith({ startDate: '2027-01-01', endDate: '2027-12-31' });
const ended = { kind: 'successor-ended', successorId: SUCCESSOR } as const;

/** A draft that is to follow the entitlement of the samples. */
function aSuccessor(now = DURING): Book {
  const book = new Book(NEXT, now);
  const created = decideCreate(NEXT, originAt(now), ID);
  if (isRefused(created)) throw new Error(created.refused.detail);
  book.entitlement = createEntitlement(SUCCESSOR, created).entitlement;
  return book;
}

/** Active, with a renewal that was started and accepted. */
function accepted(): Book {
  const book = new Book(detailsWith({ renewalPolicy: POLICY }), STARTS_AT);
  book.command({ kind: 'activate' });
  book.passTo(ENDS_AT - 30 * DAY_MS);
  book.command({ kind: 'accept-renewal', successorId: SUCCESSOR, details: NEXT });
  return book;
}

describe('a successor that will never follow', () => {
  test('a deleted draft frees its predecessor', () => {
    const book = aSuccessor();
    expect(predecessorToFree(book.entitlement)).toBeNull();
    book.command({ kind: 'delete' });
    expect(predecessorToFree(book.entitlement)).toBe(ID);
  });

  test('one that is canceled while it waits frees its predecessor', () => {
    const book = aSuccessor();
    book.command({ kind: 'activate' });
    expect(book.entitlement.status).toBe('waiting');
    book.command({ kind: 'cancel' });
    expect(predecessorToFree(book.entitlement)).toBe(ID);
  });

  test('one that is canceled after its start stays the successor', () => {
    const book = aSuccessor();
    book.command({ kind: 'activate' });
    book.passTo(ENDS_AT);
    expect(book.entitlement.status).toBe('active');
    book.command({ kind: 'cancel' });
    expect(predecessorToFree(book.entitlement)).toBeNull();
  });

  test('one that follows nothing frees nothing', () => {
    const book = new Book(NEXT);
    book.command({ kind: 'delete' });
    expect(predecessorToFree(book.entitlement)).toBeNull();
  });

  test('what an older version wrote of a cancellation says nothing of its start', () => {
    const { canceledBeforeStart: _, ...old }: Entitlement = { ...aSuccessor().entitlement, status: 'canceled' };
    expect(predecessorToFree(old)).toBeNull();
  });
});

describe('an entitlement whose successor has ended', () => {
  test('can be renewed again, but only its own successor can free it', () => {
    const book = activeBook();
    book.command({ kind: 'cancel' });
    book.command({ kind: 'renew', successorId: SUCCESSOR });
    expect(book.command({ ...ended, successorId: OTHER })).toMatchObject({ code: 'wrong_state' });
    expect(book.entitlement.renewedById).toBe(SUCCESSOR);
    expect(book.command(ended)).toBeUndefined();
    expect(book.entitlement).toMatchObject({ renewedById: null, successorLostAt: book.now });
    expect(book.command(ended)).toMatchObject({ code: 'wrong_state' });
    expect(book.command({ kind: 'renew', successorId: OTHER })).toBeUndefined();
    expect(book.entitlement.renewedById).toBe(OTHER);
    expect(book.entitlement).not.toHaveProperty('successorLostAt');
  });

  test('gets its renewal again at once while its end is ahead', () => {
    const book = accepted();
    expect(renewalDue(book.entitlement)).toBeNull();
    book.command(ended);
    book.passTo(book.now + 1);
    expect(book.last).toMatchObject({ kind: 'renewal_started', facts: { renewal: { n: 2, endsAt: ENDS_AT } } });
  });

  test('after its end it gets no renewal by itself, and can be renewed by hand', () => {
    const book = accepted().passTo(ENDS_AT);
    book.command(ended);
    expect(renewalDue(book.entitlement)).toBeNull();
    expect(book.command({ kind: 'renew', successorId: OTHER })).toBeUndefined();
  });

  test('may change its end again', () => {
    const book = accepted();
    book.command({ kind: 'deactivate' });
    expect(book.command({ kind: 'edit', changes: { endDate: '2027-06-30' } })).toMatchObject({ code: 'wrong_state' });
    expect(book.command(ended)).toBeUndefined();
    expect(book.command({ kind: 'edit', changes: { endDate: '2027-06-30' } })).toBeUndefined();
  });
});
