import { describe, expect, test } from 'vitest';
import {
  markedChange,
  moveEvent,
  settingsForChange,
  stayRefusal,
  stepOf,
  takeOffEvent,
  takeOffRefusal,
} from '../../../domain/cases/case-change.ts';
import { judge } from '../../../domain/cases/matching.ts';
import type { RecordedCase } from '../../../domain/cases/recorded-case.ts';
import { customerId, entitlementId } from '../../../domain/ids.ts';
import { Book } from './book.ts';
import { ACME, ANN, BOB, DURING, detailsWith, ID, PUMP, update } from './samples.ts';

const OTHER = entitlementId('ent-2');
const GLOBEX = customerId('globex');

const RECORDED: RecordedCase = {
  customerId: ACME,
  contactId: ANN,
  productId: null,
  channel: 'email',
  title: 'Leak',
  status: 'active',
  minutes: 30,
  decrements: true,
  entitlementId: ID,
  entitlementSeq: 4,
  version: 2,
  reason: 'default',
};
const UNATTACHED: RecordedCase = { ...RECORDED, entitlementId: null, entitlementSeq: null, reason: 'none_covers' };

type Facts = Parameters<typeof update>[1];
const changing = (facts: Facts, to?: Parameters<typeof markedChange>[1]) =>
  markedChange({ ...update('c', facts), key: 'k' }, to);

describe('what a change asks for', () => {
  test.each<[string, ReturnType<typeof changing>, RecordedCase, string]>([
    ['another entitlement moves it', changing({}, OTHER), RECORDED, 'move'],
    ['its own entitlement leaves it', changing({ productId: PUMP }, ID), RECORDED, 'stay'],
    ['null takes it off', changing({}, null), RECORDED, 'take off'],
    ['null leaves a case without an entitlement', changing({ minutes: 5 }, null), UNATTACHED, 'stay'],
    ['another contact may move it', changing({ contactId: BOB }), RECORDED, 'pick'],
    ['another product may move it', changing({ productId: PUMP }), RECORDED, 'pick'],
    ['another customer may move it', changing({ customerId: GLOBEX }), RECORDED, 'pick'],
    ['another channel may move it', changing({ channel: 'phone' }), RECORDED, 'pick'],
    ['the same facts leave it', changing({ contactId: ANN, channel: 'email', productId: null }), RECORDED, 'stay'],
    ['minutes leave it', changing({ minutes: 90 }), RECORDED, 'stay'],
    ['a closed case stays', changing({ contactId: BOB }), { ...RECORDED, status: 'resolved' }, 'stay'],
    [
      'a case that was taken off stays off',
      changing({ contactId: BOB }),
      { ...UNATTACHED, reason: 'taken_off' },
      'stay',
    ],
    ['a case without an entitlement may get one', changing({ contactId: BOB }), UNATTACHED, 'pick'],
  ])('%s', (_what, change, recorded, step) => {
    expect(stepOf(change, recorded).step).toBe(step);
  });
});

describe('how an entitlement is picked for a changed case', () => {
  const SETTINGS = { autoApplyDefaultOnCaseCreate: true, autoApplyDefaultOnCaseUpdate: true, matching: true };
  const own = new Book(detailsWith({ contactIds: [ANN] }));
  own.command({ kind: 'activate' });
  const offers = [{ entitlement: own.entitlement, isDefault: false }];
  const wanted = (facts: Facts, recorded = RECORDED) => {
    const change = changing(facts);
    const attach = moveEvent(change.event, recorded);
    return settingsForChange(SETTINGS, change, recorded, attach, judge(offers, attach, DURING));
  };

  test('by matching only where its own entitlement no longer covers it', () => {
    expect(wanted({ productId: PUMP }).matching).toBe(false);
    expect(wanted({ contactId: BOB }).matching).toBe(true);
    expect(wanted({ productId: PUMP }, UNATTACHED).matching).toBe(true);
    expect(wanted({ customerId: GLOBEX }).matching).toBe(true);
  });

  test('the default only where customer, contact or product changed', () => {
    expect(wanted({ productId: PUMP }).autoApplyDefaultOnCaseUpdate).toBe(true);
    expect(wanted({ channel: 'phone' }).autoApplyDefaultOnCaseUpdate).toBe(false);
  });
});

describe('a case that stays or is taken off', () => {
  const { event } = changing({ customerId: GLOBEX });

  test('cannot stay on an entitlement of another customer', () => {
    expect(stayRefusal(event, RECORDED)?.code).toBe('customer_mismatch');
    expect(stayRefusal(event, UNATTACHED)).toBeUndefined();
    expect(stayRefusal(changing({ minutes: 1 }).event, RECORDED)).toBeUndefined();
  });

  test('cannot be taken off while it is closed, or where every case must have an entitlement', () => {
    const may = { demandEntitlement: false };
    expect(takeOffRefusal(event, RECORDED, may)).toBeUndefined();
    expect(takeOffRefusal(event, RECORDED, { demandEntitlement: true })?.code).toBe('no_entitlement');
    expect(takeOffRefusal(event, { status: 'canceled' }, may)?.code).toBe('wrong_state');
  });

  test('is detached under the key and the mark of the change', () => {
    const { event: off } = changing({ reason: 'out of scope' }, null);
    expect(takeOffEvent(off)).toEqual({
      kind: 'detach',
      caseId: 'c',
      key: 'k',
      mark: off.mark,
      reason: 'out of scope',
    });
  });
});

describe('a case that moves', () => {
  test('is attached as the change leaves it, and says where it comes from', () => {
    const { event } = changing({ contactId: null, minutes: 45, decrements: false, reason: 'why' }, OTHER);
    expect(moveEvent(event, RECORDED)).toEqual({
      kind: 'attach',
      caseId: 'c',
      key: 'k',
      customerId: ACME,
      contactId: null,
      productId: null,
      channel: 'email',
      title: 'Leak',
      minutes: 45,
      decrements: false,
      overrides: false,
      pickedBy: 'named',
      why: null,
      movedFrom: { entitlementId: ID, seq: 4 },
      mark: event.mark,
      reason: 'why',
    });
  });

  test('from no entitlement is known by the version of its record', () => {
    expect(moveEvent(changing({}, OTHER).event, UNATTACHED).movedFrom).toEqual({ entitlementId: null, seq: 2 });
  });

  test('to a picked entitlement says by which rule', () => {
    const picked = { pickedBy: 'matching', why: 'It covers all.' } as const;
    expect(moveEvent(changing({ contactId: BOB }).event, RECORDED, picked)).toMatchObject(picked);
  });
});
