import { type Bought, boughtOfChannel, NOTHING_BOUGHT } from '../terms/bought.ts';
import type { Entitlement } from './entitlement.ts';

/**
 * How much of the term is left. Amounts are cases, or minutes where the entitlement counts hours.
 *
 * remaining = granted - used; available = remaining - held. A channel's row has the same two amounts of its own.
 */

/** What is left of the term, holds not subtracted. Null if unlimited; may be negative. */
export const remainingTerm = (entitlement: Entitlement): number | null =>
  entitlement.details.totalTerm === null ? null : entitlement.granted - entitlement.used;

/** What was taken past the grants. A remaining term below 0 that version 1 left behind counts as owed. */
export function boughtOf(entitlement: Entitlement): Bought {
  if (entitlement.bought !== undefined) return entitlement.bought;
  const owed = -(remainingTerm(entitlement) ?? 0);
  return owed > 0 ? { ...NOTHING_BOUGHT, owed } : NOTHING_BOUGHT;
}

/**
 * What is left of one channel's row, holds not subtracted. Null if the channel has no row or the entitlement is
 * unlimited. A row that has the whole total follows the remaining term, with its top-ups and its rollover.
 */
export function channelRemaining(entitlement: Entitlement, channel: string): number | null {
  const row = entitlement.details.channels.find((candidate) => candidate.channel === channel);
  if (row === undefined || row.totalTerm === null) return null;
  if (hasWholeTotal(entitlement, channel)) return remainingTerm(entitlement);
  return (
    row.totalTerm + boughtOfChannel(entitlement.bought, channel) - channelAmount(entitlement.usedByChannel, channel)
  );
}

/** Whether the channel's row has the whole total: such a row is no limit of its own. */
export const hasWholeTotal = ({ details }: Entitlement, channel: string): boolean =>
  details.channels.some((row) => row.channel === channel && row.totalTerm === details.totalTerm);

/** What can still be promised to cases: the remaining term less what is held. Null if unlimited; may be negative. */
export function available(entitlement: Entitlement): number | null {
  const remaining = remainingTerm(entitlement);
  return remaining === null ? null : remaining - entitlement.held;
}

/** The same for one channel's row; null as in `channelRemaining`. */
export function channelAvailable(entitlement: Entitlement, channel: string): number | null {
  if (hasWholeTotal(entitlement, channel)) return available(entitlement);
  const remaining = channelRemaining(entitlement, channel);
  return remaining === null ? null : remaining - channelAmount(entitlement.heldByChannel, channel);
}

/** The amount of one channel, 0 if it has none. A channel may have any name, even `constructor`. */
export const channelAmount = (byChannel: Readonly<Record<string, number>>, channel: string): number =>
  Object.hasOwn(byChannel, channel) ? (byChannel[channel] ?? 0) : 0;
