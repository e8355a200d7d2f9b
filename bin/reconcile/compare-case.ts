import type { KeyTwice, LinkedCase, StrayCase, StrayPart } from '../../db/ledger/reconcile.ts';
import { ADVICE, type Difference, isSame } from './difference.ts';

/** The differences between a case's own record and its newest row in its entitlement's ledger. */
export function compareCase(record: LinkedCase): Difference[] {
  const { caseId, entitlementId, entitlementSeq, newest } = record;
  const difference = (what: string, own: unknown, ledger: unknown): Difference => ({
    entitlementId,
    what: `case ${caseId}${what}`,
    values: { case: own, ledger },
    advice: ADVICE.caseWrong,
    mayPass: false,
  });
  if (newest === null) return [difference('', `attached to ${entitlementId}`, null)];
  const pairs: Readonly<Record<string, readonly [unknown, unknown]>> = {
    'ledger row': [entitlementSeq, newest.seq],
    customer: [record.customerId, newest.case.customerId],
    contact: [record.contactId, newest.case.contactId],
    product: [record.productId, newest.case.productId],
    channel: [record.channel, newest.case.channel],
    title: [record.title, newest.case.title],
    status: [record.status, newest.case.status],
    minutes: [record.minutes, newest.case.minutes],
    decrementEntitlementTerm: [record.decrements, newest.case.decrements],
    'in grace': [record.inGrace, newest.case.inGrace === true],
  };
  return Object.entries(pairs)
    .filter(([, [own, ledger]]) => !isSame(own, ledger))
    .map(([what, [own, ledger]]) => difference(`, ${what}`, own, ledger));
}

/** A case that is attached to an entitlement by its ledger, while the case's own record says otherwise. */
export function compareStrayCase({ caseId, entitlementId, caseExists, linkedTo, isThereToo }: StrayCase): Difference {
  const own = caseExists ? (linkedTo ?? 'no entitlement') : 'no record';
  const what = isThereToo ? `case ${caseId} is on two entitlements` : `case ${caseId}, entitlement`;
  const advice = isThereToo ? ADVICE.caseTwice : ADVICE.caseWrong;
  // An entitlement that attached the case too late gives it up, which may be under way.
  return { entitlementId, what, values: { case: own, ledger: entitlementId }, advice, mayPass: isThereToo };
}

/** A key that counts in two places. It may pass: one of the places may just be giving its case up. */
export const compareKeyTwice = ({ key, places, entitlementId }: KeyTwice): Difference => ({
  entitlementId,
  what: `key ${key} counts in ${places.length} places`,
  values: { ledger: places.join(' and '), expected: places[0] },
  advice: ADVICE.keyTwice,
  mayPass: true,
});

/** An entitlement takes a part of a case, and the case's own entitlement says another part or none. */
export const compareStrayPart = ({ entitlementId, caseId, minutes, ownId, agreed }: StrayPart): Difference => ({
  entitlementId,
  what: `part of case ${caseId}, which ${ownId} has`,
  values: { ledger: `${minutes} minutes`, expected: agreed === null ? 'none' : `${agreed} minutes` },
  advice: ADVICE.partStray,
  mayPass: true,
});
