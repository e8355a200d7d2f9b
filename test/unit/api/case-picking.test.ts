import { describe, expect, test } from 'vitest';
import { CasePick, refusedAsCandidate } from '../../../api/cases/case-picking.ts';
import type { OfferRead } from '../../../db/cases/offers.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { Book } from '../domain/book.ts';
import { ANN, attach, DURING, detailsWith } from '../domain/samples.ts';

const SETTINGS = { autoApplyDefaultOnCaseCreate: true, autoApplyDefaultOnCaseUpdate: false, matching: true };
const CREATE = { when: 'create', lastChances: false, now: DURING } as const;
const EVENT = { ...attach('case', { contactId: ANN }), key: 'key' };

/** An active entitlement of the case's customer, as the read model offers it. */
function offer(id: string, changes: Parameters<typeof detailsWith>[0] = {}, more: Partial<OfferRead> = {}): OfferRead {
  const book = new Book(detailsWith(changes));
  book.command({ kind: 'activate' });
  return { entitlement: { ...book.entitlement, id: entitlementId(id) }, isDefault: false, generation: 0, ...more };
}

const idsOf = (pick: CasePick) => {
  const ids: string[] = [];
  for (let next = pick.next(SETTINGS); next !== undefined; next = pick.next(SETTINGS)) ids.push(next.entitlement.id);
  return ids;
};

describe('picking', () => {
  test('asks the default first, then the most specific, and none of them twice', () => {
    const offers = [
      offer('all'),
      offer('of-ann', { contactIds: [ANN] }, { isDefault: false }),
      offer('default', {}, { isDefault: true }),
    ];
    expect(idsOf(new CasePick(EVENT, offers, CREATE))).toEqual(['default', 'of-ann', 'all']);
  });

  test('tells the candidate the rule that picked it and why, and reads as of its own checkpoint', () => {
    const pick = new CasePick(EVENT, [offer('of-ann', { contactIds: [ANN] }, { generation: 4 })], CREATE);
    expect(pick.attach).toEqual(EVENT);
    pick.next(SETTINGS);
    expect(pick.attach).toEqual({ ...EVENT, pickedBy: 'matching', why: expect.stringContaining('names the contact') });
    expect(pick.checkpoint).toBe(4);
  });

  test('asks exhausted entitlements only where an earlier event of the list may free something', () => {
    const exhausted = [offer('exhausted', { totalTerm: 0 })];
    expect(idsOf(new CasePick(EVENT, exhausted, CREATE))).toEqual([]);
    expect(idsOf(new CasePick(EVENT, exhausted, { ...CREATE, lastChances: true }))).toEqual(['exhausted']);
  });

  test('says why there is none', () => {
    const pick = new CasePick(EVENT, [offer('exhausted', { totalTerm: 0 })], CREATE);
    expect(pick.whyNone(SETTINGS)).toMatchObject({ reason: 'all_exhausted' });
    expect(new CasePick(EVENT, [], CREATE).whyNone(SETTINGS)).toMatchObject({ reason: 'none_active' });
  });
});

test('a refusal passes the case on to the next candidate only where another one may decide otherwise', () => {
  const refused = (code: 'exhausted' | 'not_active' | 'conflict' | 'idempotency_conflict' | 'unavailable') =>
    refusedAsCandidate({ outcome: 'refused', code });
  expect([refused('exhausted'), refused('not_active')]).toEqual([true, true]);
  expect([refused('conflict'), refused('idempotency_conflict'), refused('unavailable')]).toEqual([false, false, false]);
  expect(refusedAsCandidate({ outcome: 'accepted' })).toBe(false);
});
