import { describe, expect, test } from 'vitest';
import { changeOf, listedRequest, newCaseRequest } from '../../../api/cases/case-requests.ts';
import { caseBody, caseEventsBody, casePatch } from '../../../api/cases/schemas.ts';
import { isSameContent } from '../../../domain/cases/case-event.ts';

const KEY = 'key';
const listed = (event: object) => {
  const [first] = caseEventsBody.parse({ events: [{ key: KEY, caseId: 'c', ...event }] }).events;
  if (first === undefined) throw new Error('The list has one event.');
  return listedRequest(first);
};

describe('a body becomes one case event', () => {
  test('an attach with everything that it leaves open', () => {
    expect(newCaseRequest(caseBody.parse({ id: 'c', customerId: 'acme' }), KEY)).toEqual({
      event: {
        kind: 'attach',
        key: KEY,
        caseId: 'c',
        customerId: 'acme',
        contactId: null,
        productId: null,
        channel: null,
        title: null,
        minutes: 0,
        decrements: true,
        overrides: false,
        pickedBy: 'named',
        why: null,
        movedFrom: null,
      },
      named: null,
      isMove: false,
    });
  });

  test('an override says who allowed it why; a priority is not kept', () => {
    const body = { id: 'c', customerId: 'acme', entitlementId: 'ent', priority: 1, override: { reason: 'agreed' } };
    const { event, named } = newCaseRequest(caseBody.parse(body), KEY);
    expect(named).toBe('ent');
    expect(event).toMatchObject({ overrides: true, reason: 'agreed' });
    expect(event).not.toHaveProperty('priority');
  });

  test('the same attach in a list is the same event', () => {
    const facts = { customerId: 'acme', channel: 'email', title: 'Leak', minutes: 5, decrementEntitlementTerm: false };
    expect(listed({ kind: 'attach', ...facts })).toEqual(newCaseRequest(caseBody.parse({ id: 'c', ...facts }), KEY));
  });

  test('an update says only what its body says', () => {
    expect(listed({ kind: 'update', channel: null, decrementEntitlementTerm: true }).event).toEqual({
      kind: 'update',
      key: KEY,
      caseId: 'c',
      channel: null,
      decrements: true,
    });
  });

  test('a change counts as the same content as the update that says as much, and as no other', () => {
    const update = listed({ kind: 'update', minutes: 7 }).event;
    const change = (body: object) => changeOf('c', KEY, casePatch.parse(body)).event;
    expect(isSameContent(change({ minutes: 7 }).mark ?? '', update)).toBe(true);
    expect(isSameContent(change({ minutes: 8 }).mark ?? '', update)).toBe(false);
    expect(isSameContent(change({ minutes: 7, entitlementId: 'ent' }).mark ?? '', update)).toBe(false);
  });

  test('a change that names no entitlement differs from one that takes the case off', () => {
    expect(changeOf('c', KEY, casePatch.parse({ minutes: 7 })).to).toBeUndefined();
    expect(changeOf('c', KEY, casePatch.parse({ minutes: 7, entitlementId: null })).to).toBeNull();
  });
});
