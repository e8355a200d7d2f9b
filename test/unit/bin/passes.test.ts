import { expect, test } from 'vitest';
import type { Difference } from '../../../bin/reconcile/difference.ts';
import { unreadHistories } from '../../../bin/reconcile/named-losses.ts';
import { inPasses } from '../../../bin/reconcile/passes.ts';
import type { Mended } from '../../../bin/reconcile/repaired.ts';

const DIFFERENCE: Difference = { entitlementId: 'ent', what: 'used', values: {}, advice: '', mayPass: false };
const rows = (id: string): Mended => ({ kind: 'rows', id, what: 'wrote rows' });

/** What happens when each pass mends and leaves these. */
async function passes(each: readonly { readonly mends: readonly Mended[]; readonly leaves: number }[]) {
  let repaired = 0;
  let compared = 0;
  let again = 0;
  const { reconciled, mended } = await inPasses({
    repair: async () => each[repaired++]?.mends ?? [],
    compare: async () => ({
      entitlements: 1,
      differences: Array.from({ length: each[compared++]?.leaves ?? 0 }, () => DIFFERENCE),
    }),
    onAgain: () => {
      again += 1;
    },
  });
  return { repaired, again, left: reconciled.differences.length, mended: mended.map(({ id }) => id) };
}

test('one pass is enough where nothing differs afterwards', async () => {
  expect(await passes([{ mends: [rows('a')], leaves: 0 }])).toEqual({ repaired: 1, again: 0, left: 0, mended: ['a'] });
});

test('what is left is repaired again, and all that was mended counts', async () => {
  const found = await passes([
    { mends: [rows('a')], leaves: 2 },
    { mends: [rows('b')], leaves: 0 },
  ]);
  expect(found).toEqual({ repaired: 2, again: 1, left: 0, mended: ['a', 'b'] });
});

test('a pass that mends nothing is the last, whatever is left', async () => {
  const found = await passes([
    { mends: [rows('a')], leaves: 2 },
    { mends: [], leaves: 2 },
  ]);
  expect(found).toEqual({ repaired: 2, again: 1, left: 2, mended: ['a'] });
});

test('after three passes it ends', async () => {
  const busy = { mends: [rows('a')], leaves: 1 };
  expect(await passes([busy, busy, busy, busy])).toMatchObject({ repaired: 3, again: 2, left: 1 });
});

test('a history that cannot be read is named, with the reason', () => {
  const [named] = unreadHistories([{ workflowId: 'entitlement/ent', runId: 'run', why: 'Nondeterminism' }]);
  expect(named).toMatchObject({ entitlementId: 'entitlement/ent', values: { workflow: 'Nondeterminism' } });
});
