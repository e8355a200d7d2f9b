import type { CivilDate } from '../calendar.ts';
import { invalid, type Refusal } from '../refusals.ts';
import type { AmendmentChanges, Grant } from '../terms/amendments.ts';
import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import { daysFrom, daysOf, grantPart, type ProratedDay } from '../terms/proration.ts';
import { covered, wholeDaysOf } from './amended-money.ts';
import { channelRemaining, remainingTerm } from './balance.ts';
import type { Entitlement } from './entitlement.ts';

/** What a change of the totals does to what remains, as a whole and by channel. Amounts are cases or minutes. */

/** The details with the changes. A channel without a total of its own, and one that had the whole total, get the new one. */
export function amendedDetails(details: EntitlementDetails, changes: AmendmentChanges): EntitlementDetails {
  const { channels: rows, ...others } = changes;
  const next = { ...details, ...others };
  const total = next.totalTerm;
  const given = rows ?? details.channels.map((row) => (row.totalTerm === details.totalTerm ? whole(row) : row));
  return { ...next, channels: given.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? total })) };
}

const whole = <Row extends { readonly totalTerm: number | null }>(row: Row) => ({ ...row, totalTerm: null });

export interface ChangedTerms {
  readonly change: number;
  /** Added to what counts as used of a channel, so that its own total grants no more than its part; none: 0. */
  readonly ofChannels: Readonly<Record<string, number>>;
  readonly prorated?: ProratedDay;
}

interface Amended {
  readonly after: EntitlementDetails;
  readonly grant: Grant;
  readonly day: CivilDate;
  /** The next period grants the new total at this very instant: the old one gets nothing of it. */
  readonly isAtTurn: boolean;
}

/** What changed totals grant of the present term or period. */
export function changedTerms(entitlement: Entitlement, { after, grant, day, isAtTurn }: Amended): ChangedTerms {
  const span = wholeDaysOf(entitlement, after.endDate);
  const left = Math.max(0, daysFrom(covered(span, after.endDate), day));
  const on = { day, left, whole: Math.max(1, daysOf(span)) };
  let { prorated } = entitlement;
  const partOf = (channel: string | null, difference: number): number => {
    if (isAtTurn || difference === 0) return 0;
    if (grant === 'full') return difference;
    const part = grantPart(prorated, on, { channel, difference });
    prorated = part.day;
    return part.granted;
  };
  const change = partOf(null, (after.totalTerm ?? 0) - (entitlement.details.totalTerm ?? 0));
  const ofChannels: Record<string, number> = {};
  for (const { channel, totalTerm } of after.channels) {
    const [before, now] = [totalBefore(entitlement.details, channel), ownTotal(after, channel)];
    if (before === null || now === null || totalTerm === null || now === before) continue;
    const kept = now - before - partOf(channel, now - before);
    if (kept !== 0) ofChannels[channel] = kept;
  }
  return { change, ofChannels, ...(prorated === undefined ? {} : { prorated }) };
}

/** What the channel had of its own until now: 0 where it had no row, null where it had the whole total. */
const totalBefore = (details: EntitlementDetails, channel: string): number | null =>
  details.channels.some((row) => row.channel === channel) ? ownTotal(details, channel) : 0;

/** The channel's own total, where it has one that is not the whole. */
function ownTotal({ channels, totalTerm }: EntitlementDetails, channel: string): number | null {
  const row = channels.find((one) => one.channel === channel);
  return row === undefined || row.totalTerm === totalTerm ? null : row.totalTerm;
}

/**
 * Refuses `validation_failed` for a total that is below what is used, with the least possible one, where the contract
 * restricts; otherwise remaining may go below 0.
 */
export function problemWithUse(
  entitlement: Entitlement,
  amended: Entitlement,
  { after, grant, day, isAtTurn }: Amended,
): Refusal | undefined {
  if (!after.restrict || isAtTurn) return undefined;
  const unit = unitOf(after);
  const [before, remaining] = [remainingTerm(entitlement), remainingTerm(amended)];
  if (remaining !== null && remaining < 0 && remaining < (before ?? 0)) {
    const least = leastTotal(entitlement, { after, grant, day, isAtTurn });
    const possible = least === null ? '' : ` The least possible total is ${least} ${unit}.`;
    return invalid('totalTerm', `The total would be below what is used: ${remaining} would remain.${possible}`);
  }
  const short = shortChannel(entitlement, amended);
  if (short === undefined) return undefined;
  const { channel, left } = short;
  const least = (ownTotal(after, channel) ?? 0) - left;
  const possible = grant === 'full' ? ` The least possible one is ${least} ${unit}.` : '';
  return invalid('channels', `The total of ${channel} would be below what is used: ${left} would remain.${possible}`);
}

/** The first channel of which the change leaves less than 0, and less than before. */
export function shortChannel(
  before: Entitlement,
  after: Entitlement,
): { readonly channel: string; readonly left: number } | undefined {
  for (const { channel } of after.details.channels) {
    const left = ownTotal(after.details, channel) === null ? null : channelRemaining(after, channel);
    if (left !== null && left < 0 && left < (channelRemaining(before, channel) ?? 0)) return { channel, left };
  }
  return undefined;
}

/** The least total that leaves nothing below 0; null where there is none. Found by halving: more total is never less. */
function leastTotal(entitlement: Entitlement, amended: Amended): number | null {
  const remaining = remainingTerm(entitlement) ?? 0;
  const leaves = (totalTerm: number) =>
    remaining + changedTerms(entitlement, { ...amended, after: { ...amended.after, totalTerm, channels: [] } }).change;
  let [low, high] = [0, entitlement.details.totalTerm ?? 0];
  if (leaves(high) < 0) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (leaves(middle) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}
