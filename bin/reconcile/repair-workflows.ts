import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import type { EntitlementId } from '../../domain/ids.ts';
import { compareEntitlement, isSnapshotTrue, type ThreeSides } from './compare.ts';
import { ADVICE } from './difference.ts';
import { sidesOf } from './reconcile.ts';
import { isWhole } from './repair-snapshots.ts';
import type { RepairParts } from './repaired.ts';

/**
 * Starts workflows anew from the ledger where they are behind it, decide otherwise, or do not run though their
 * entitlement lives. Only where ledger and snapshot are whole, because a workflow begins with the snapshot. A workflow
 * that has rows which the ledger lacks is left as it is.
 */
export async function repairWorkflows(parts: RepairParts, ids: ReadonlySet<EntitlementId>): Promise<void> {
  for (const id of ids) {
    const sides = await sidesOf(parts.sql, parts.workflows, id);
    const why = whyAnew(sides);
    if (why === undefined || sides.snapshot === null) continue;
    await parts.starts.entitlement(sides.snapshot.state);
    parts.mended({
      kind: 'workflow',
      id,
      what: `${why}: started its workflow anew from ledger row ${sides.ledger.lastSeq}`,
    });
  }
}

function whyAnew(sides: ThreeSides): string | undefined {
  const { workflow, ledger, snapshot } = sides;
  if (snapshot === null || snapshot.deleted || !isWhole(sides) || !isSnapshotTrue(sides)) return undefined;
  switch (workflow.kind) {
    case 'running': {
      const { seq } = workflow.state.entitlement;
      if (seq > ledger.lastSeq || (seq < ledger.lastSeq && sides.askedBefore)) return undefined;
      if (seq < ledger.lastSeq) return `its workflow was behind, at row ${seq}`;
      const isOther = compareEntitlement(sides).some(({ advice }) => advice === ADVICE.workflowWrong);
      return isOther ? 'its workflow had other terms' : undefined;
    }
    case 'completed':
      return isOver(snapshot.state) ? undefined : 'its workflow did not run';
    case 'ended':
      return `its workflow was ${workflow.how}`;
    case 'empty':
      return 'its workflow held no entitlement';
    case 'silent':
      return undefined;
  }
}

/** Its workflow may rest: a later message starts it again. */
const isOver = ({ status }: Entitlement): boolean => status === 'expired' || status === 'canceled';
