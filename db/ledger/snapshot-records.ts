import { remainingTerm } from '../../domain/entitlements/balance.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { graceEndsAt } from '../../domain/entitlements/grace.ts';
import type { LedgerBatch } from '../../workflows/entitlements/ports.ts';
import { instantText, instantTextOrNull } from '../postgres/instant-text.ts';
import { byId } from './write-order.ts';

/**
 * The newest snapshot of each entitlement, as the table `entitlements` holds it: one statement may touch a record once.
 */
export function newestSnapshots(batches: readonly LedgerBatch[]) {
  const newest = new Map<string, LedgerBatch['snapshot']>();
  for (const { snapshot } of batches) {
    const known = newest.get(snapshot.entitlement.id);
    const newer = known === undefined || known.entitlement.seq <= snapshot.entitlement.seq ? snapshot : known;
    const generation = Math.max(known?.generation ?? 0, snapshot.generation);
    newest.set(snapshot.entitlement.id, { ...newer, generation });
  }
  return [...newest.values()].map(({ entitlement, generation }) => snapshotRecord(entitlement, generation)).sort(byId);
}

/** `generation` counts the checkpoints of the entitlement's workflow. */
export function snapshotRecord(entitlement: Entitlement, generation: number) {
  const { id, details, status, startsAt, endsAt, seq, deleted, renewedById, renewsId, createdAt, updatedAt } =
    entitlement;
  return {
    id,
    name: details.name,
    customer_id: details.customerId,
    status,
    start_date: details.startDate,
    end_date: details.endDate,
    starts_at: instantTextOrNull(startsAt),
    ends_at: instantTextOrNull(endsAt),
    remaining_term: remainingTerm(entitlement),
    renewed_by_id: renewedById,
    renews_id: renewsId,
    seq,
    generation,
    deleted,
    created_at: instantText(createdAt),
    updated_at: instantText(updatedAt),
    state: entitlement,
    owner: details.owner,
    tier: details.tier,
    product_ids: details.productIds,
    allocation_type: details.allocationType,
    period_ends_at: instantTextOrNull(entitlement.period?.endsAt ?? null),
    paused_since: instantTextOrNull(entitlement.pausedSince ?? null),
    grace_ends_at: instantTextOrNull(graceEndsAt(entitlement)),
  };
}
