import { describe, expect, test } from 'vitest';
import type { AttachEvent, CaseEvent } from '../../../domain/cases/case-event.ts';
import { caseId, customerId, entitlementId } from '../../../domain/ids.ts';
import { isOwnKey, OWN_NAME } from '../../../domain/input-limits.ts';
import { problemWithEvents } from '../../../workflows/entitlements/case-event-input.ts';
import { toCaseEvent, toWire, type WireCaseEvent } from '../../../workflows/entitlements/wire-case-event.ts';
import { ACME, ANN, attach, cancel, decrement, PUMP, reactivate, resolve, update } from '../domain/samples.ts';

const SAID = { key: 'k', reason: 'why', mark: 'mark' };
const FULL: Partial<AttachEvent> = {
  contactId: ANN,
  productId: PUMP,
  channel: 'email',
  title: 'Leak',
  minutes: 30,
  decrements: false,
  overrides: true,
  pickedBy: 'matching',
  why: 'It covers all.',
  movedFrom: { entitlementId: null, seq: 2 },
  holds: ['customer'],
  heldFor: ['k3v9x1'],
};
const [OF, OTHER] = [entitlementId('of'), entitlementId('other')];
const SPILL = { kind: 'spill', key: 'spill:c:of:7:0', caseId: caseId('c'), of: OF, through: 7, minutes: 5 } as const;

const EVENTS: readonly (readonly [string, CaseEvent])[] = [
  ['an attach of the usual kind', { ...attach('c'), key: 'k' }],
  ['an attach that says everything', { ...attach('c', FULL), ...SAID }],
  ['an update of nothing', { ...update('c', {}), key: 'k' }],
  ['an update to nothing', { ...update('c', { contactId: null, productId: null, channel: null }), ...SAID }],
  ['an update', { ...update('c', { customerId: ACME, minutes: 0, decrements: true, overrides: true }), key: 'k' }],
  ['a resolve', { ...resolve('c', 30), key: 'k', spillTo: [OTHER] }],
  ['a resolve that says no minutes', { ...resolve('c'), ...SAID }],
  ['a cancel', { ...cancel('c'), ...SAID }],
  ['a reactivate', { ...reactivate('c'), key: 'k' }],
  ['a decrement', { ...decrement('c'), key: 'k' }],
  ['a hold', { kind: 'hold', key: 'k', caseId: caseId('c'), reason: 'customer' }],
  ['a release', { kind: 'release', key: 'k', caseId: caseId('c'), reason: 'customer' }],
  ['a detach', { kind: 'detach', key: 'lost:c:3', caseId: caseId('c'), through: 3 }],
  ['a spill', { ...SPILL, customerId: ACME, contactId: ANN, productId: null, channel: 'email' }],
  [
    'a spilled',
    {
      kind: 'spilled',
      key: 'spilled:c:of:7',
      caseId: caseId('c'),
      through: 7,
      parts: [{ entitlementId: OTHER, minutes: 5 }],
    },
  ],
];

const throughJson = (wire: WireCaseEvent): WireCaseEvent => JSON.parse(JSON.stringify(wire));

describe('a case event on its way to a workflow', () => {
  test.each(EVENTS)('%s arrives as it was sent', (_what, event) => {
    expect(toCaseEvent(throughJson(toWire(event)), customerId('never used'))).toEqual(event);
  });

  test.each(EVENTS)('%s is one that workflows take', (_what, event) => {
    const sender = isOwnKey(event.key) ? OWN_NAME : 'tester';
    expect(problemWithEvents([throughJson(toWire(event))], sender)).toBeUndefined();
  });

  test('leaves out what is usual', () => {
    expect(toWire({ ...attach('c'), key: 'k' })).toEqual({ kind: 'attach', key: 'k', caseId: 'c', customerId: ACME });
  });

  test('keeps the names that APIs and workers of all versions read', () => {
    expect(Object.keys(toWire({ ...attach('c', FULL), ...SAID })).sort()).toEqual([
      'caseId',
      'channel',
      'contactId',
      'customerId',
      'decrementEntitlementTerm',
      'heldFor',
      'holds',
      'key',
      'kind',
      'mark',
      'minutes',
      'movedFrom',
      'overrides',
      'pickedBy',
      'productId',
      'reason',
      'title',
      'why',
    ]);
    expect(toWire({ ...update('c', { decrements: false }), key: 'k' })).toEqual({
      kind: 'update',
      key: 'k',
      caseId: 'c',
      decrementEntitlementTerm: false,
    });
  });

  test('without a customer is about the customer of the entitlement', () => {
    expect(toCaseEvent({ kind: 'attach', key: 'k', caseId: 'c' }, ACME)).toMatchObject({ customerId: ACME });
  });
});
