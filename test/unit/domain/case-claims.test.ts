import { expect, test } from 'vitest';
import { untrueClaim } from '../../../domain/cases/case-claims.ts';
import { caseId, customerId } from '../../../domain/ids.ts';
import type { SupportCase } from '../../../domain/ledger/support-case.ts';
import { activeRun } from './running.ts';
import { detailsWith } from './samples.ts';

/** Three cases were attached, one of them is canceled. */
const entitlement = {
  ...activeRun(detailsWith({ totalTerm: 5 })).entitlement,
  used: 2,
  casesEver: 3,
  openCases: 2,
  seq: 9,
};
const aCase = (id: string, more: Partial<SupportCase> = {}): SupportCase => ({
  caseId: caseId(id),
  customerId: customerId('c'),
  contactId: null,
  productId: null,
  channel: null,
  title: null,
  status: 'active',
  minutes: 0,
  decrements: true,
  counted: true,
  taken: 1,
  held: 0,
  over: 0,
  pickedBy: 'named',
  attachedSeq: 3,
  rule: { unit: 'cases', decreaseOn: 'creation', hold: false },
  ...more,
});
const canceled = aCase('canceled', { status: 'canceled', counted: false, taken: 0 });

test('a claim that the sums allow is accepted', () => {
  expect(untrueClaim(entitlement, [], [aCase('a'), aCase('b'), canceled])).toBeUndefined();
  expect(untrueClaim(entitlement, [aCase('a'), canceled], [aCase('b')])).toBeUndefined();
});

test.each<[string, SupportCase[], SupportCase[]]>([
  ['more cases than there were', [aCase('a'), aCase('b'), canceled], [{ ...canceled, caseId: caseId('d') }]],
  ['more taken than was given', [aCase('a')], [aCase('b', { status: 'resolved' }), aCase('c', { status: 'resolved' })]],
  ['more open cases than there are', [aCase('a'), aCase('b')], [aCase('c', { counted: false, taken: 0 })]],
  ['a case that takes more than a case', [], [aCase('a', { taken: 2 })]],
  ['a case that takes without counting', [], [aCase('a', { counted: false })]],
  ['a case that holds where nothing is held', [], [aCase('a', { held: 1 })]],
  ['more overage than was taken', [], [aCase('a', { over: 2 })]],
  ['a row to come', [], [aCase('a', { attachedSeq: 10 })]],
  ['another unit', [], [aCase('a', { rule: { unit: 'hours', decreaseOn: 'creation', hold: false }, minutes: 1 })]],
])('what the sums do not allow is a lie: %s', (_name, remembered, claimed) => {
  expect(untrueClaim(entitlement, remembered, claimed)).toEqual(expect.any(String));
});
