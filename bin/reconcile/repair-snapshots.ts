import { rewriteSnapshot } from '../../db/ledger/repair.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { isSnapshotTrue, type ThreeSides } from './compare.ts';
import { sidesOf } from './reconcile.ts';
import type { RepairParts } from './repaired.ts';

/** Makes the read model of these entitlements anew from their ledgers, where it differs and the ledger is whole. */
export async function repairSnapshots(parts: RepairParts, ids: ReadonlySet<EntitlementId>): Promise<void> {
  for (const id of ids) {
    const sides = await sidesOf(parts.sql, parts.workflows, id);
    if (!isWhole(sides) || isSnapshotTrue(sides)) continue;
    const entitlement = sides.ledger.after.get(sides.ledger.lastSeq);
    if (entitlement === undefined || !(await rewriteSnapshot(parts.sql, entitlement))) continue;
    parts.mended({ kind: 'snapshot', id, what: `made its snapshot anew from ledger row ${entitlement.seq}` });
  }
}

/** The ledger has rows, and they fit together: it proves what the entitlement is. */
export const isWhole = ({ ledger }: Pick<ThreeSides, 'ledger'>): boolean =>
  ledger.rows > 0 && ledger.faults.length === 0 && ledger.after.has(ledger.lastSeq);
