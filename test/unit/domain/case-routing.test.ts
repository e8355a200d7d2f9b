import { describe, expect, test } from 'vitest';
import { caseExists } from '../../../domain/cases/attach-obstacle.ts';
import { type CaseEvent, fingerprintOf } from '../../../domain/cases/case-event.ts';
import type { CallerEvent, CaseRequest } from '../../../domain/cases/case-request.ts';
import { firstAnswered, type RoutingFacts, route } from '../../../domain/cases/case-routing.ts';
import type { RecordedCase } from '../../../domain/cases/recorded-case.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { ACME, ANN, attach, PUMP, resolve, update } from './samples.ts';

const [ONE, OTHER] = [entitlementId('one'), entitlementId('other')];

const RECORDED: RecordedCase = {
  customerId: ACME,
  contactId: null,
  productId: null,
  channel: null,
  title: null,
  status: 'active',
  minutes: 0,
  decrements: true,
  entitlementId: ONE,
  entitlementSeq: 3,
  version: 0,
  reason: 'named',
};

/** What is known of an event whose key and case are new. */
const NOTHING: RoutingFacts = {
  case: null,
  entitlement: null,
  rowOfKey: null,
  unattachedKey: null,
  customerExists: true,
  contactOf: ACME,
  productExists: true,
  channelListed: true,
};
/** What is known of an event of a case on the entitlement `one`. */
const ON_ONE: RoutingFacts = { ...NOTHING, case: RECORDED, entitlement: { id: ONE } };

const asked = (event: CallerEvent, more: Partial<CaseRequest> = {}): CaseRequest => ({
  event,
  named: null,
  isMove: false,
  ...more,
});
const ATTACH = { ...attach('c'), key: 'k' };
const RESOLVE = { ...resolve('c'), key: 'k' };

const codeOf = (request: CaseRequest, facts: RoutingFacts, placed?: Parameters<typeof route>[2]) => {
  const next = route(request, facts, placed);
  return next.to === 'refusal' ? [next.refused.code, next.refused.field] : next.to;
};

describe('where an event goes', () => {
  test('to the entitlement that it names or that its case has', () => {
    expect(route(asked(ATTACH, { named: ONE }), { ...NOTHING, entitlement: { id: ONE } }, undefined)).toEqual({
      to: 'entitlement',
      id: ONE,
    });
    expect(route(asked(RESOLVE), ON_ONE, undefined)).toEqual({ to: 'entitlement', id: ONE });
  });

  test('to the picking of an entitlement, for an attach that names none', () => {
    expect(codeOf(asked(ATTACH), NOTHING)).toBe('pick');
  });

  test('to the record of a case without an entitlement', () => {
    const facts = { ...NOTHING, case: { ...RECORDED, entitlementId: null, entitlementSeq: null } };
    expect(codeOf(asked(RESOLVE), facts)).toBe('unattached');
  });

  test('nowhere, for a case that does not exist', () => {
    expect(codeOf(asked(RESOLVE), NOTHING)).toEqual(['not_found', undefined]);
  });

  test('to where an earlier event of the list put the case', () => {
    expect(route(asked(RESOLVE), NOTHING, ONE)).toEqual({ to: 'entitlement', id: ONE });
    expect(codeOf(asked(RESOLVE), NOTHING, 'unattached')).toBe('unattached');
    const elsewhere = asked(ATTACH, { named: OTHER });
    const facts = { ...NOTHING, entitlement: { id: OTHER } };
    expect(route(elsewhere, facts, ONE)).toEqual({ to: 'refusal', refused: caseExists('c', false) });
    expect(codeOf(asked(ATTACH), NOTHING, 'unattached')).toEqual(['conflict', 'id']);
  });
});

describe('records that an event names', () => {
  const facts = { ...attach('c', { contactId: ANN, productId: PUMP, channel: 'email' }), key: 'k' };

  test.each<[string, Partial<RoutingFacts>, string, string]>([
    ['customer', { customerExists: false }, 'not_found', 'customerId'],
    ['contact', { contactOf: null }, 'not_found', 'contactId'],
    ['contact of another customer', { contactOf: 'globex' }, 'contact_of_other_customer', 'contactId'],
    ['product', { productExists: false }, 'not_found', 'productId'],
    ['channel', { channelListed: false }, 'validation_failed', 'channel'],
  ])('a %s that does not fit is refused with its field', (_what, known, code, field) => {
    expect(codeOf(asked(facts), { ...NOTHING, ...known })).toEqual([code, field]);
  });

  test('a named entitlement that does not exist is refused', () => {
    expect(codeOf(asked(ATTACH, { named: ONE }), NOTHING)).toEqual(['not_found', 'entitlementId']);
  });

  test('a contact that has moved to another customer stays on the cases that it had', () => {
    const event = { ...update('c', { contactId: ANN }), key: 'k' };
    const known = { ...ON_ONE, contactOf: 'globex' };
    expect(codeOf(asked(event), known)).toEqual(['contact_of_other_customer', 'contactId']);
    expect(codeOf(asked(event), { ...known, case: { ...RECORDED, contactId: ANN } })).toBe('entitlement');
  });
});

