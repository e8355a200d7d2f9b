import { setTimeout as sleep } from 'node:timers/promises';
import { streamLinkedCases, streamStrayCases } from '../../db/ledger/reconcile.ts';
import { rewriteCase } from '../../db/ledger/repair.ts';
import { compareCase } from './compare-case.ts';
import { LOOK_AGAIN_MS } from './patience.ts';
import type { RepairParts } from './repaired.ts';

/**
 * Puts the records of cases to what the ledgers say, where they differ at two looks. A case that two entitlements have
 * is left to a person.
 */
export async function repairCases({ sql, mended }: Pick<RepairParts, 'sql' | 'mended'>): Promise<void> {
  const before = await wrong({ sql });
  if (before.size === 0) return;
  await sleep(LOOK_AGAIN_MS);
  for (const caseId of await wrong({ sql })) {
    if (!before.has(caseId)) continue;
    const id = await rewriteCase(sql, caseId);
    if (id !== undefined)
      mended({ kind: 'case', id, what: `put the record of case ${caseId} to what its ledger says` });
  }
}

async function wrong({ sql }: Pick<RepairParts, 'sql'>): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const record of streamLinkedCases(sql)) if (compareCase(record).length > 0) ids.add(record.caseId);
  for await (const { caseId, isThereToo } of streamStrayCases(sql, null)) if (!isThereToo) ids.add(caseId);
  return ids;
}
