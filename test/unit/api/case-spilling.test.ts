import { expect, test } from 'vitest';
import { requestOf } from '../../../api/cases/case-requests.ts';
import { withSpills } from '../../../api/cases/case-spilling.ts';
import type { CaseContext } from '../../../db/cases/case-contexts.ts';
import type { CaseRequest } from '../../../domain/cases/case-request.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { Book } from '../domain/book.ts';
import { attach, DURING, detailsWith, PUMP, resolve, update, VALVE } from '../domain/samples.ts';

const SETTINGS = {
  autoApplyDefaultOnCaseCreate: true,
  autoApplyDefaultOnCaseUpdate: false,
  matching: true,
  demandEntitlement: false,
  spill: true,
};

const context = (spill = true): CaseContext => ({
  case: null,
  entitlement: null,
  onEntitlement: null,
  rowOfKey: null,
  unattachedKey: null,
  unfinishedMove: null,
  customerExists: true,
  contactOf: null,
  productExists: true,
  channelListed: true,
  settings: { ...SETTINGS, spill },
});

/** Entitlements of the case's customer that count hours, each for one product. */
const offers = [PUMP, VALVE].map((product) => {
  const book = new Book(detailsWith({ allocationType: 'hours', totalTerm: 60, productIds: [product] }));
  book.command({ kind: 'activate' });
  return { entitlement: { ...book.entitlement, id: entitlementId(product) }, isDefault: false, generation: 0 };
});

const spillsOf = async (requests: readonly CaseRequest[], spill = true) => {
  let reads = 0;
  const read = async () => {
    reads += 1;
    return offers;
  };
  const complete = await withSpills(
    requests,
    requests.map(() => context(spill)),
    read,
    DURING,
  );
  return { reads, spillTo: complete.map(({ event }) => (event.kind === 'resolve' ? event.spillTo : undefined)) };
};

const ATTACH = requestOf({ ...attach('c', { productId: PUMP }), key: 'attach' });
const RESOLVE = requestOf({ ...resolve('c', 90), key: 'resolve' });

test('a resolve says who can take what does not fit: those that cover the case as the list leaves it', async () => {
  expect((await spillsOf([ATTACH, RESOLVE])).spillTo).toEqual([undefined, [entitlementId(PUMP)]]);
  const changed = requestOf({ ...update('c', { productId: VALVE }), key: 'update' });
  expect((await spillsOf([ATTACH, changed, RESOLVE])).spillTo.at(-1)).toEqual([entitlementId(VALVE)]);
});

test('an attach of a case that the list has attached before changes nothing about whom a resolve asks', async () => {
  const repeated = requestOf({ ...attach('c', { productId: VALVE }), key: 'again' });
  expect((await spillsOf([ATTACH, repeated, RESOLVE])).spillTo.at(-1)).toEqual([entitlementId(PUMP)]);
});

test('nothing is read for it where the organisation does not want it, and for a case that nobody knows', async () => {
  expect(await spillsOf([ATTACH, RESOLVE], false)).toEqual({ reads: 0, spillTo: [undefined, undefined] });
  expect(await spillsOf([RESOLVE])).toEqual({ reads: 0, spillTo: [undefined] });
});
