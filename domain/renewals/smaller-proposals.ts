import { resizedRows, soldSizeFor } from '../terms/allotment-size.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { busyText, needText, tierWithTotal } from './demand-words.ts';
import { type CountedSituation, type Suggestion, sameTerms } from './proposal.ts';
import { type Reason, reason } from './proposal-reasons.ts';
import { amountText, listed } from './proposal-words.ts';
import { neededBy, type TermUsage } from './term-usage.ts';
import { changesTo, coversUse, type Tier } from './tiers.ts';

/** A contract of which less than this is used was sold too large. From here to 100 % it fits. */
export const ENOUGH_USE_PERCENT = 60;

/** The lowest tier that would have taken all cases of an unlimited entitlement; no reason if there is none. */
export function unlimitedHint({ ladder }: Pick<CountedSituation, 'ladder'>, usage: TermUsage): readonly Reason[] {
  const tier = ladder.lower
    .filter(({ total, made }) => total !== null && made.allocationType === 'cases')
    .filter(({ total, allotments }) => Math.ceil(usage.projectedUse / allotments) <= (total ?? 0))
    .filter((candidate) => coversUse(candidate, usage.channels))
    .at(-1);
  if (tier === undefined) return [];
  const brings = `At this pace a whole term brings ${amountText(usage.projectedUse, 'cases')}`;
  return [reason('smaller_tier_would_do', `${brings}: ${tierWithTotal(tier)} would have been enough.`)];
}

/** A smaller total, or the lower tier that is enough. Never less than was used. */
export function smaller(situation: CountedSituation): Suggestion | undefined {
  const { details, usage, total, ladder } = situation;
  const { projectedAllotmentUse: projected, unit, mostUsed, channels } = usage;
  if (projected * 100 >= total * ENOUGH_USE_PERCENT) return undefined;
  const size = soldSizeFor(Math.max(projected, mostUsed), unit);
  const share = `less than ${ENOUGH_USE_PERCENT} % of the current ${amountText(total, unit)}`;
  const low = `${needText(details, usage, projected)}, ${share}`;
  if (size >= total) return sameTerms(whyNotSmaller(situation, low));
  const need = mostUsed > projected ? `${low}, although ${busyText(details, usage)}.` : `${low}.`;
  const tier = ladder.lower.filter((lower) => isEnough(lower, size, total) && coversUse(lower, channels)).at(-1);
  if (tier !== undefined)
    return {
      kind: 'tier_down',
      changes: changesTo(tier, tier.total, details, ladder.own),
      reasons: [reason('enough_tier', `${need} ${tierWithTotal(tier)} is enough.${lostText(details, tier)}`)],
    };
  return {
    kind: 'smaller',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_less', `${need} Proposed: ${amountText(size, unit)}.`)],
  };
}

function whyNotSmaller({ details, usage, total }: CountedSituation, low: string): Reason {
  const { projectedAllotmentUse: projected, unit, mostUsed } = usage;
  if (soldSizeFor(projected, unit) < total)
    return reason('busy_period', `${low}. But ${busyText(details, usage)}, so nothing smaller is proposed.`);
  const next = amountText(soldSizeFor(Math.max(projected, mostUsed), unit), unit);
  return reason('no_smaller_step', `${low}. But the next size is ${next}, so the same terms are proposed.`);
}

const isEnough = (tier: Tier, size: number, total: number): boolean =>
  tier.total !== null && tier.total >= size && tier.total < total;

/** What the entitlement has now and would not have under the tier. */
function lostText({ channels, slaId }: EntitlementDetails, { template, made }: Tier): string {
  const kept = template.channels.map(({ channel }) => channel);
  const lost = channels.filter(({ channel }) => kept.length > 0 && !kept.includes(channel));
  const isNarrower = channels.length === 0 && kept.length > 0;
  return [
    ...(lost.length > 0
      ? [` It does not cover ${listed(lost.map(({ channel }) => channel))}, but no case came that way.`]
      : []),
    ...(isNarrower ? [` It covers only ${listed(kept)}, but no case came another way.`] : []),
    ...(slaId !== null && made.slaId === null ? [` It has no SLA; the current one is ${slaId}.`] : []),
    ...(slaId !== null && made.slaId !== null && made.slaId !== slaId
      ? [` Its SLA is ${made.slaId}; the current one is ${slaId}.`]
      : []),
  ].join('');
}
