import { expect, test } from 'vitest';
import { findDiffering } from '../../../bin/reconcile/reconcile.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { EntitlementRun } from '../../../workflows/entitlements/entitlement-run.ts';
import { withMigratedDatabase } from '../../support/a-database.ts';
import { DURING, detailsWith, STARTS_AT } from '../../unit/domain/samples.ts';

/** A run with a draft's rows, as its workflow holds them. */
function aRun(name: string): EntitlementRun {
  const run = new EntitlementRun(entitlementId(name));
  run.create({ by: 'test', key: null, details: detailsWith({}), renewsId: null }, STARTS_AT);
  run.command({ kind: 'activate' }, { by: 'test', key: null, reason: null }, DURING);
  return run;
}

test('an entitlement whose first rows a worker writes while the others are compared is compared too', async () => {
  await withMigratedDatabase(async ({ sql }) => {
    const { write } = createLedgerStore(sql);
    const there = aRun('there');
    await write({ rows: there.memory.unconfirmed.unwritten(), snapshot: there.snapshot });
    const late = aRun('late');
    const [, ...withoutFirst] = late.memory.unconfirmed.unwritten();
    const workflows = {
      ask: async (id: string) => {
        if (id === 'there') await write({ rows: withoutFirst, snapshot: late.snapshot });
        return { kind: 'silent', why: 'test' } as const;
      },
      running: async function* () {
        yield there.id;
        yield late.id;
      },
    };
    const { differing } = await findDiffering(sql, workflows, { onProgress: () => undefined });
    expect([...differing].sort()).toEqual(['late', 'there']);
  });
});
