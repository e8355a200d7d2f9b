import { describe, expect, test } from 'vitest';
import { remainingTerm } from '../../../domain/entitlements/balance.ts';
import { createEntitlement } from '../../../domain/entitlements/evolve.ts';
import { decideCreate } from '../../../domain/entitlements/life.ts';
import { successorDetails } from '../../../domain/entitlements/successor-details.ts';
import { entitlementId, slaId } from '../../../domain/ids.ts';
import { isRefused } from '../../../domain/refusals.ts';
import { activeBook } from './book.ts';
import { ANN, attach, DURING, detailsWith, ID, instant, originAt, PUMP } from './samples.ts';

const SUCCESSOR = entitlementId('ent-2');

/** Everything set, so that a field that is not copied shows. */
const FULL = detailsWith({
  description: 'Pumps only',
  owner: 'maria',
  allocationType: 'hours',
  totalTerm: 600,
  decreaseRemainingOn: 'resolution',
  hold: true,
  channels: [{ channel: 'phone', totalTerm: 300 }],
  productIds: [PUMP],
  contactIds: [ANN],
  slaId: slaId('gold'),
  priority: 7,
});

describe('renewing', () => {
  test.each([
    ['as long as before', '2026-01-01', '2026-12-31', 'UTC', '2027-03-05T12:00Z', '2027-03-05', '2028-03-03'],
    ['over a leap day', '2027-03-01', '2028-02-29', 'UTC', '2028-03-01T00:00Z', '2028-03-01', '2029-03-01'],
    ['a single day', '2026-05-05', '2026-05-05', 'UTC', '2026-06-01T00:00Z', '2026-06-01', '2026-06-01'],
    [
      'tomorrow already',
      '2026-01-01',
      '2026-01-31',
      'Pacific/Kiritimati',
      '2026-05-31T10:00Z',
      '2026-06-01',
      '2026-07-01',
    ],
    [
      'yesterday still',
      '2026-01-01',
      '2026-01-31',
      'America/New_York',
      '2026-06-01T03:59Z',
      '2026-05-31',
      '2026-06-30',
    ],
  ])(
    '%s: the successor starts today in its zone and has the same days',
    (_, startDate, endDate, timeZone, now, starts, ends) => {
      const { entitlement } = activeBook({ startDate, endDate, timeZone });
      expect(successorDetails(entitlement, instant(now))).toMatchObject({ startDate: starts, endDate: ends, timeZone });
    },
  );

  test('copies every field but the dates', () => {
    const book = activeBook(FULL);
    book.command({ kind: 'cancel' });
    book.command({ kind: 'renew', successorId: SUCCESSOR });
    const { startDate: _start, endDate: _end, ...copied } = book.last.facts?.details ?? detailsWith();
    const { startDate: _oldStart, endDate: _oldEnd, ...old } = FULL;
    expect(copied).toEqual(old);
  });

  test('the successor is a draft with its whole total, whatever was used before', () => {
    const book = activeBook().story(attach('c1'), attach('c2'));
    book.command({ kind: 'cancel' });
    book.command({ kind: 'renew', successorId: SUCCESSOR });
    const created = decideCreate(book.last.facts?.details ?? FULL, originAt(DURING), ID);
    if (isRefused(created)) throw new Error(created.refused.detail);
    const { entitlement } = createEntitlement(SUCCESSOR, created);
    expect(entitlement).toMatchObject({ status: 'draft', renewsId: ID, used: 0, openCases: 0, renewedById: null });
    expect(remainingTerm(entitlement)).toBe(10);
  });

  test('the old one stays as it is and names its successor', () => {
    const book = activeBook().story(attach('c1'));
    book.command({ kind: 'cancel' });
    const { seq, updatedAt, ...before } = book.entitlement;
    book.now += 1;
    book.command({ kind: 'renew', successorId: SUCCESSOR });
    expect(book.entitlement).toEqual({
      ...before,
      renewedById: SUCCESSOR,
      seq: seq + 1,
      changedSeq: seq + 1,
      updatedAt: updatedAt + 1,
    });
  });

  test('happens once: a second successor is refused with the name of the first', () => {
    const book = activeBook();
    book.command({ kind: 'cancel' });
    book.command({ kind: 'renew', successorId: SUCCESSOR });
    const refused = book.command({ kind: 'renew', successorId: entitlementId('ent-3') });
    expect(refused?.code).toBe('wrong_state');
    expect(refused?.detail).toContain('ent-2');
    expect(book.entitlement.renewedById).toBe(SUCCESSOR);
  });
});
