import { resizedRows, soldSizeFor } from '../terms/allotment-size.ts';
import type { ChannelTerm } from '../terms/details.ts';
import { comparisonText, demandText, tierWithTotal } from './demand-words.ts';
import type { CountedSituation, Suggestion } from './proposal.ts';
import { type Reason, reason } from './proposal-reasons.ts';
import { amountText, channelText, countOf, listed } from './proposal-words.ts';
import { type ChannelUse, neededBy, refusedAs, refusedForLack, type TermUsage } from './term-usage.ts';
import { changesTo, coversChannel, coversChannelsOf, type Tier } from './tiers.ts';

/** A customer who needs twice the largest tier with a total gets the unlimited one. */
const UNLIMITED_FROM = 2;

/** A channel's row for which cases were refused, and the size that the channel needs. */
interface ShortRow {
  readonly row: ChannelTerm;
  readonly use: ChannelUse;
  readonly size: number;
}

/** If the total would be enough and only rows of channels were short, these rows alone grow, at most to the total. */
export function largerRows(situation: CountedSituation): Suggestion | undefined {
  const { details, usage, total } = situation;
  if (usage.demand.amount > total || refusedAs(usage, 'exhausted') > 0) return undefined;
  const short = details.channels.flatMap((row) => shortRow(row, usage, total));
  const isOfRows = short.length > 0 && short.every(({ row }) => row.totalTerm !== null && row.totalTerm < total);
  if (!isOfRows) return undefined;
  const limits = short.map(({ row, size }) => `${amountText(size, usage.unit)} ${channelText(row.channel)}`);
  const proposed = `Proposed ${limits.length === 1 ? 'limit' : 'limits'}: ${listed(limits)}`;
  return {
    kind: 'larger',
    changes: {
      channels: details.channels.map((row) => {
        const size = short.find((one) => one.row === row)?.size;
        return size === undefined ? row : { ...row, totalTerm: size };
      }),
    },
    reasons: [
      ...short.map((one) => reason('channel_needs_more', shortText(one, situation))),
      reason('channel_needs_more', `The total is enough. ${proposed}.`),
    ],
  };
}

function shortRow(row: ChannelTerm, usage: TermUsage, total: number): readonly ShortRow[] {
  const refused = usage.refused.filter(({ channel }) => channel === row.channel);
  const use = usage.channels.find(({ channel }) => channel === row.channel);
  if (use === undefined || refusedForLack({ refused }) === 0) return [];
  const needed = Math.max(use.demand.amount, (row.totalTerm ?? 0) + 1);
  return [{ row, use, size: Math.min(total, soldSizeFor(needed, usage.unit)) }];
}

function shortText({ row, use }: ShortRow, { details, usage }: CountedSituation): string {
  const comparison = comparisonText(use.demand, row.totalTerm ?? 0, usage);
  return `${demandText(details, usage, use.demand, row.channel)}, ${comparison}.`;
}

/** A larger total, or the higher tier that it reaches. */
export function larger(situation: CountedSituation): Suggestion | undefined {
  const { details, usage, total } = situation;
  const { unit, demand } = usage;
  if (usage.projectedAllotmentUse <= total && refusedForLack(usage) === 0) return undefined;
  const size = soldSizeFor(Math.max(demand.amount, total + 1), unit);
  if (size <= total) return undefined;
  const need = `${demandText(details, usage, demand)}, ${comparisonText(demand, total, usage)}.`;
  const tier = tierReached(situation, size);
  if (tier !== undefined)
    return tierUp(situation, tier, size, reason('reaches_tier', `${need} ${reachText(situation, tier, size)}`));
  return {
    kind: 'larger',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_more', `${need} Proposed: ${amountText(size, unit)}.`)],
  };
}

/** The largest total among the entitlement's own tier and the higher ones; 0 if none has a total. */
const largestTotal = ({ ladder }: CountedSituation): number =>
  Math.max(0, ...[ladder.own, ...ladder.higher].flatMap((tier) => (tier?.total == null ? [] : [tier.total])));

/** The highest tier whose total the size reaches, and that covers every channel that is covered now. */
function tierReached(situation: CountedSituation, size: number): Tier | undefined {
  const unlimitedAt = UNLIMITED_FROM * largestTotal(situation);
  const { details, ladder } = situation;
  return ladder.higher.filter((tier) => coversChannelsOf(tier, details) && (tier.total ?? unlimitedAt) <= size).at(-1);
}

function reachText(situation: CountedSituation, tier: Tier, size: number): string {
  const { unit } = situation.usage;
  const next = `The next size is ${amountText(size, unit)}, which is at least`;
  if (tier.total !== null) {
    const proposed = tierWithTotal(tier, Math.max(tier.total, size));
    return `${next} the ${amountText(tier.total, unit)} of ${tier.name}. Proposed: ${proposed}.`;
  }
  const largest = amountText(largestTotal(situation), unit);
  return `${next} ${UNLIMITED_FROM} times the largest limited tier (${largest}). Proposed: ${tierWithTotal(tier)}.`;
}

/** The nearest tier that covers a channel for which cases were refused. */
export function tierWithChannels(situation: CountedSituation): Suggestion | undefined {
  const { details, usage, ladder, total } = situation;
  const refused = usage.refused.filter(({ code }) => code === 'channel_not_covered');
  const tier = ladder.higher.find(
    (higher) => coversChannelsOf(higher, details) && refused.some(({ channel }) => coversChannel(higher, channel)),
  );
  if (tier === undefined) return undefined;
  const gained = refused
    .filter(({ channel }) => coversChannel(tier, channel))
    .map(({ channel, cases }) => `${countOf(cases, 'case')} ${channelText(channel)}`);
  const why = `${tier.name} would have taken these refused cases: ${listed(gained)}.`;
  return tierUp(situation, tier, total, reason('channels_covered', why));
}

const tierUp = ({ details, ladder }: CountedSituation, tier: Tier, size: number, why: Reason): Suggestion => ({
  kind: 'tier_up',
  changes: changesTo(tier, tier.total === null ? null : Math.max(tier.total, size), details, ladder.own),
  reasons: [why],
});
