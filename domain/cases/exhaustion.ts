import { available, channelAvailable, hasWholeTotal } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import { type Refusal, refuse } from '../refusals.ts';
import { unitOf } from '../terms/details.ts';
import { version1ChannelExhausted } from './version-1.ts';

/**
 * Why an exhausted entitlement refuses the case, or undefined. Only with restrict. Less than 1 case or 1 minute must be
 * available: of the channel's own total (`channel_exhausted`), or of the whole (`exhausted`). A channel's row that has
 * the whole total is no limit of its own.
 */
export function exhausted(entitlement: Entitlement, channel: string | null): Refusal | undefined {
  const { restrict, totalTerm } = entitlement.details;
  if (!restrict) return undefined;
  const hasOwnTotal = channel !== null && !hasWholeTotal(entitlement, channel);
  const ofChannel = hasOwnTotal ? channelAvailable(entitlement, channel) : null;
  if (ofChannel !== null && ofChannel < 1)
    return refuse(
      'channel_exhausted',
      `Nothing is left for the channel ${channel} (available: ${ofChannel} ${unitOf(entitlement.details)}).`,
    ).refused;
  const asVersion1 = entitlement.decidesAsVersion1 ? version1ChannelExhausted(entitlement, channel) : undefined;
  if (asVersion1 !== undefined) return asVersion1;
  const ofAll = available(entitlement);
  if (ofAll !== null && ofAll < 1)
    return refuse(
      'exhausted',
      `Nothing is left of the total term of ${totalTerm} ${unitOf(entitlement.details)} (available: ${ofAll}).`,
    ).refused;
  return undefined;
}