describe('a case on record', () => {
  test('does not stand in the way of the same attach, which its entitlement answers', () => {
    expect(codeOf(asked(ATTACH), ON_ONE)).toBe('entitlement');
    expect(codeOf(asked(ATTACH, { named: ONE }), ON_ONE)).toBe('entitlement');
  });

  test('stands in the way of an attach with other content, of another entitlement, and where it has none', () => {
    const other = { ...attach('c', { title: 'Another' }), key: 'k' };
    expect(codeOf(asked(other), ON_ONE)).toEqual(['conflict', 'id']);
    expect(codeOf(asked(ATTACH, { named: OTHER }), { ...ON_ONE, entitlement: { id: OTHER } })).toEqual([
      'conflict',
      'id',
    ]);
    const without = { ...NOTHING, case: { ...RECORDED, entitlementId: null } };
    expect(codeOf(asked(ATTACH), without)).toEqual(['conflict', 'id']);
  });

  test('stands in the way of a move only while it is closed and where the mover knows it to be', () => {
    const move = { ...attach('c', { movedFrom: { entitlementId: ONE, seq: 3 } }), key: 'k' };
    const facts = { ...ON_ONE, entitlement: { id: OTHER } };
    const request = asked(move, { named: OTHER, isMove: true });
    expect(codeOf(request, facts)).toBe('entitlement');
    const closed = { ...facts, case: { ...RECORDED, status: 'resolved' as const } };
    expect(codeOf(request, closed)).toEqual(['wrong_state', undefined]);
    // The case is elsewhere by now: the entitlement answers that, and keeps the answer.
    expect(codeOf(request, { ...closed, case: { ...closed.case, entitlementId: 'third' } })).toBe('entitlement');
  });
});

describe('a key that came before', () => {
  const row = (event: CaseEvent, more: object = {}) => ({
    entitlementId: ONE as string,
    fingerprint: fingerprintOf(event),
    isGivenUp: false,
    ...more,
  });

  test('gets the answer of its row, whatever has become of the case since', () => {
    const facts = { ...NOTHING, customerExists: false, rowOfKey: row(ATTACH) };
    expect(route(asked(ATTACH), facts, OTHER)).toEqual({ to: 'first answer', first: { by: 'row' } });
  });

  test('is a conflict with other content, or for another entitlement', () => {
    const conflict = { by: 'refusal', repeated: false, refused: { code: 'idempotency_conflict' } };
    expect(firstAnswered(asked(RESOLVE), { ...NOTHING, rowOfKey: row(ATTACH) })).toMatchObject(conflict);
    expect(firstAnswered(asked(ATTACH, { named: OTHER }), { ...NOTHING, rowOfKey: row(ATTACH) })).toMatchObject(
      conflict,
    );
  });

  test('of a change is known by its mark, which covers the entitlement that it named', () => {
    const marked = { ...ATTACH, mark: 'mark' };
    const facts = { ...NOTHING, rowOfKey: row(marked) };
    expect(firstAnswered(asked(marked, { named: OTHER }), facts)).toEqual({ by: 'row' });
  });

  test('whose attach was given up is refused as a conflict, as at first', () => {
    const facts = { ...NOTHING, rowOfKey: row(ATTACH, { isGivenUp: true }) };
    expect(firstAnswered(asked(ATTACH), facts)).toMatchObject({ repeated: true, refused: { code: 'conflict' } });
  });

  test('that put the case on record without an entitlement keeps that answer', () => {
    const unattachedKey = { fingerprint: fingerprintOf(ATTACH) };
    expect(firstAnswered(asked(ATTACH), { ...NOTHING, unattachedKey })).toEqual({ by: 'unattached' });
    const givenUp = { ...NOTHING, unattachedKey, rowOfKey: row(ATTACH, { isGivenUp: true }) };
    expect(firstAnswered(asked(ATTACH), givenUp)).toEqual({ by: 'unattached' });
    expect(firstAnswered(asked(ATTACH), { ...givenUp, rowOfKey: row(ATTACH) })).toEqual({ by: 'row' });
  });
});
