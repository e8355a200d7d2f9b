import { expect, test } from 'vitest';
import { CasePath, type CasePathParts } from '../../../api/cases/case-path.ts';
import { requestOf } from '../../../api/cases/case-requests.ts';
import type { CommittedAnswer, GroupCommit } from '../../../api/cases/group-commit.ts';
import type { CaseContext } from '../../../db/cases/case-contexts.ts';
import { caseId, entitlementId } from '../../../domain/ids.ts';

const [ONE, OTHER] = [entitlementId('ent_one'), entitlementId('ent_other')];
const MOVE = { caseId: 'c', from: ONE, through: 3, to: OTHER, seq: 4 };
const RESOLVE = requestOf({ kind: 'resolve', key: 'k', caseId: caseId('c') });

/** What the database knows of the case: it is on the entitlement. */
const on = (id: string, more: Partial<CaseContext> = {}): CaseContext => ({
  case: {
    customerId: 'acme',
    contactId: null,
    productId: null,
    channel: null,
    title: null,
    status: 'active',
    minutes: 0,
    decrements: true,
    entitlementId: id,
    slaId: null,
    entitlementSeq: 3,
    version: 0,
    reason: 'named',
  },
  entitlement: { id, generation: 0, customerId: 'acme' },
  onEntitlement: null,
  rowOfKey: null,
  unattachedKey: null,
  unfinishedMove: null,
  customerExists: true,
  contactOf: null,
  productExists: true,
  channelListed: true,
  settings: {
    autoApplyDefaultOnCaseCreate: true,
    autoApplyDefaultOnCaseUpdate: false,
    matching: true,
    demandEntitlement: false,
    spill: false,
  },
  ...more,
});

const answered = (by: string): CaseContext =>
  on(OTHER, {
    rowOfKey: {
      entitlementId: by,
      seq: 9,
      kind: 'resolved',
      fingerprint: '',
      change: -1,
      remainingAfter: 2,
      refusal: 'exhausted',
      detail: null,
      caseAfter: null,
      isGivenUp: false,
    },
  });

/** A path that reads these contexts one after the other, and the entitlements that it asks. */
function pathThatReads(contexts: readonly CaseContext[], answer: (id: string) => Partial<CommittedAnswer>) {
  const [reads, asked, finished] = [[...contexts], [] as string[], [] as unknown[]];
  const groupCommit: Pick<GroupCommit, 'submit'> = {
    submit: async (id) => {
      asked.push(id);
      return [{ outcome: 'accepted', repeated: false, seq: 5, row: undefined, hasSla: false, ...answer(id) }];
    },
  };
  const parts: CasePathParts = {
    contexts: async () => [reads.length > 1 ? (reads.shift() ?? on(ONE)) : (reads[0] ?? on(ONE))],
    offers: async () => [],
    groupCommit: groupCommit as GroupCommit,
    finishMove: async (move) => void finished.push(move),
    unattached: async () => ({ repeated: false, refused: null, after: null }),
  };
  return { path: new CasePath(parts), asked, finished };
}

const GONE = { outcome: 'refused', seq: null, code: 'not_found', detail: '' } as const;

test('a move that is found half done is finished before the key is looked up', async () => {
  const { path, asked, finished } = pathThatReads([on(OTHER, { unfinishedMove: MOVE }), answered(ONE)], () => ({}));
  await path.apply([RESOLVE], 'tester');
  expect(finished).toEqual([MOVE]);
  expect(asked).toEqual([]);
});

test('a move that is never finished is told as unavailable, and nobody is asked', async () => {
  const { path, asked } = pathThatReads([on(OTHER, { unfinishedMove: MOVE })], () => ({}));
  await expect(path.apply([RESOLVE], 'tester')).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
  expect(asked).toEqual([]);
});

test('an event goes after a case that has left the entitlement that was asked', async () => {
  const { path, asked } = pathThatReads([on(ONE), on(OTHER)], (id) => (id === ONE ? GONE : {}));
  const [outcome] = await path.apply([RESOLVE], 'tester');
  expect(asked).toEqual([ONE, OTHER]);
  expect(outcome).toMatchObject({ outcome: 'accepted', entitlementId: OTHER });
});

test('a case that always leaves is not followed for ever', async () => {
  const { path, asked } = pathThatReads([on(ONE)], () => GONE);
  const [outcome] = await path.apply([RESOLVE], 'tester');
  expect(asked).toHaveLength(4);
  expect(outcome).toMatchObject({ outcome: 'refused', code: 'not_found' });
});

test('an answer that stands on the row of another entitlement is read from there', async () => {
  const { path, asked } = pathThatReads([on(OTHER), answered(ONE)], () => ({
    repeated: true,
    entitlementId: ONE,
    seq: 9,
  }));
  const [outcome] = await path.apply([RESOLVE], 'tester');
  expect(asked).toEqual([OTHER]);
  expect(outcome).toMatchObject({ code: 'idempotency_conflict' });
});
