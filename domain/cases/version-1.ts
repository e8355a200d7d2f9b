import { channelAmount, remainingTerm } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';
import { refuse } from '../refusals.ts';
import { unitOf } from '../terms/details.ts';
import { billedUnits, type Charge, type OveragePrice } from '../terms/overage-charge.ts';

/**
 * How version 1 decided about overage: what a case takes past the allotment is owed, even under `charge`, and each case
 * is charged and credited by its own overage alone. Two things still need these rules: a workflow that replays a
 * decision of version 1 must come to the same rows, and a case that took by them gives back by them.
 */

/** The charge when a case's own overage changes from `before` to `after`; version 1 recorded no amount. */
export function version1Charge(before: number, after: number, price: OveragePrice | null): Charge | null {
  if (price === null || before === after) return null;
  const quantity = billedUnits(after, price) - billedUnits(before, price);
  return quantity === 0 ? null : { quantity, unitPrice: price.unitPrice, currency: price.currency };
}

/** How much of `taken` lies past the allotment. `left` is what was left before, and may be negative. */
function overageOf(before: { taken: number; over: number }, taken: number, left: number | null): number {
  if (left === null) return 0;
  const more = taken - before.taken;
  if (more <= 0) return Math.max(0, before.over + more);
  return before.over + Math.max(0, more - Math.max(0, left));
}

/** The overage of a case in its new channel. `entitlement` has already got back what the case took. */
export function version1OverInNewChannel(entitlement: Entitlement, before: SupportCase, after: SupportCase): number {
  const anew = (left: number | null) => overageOf({ taken: 0, over: 0 }, after.taken, left);
  const more = Math.max(0, after.taken - before.taken);
  const ofTotal = Math.min(before.over + more, anew(remainingTerm(entitlement)));
  return Math.max(ofTotal, anew(ownRemaining(entitlement, after.channel)));
}

/** The overage of a case that becomes `after`. */
export function version1Over(entitlement: Entitlement, before: SupportCase | undefined, after: SupportCase): number {
  const taken = before?.taken ?? 0;
  if (after.taken === taken) return after.over;
  const ofAll = remainingTerm(entitlement);
  const ofChannel = ownRemaining(entitlement, after.channel);
  const left = ofAll === null || ofChannel === null ? ofAll : Math.min(ofAll, ofChannel);
  return overageOf({ taken, over: before?.over ?? 0 }, after.taken, left);
}

/** What the channel's row has left; null where it is no limit of its own. */
function ownRemaining({ details, usedByChannel }: Entitlement, channel: string | null): number | null {
  const row = details.channels.find((one) => one.channel === channel);
  if (row === undefined || row.totalTerm === null || row.totalTerm === details.totalTerm) return null;
  return row.totalTerm - channelAmount(usedByChannel, row.channel);
}

/** Version 1 refused a row that has the whole total as `channel_exhausted` once both were used up. */
export function version1ChannelExhausted(entitlement: Entitlement, channel: string | null) {
  const { details, usedByChannel, heldByChannel } = entitlement;
  const row = details.channels.find((one) => one.channel === channel);
  const ofAll = (remainingTerm(entitlement) ?? 1) - entitlement.held;
  if (row === undefined || row.totalTerm === null || ofAll >= 1) return undefined;
  const ofRow = row.totalTerm - channelAmount(usedByChannel, row.channel) - channelAmount(heldByChannel, row.channel);
  if (ofRow >= 1) return undefined;
  const left = `${ofRow} ${unitOf(details)}`;
  return refuse('channel_exhausted', `Nothing is left for the channel ${row.channel} (available: ${left}).`).refused;
}
