import { createLedgerStore } from '../../db/ledger/ledger.ts';
import { strayParts, streamStrayCases } from '../../db/ledger/reconcile.ts';
import { rowsOf } from '../../db/ledger/repair.ts';
import { asksOthers } from '../../domain/cases/spill.ts';
import { entitlementId } from '../../domain/ids.ts';
import type { LedgerRow } from '../../domain/ledger/ledger-row.ts';
import { EntitlementsGateway } from '../../temporal/entitlements-gateway.ts';
import type { RepairParts } from './repaired.ts';

/**
 * Finishes moves and shares of cases that the ledger has begun: whoever was finishing them died, and the workflow that
 * would have done so is gone. Each step has a key of its own, so a second one changes nothing.
 */
export async function finishMoves({ sql, client, taskQueue, mended }: RepairParts): Promise<void> {
  const gateway = new EntitlementsGateway({ client, taskQueue, store: createLedgerStore(sql) });
  const finish = async (id: string, caseId: string, isBegun: (row: LedgerRow) => boolean, what: string) => {
    const row = (await rowsOf(sql, id)).findLast((one) => one.caseId === caseId && isBegun(one));
    if (row === undefined) return;
    await gateway.finishWritten(entitlementId(id), [row]);
    mended({ kind: 'move', id, what: `${what} case ${caseId}, as its ledger row ${row.seq} asks` });
  };
  for await (const { caseId, entitlementId: from, isThereToo, linkedTo } of streamStrayCases(sql, null)) {
    if (!isThereToo || linkedTo === null) continue;
    const cameFrom = ({ kind, facts }: LedgerRow) => kind === 'attached' && facts?.movedFromId === from;
    await finish(linkedTo, caseId, cameFrom, `finished the move from ${from} of`);
  }
  for (const { caseId, ownId } of await strayParts(sql, null))
    await finish(ownId, caseId, asksOthers, 'finished the sharing of');
}
