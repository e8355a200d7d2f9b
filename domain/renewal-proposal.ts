import { resizedRows, sizeFor } from './allotment-size.ts';
import type { EntitlementDetails } from './details.ts';
import { type Reason, reason, unlimitedHint, usageReasons } from './proposal-reasons.ts';
import { amountText, channelText, countOf, daysText, listed } from './proposal-words.ts';
import type { Template } from './template.ts';
import { neededBy, refusedAs, refusedForLack, type TermUsage, takenByCase } from './term-usage.ts';
import { changesTo, coversChannel, coversChannelsOf, coversUse, type Ladder, ladderOf, type Tier } from './tiers.ts';

export const PROPOSAL_KINDS = ['same_terms', 'tier_up', 'tier_down', 'larger', 'smaller'] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];

/** What a renewal proposes. `changes` are those of the successor's details; none for the same terms. */
export interface Proposal {
  readonly kind: ProposalKind;
  readonly changes: Partial<EntitlementDetails>;
  /** At least one, in the order in which a person reads them. */
  readonly reasons: readonly Reason[];
  readonly usage: TermUsage;
}

export interface ProposalQuestion {
  readonly details: EntitlementDetails;
  readonly usage: TermUsage;
  /** The templates that the organisation sells; those without a tier are passed over. */
  readonly templates: readonly Template[];
}

/** Below so much of the allotment a contract was sold too large. Between this and all of it, it fits. */
const ENOUGH_USE_PERCENT = 60;
/** A month: less is no habit yet. */
const MIN_HISTORY_DAYS = 30;
/** Fewer are single events and make no pace. */
const MIN_CASES = 3;
/** Whoever needs twice the largest tier that is counted is past counting: the unlimited one is then reached. */
const UNLIMITED_FROM = 2;

type Found = Omit<Proposal, 'usage'>;
type Question = Omit<ProposalQuestion, 'templates'> & { readonly ladder: Ladder };
/** The same where something is counted. */
type Counted = Question & { readonly total: number };

/**
 * What to renew an entitlement with: the same terms, more or less of them, or another tier. The policy `same_terms` gets
 * the same terms, and is told the use all the same.
 */
export function proposeRenewal({ details, usage, templates }: ProposalQuestion): Proposal {
  const found = decide({ details, usage, ladder: ladderOf(details, templates) });
  return {
    ...found,
    reasons: [...usageReasons(details, usage, tooEarly(usage) === undefined), ...found.reasons],
    usage,
  };
}

function decide(question: Question): Found {
  const { details, usage, ladder } = question;
  const { totalTerm: total, renewalPolicy } = details;
  const early = tooEarly(usage);
  const hint = total === null && early === undefined ? unlimitedHint(ladder, usage) : [];
  if (renewalPolicy?.propose === 'same_terms')
    return sameTerms(reason('policy_same_terms', 'The renewal policy proposes the same terms.'), ...hint);
  if (early !== undefined) return sameTerms(early);
  if (total === null)
    return sameTerms(reason('unlimited', 'The entitlement is unlimited: the same terms are proposed.'), ...hint);
  const counted = { ...question, total };
  return (
    longerRows(counted) ?? larger(counted) ?? otherChannels(counted) ?? smaller(counted) ?? sameTerms(fits(counted))
  );
}

const sameTerms = (...reasons: readonly Reason[]): Found => ({ kind: 'same_terms', changes: {}, reasons });

/** Why the use so far says nothing; undefined where it does. Cases that were refused asked as well. */
function tooEarly(usage: TermUsage): Reason | undefined {
  const { historyDays } = usage;
  const asked = usage.cases + refusedForLack(usage) + refusedAs(usage, 'channel_not_covered');
  if (historyDays >= MIN_HISTORY_DAYS && asked >= MIN_CASES) return undefined;
  const [so, least] =
    historyDays < MIN_HISTORY_DAYS
      ? [`Cases could attach for ${daysText(historyDays)} so far`, MIN_HISTORY_DAYS]
      : [`${countOf(asked, 'case')} came in ${daysText(historyDays)}`, MIN_CASES];
  return reason('little_history', `${so}; fewer than ${least} tell too little: the same terms are proposed.`);
}

function fits({ usage, total }: Counted): Reason {
  const { projectedAllotmentUse: projected, unit } = usage;
  const percent = total === 0 ? 0 : Math.round((projected * 100) / total);
  const share = `${amountText(projected, unit)} at this pace are ${percent} % of ${amountText(total, unit)}`;
  return reason('fits', `${share}; from ${ENOUGH_USE_PERCENT} % to 100 % the terms fit.`);
}

/** Where the total would do and only rows of channels were short, these alone grow, at most to the total. */
function longerRows({ details, usage, total }: Counted): Found | undefined {
  const lacked = (channel: string) =>
    refusedForLack({ refused: usage.refused.filter((refused) => refused.channel === channel) });
  const short = details.channels.filter(({ channel }) => lacked(channel) > 0);
  const isOfRows = short.length > 0 && short.every(({ totalTerm }) => totalTerm !== null && totalTerm < total);
  if (!isOfRows || usage.projectedAllotmentUse > total || refusedAs(usage, 'exhausted') > 0) return undefined;
  const grown = ({ channel, totalTerm }: EntitlementDetails['channels'][number]) =>
    Math.min(total, sizeFor((totalTerm ?? 0) + lacked(channel) * takenByCase(usage), usage.unit));
  const told = short.map((row) => `${amountText(grown(row), usage.unit)} ${channelText(row.channel)}`);
  return {
    kind: 'larger',
    changes: {
      channels: details.channels.map((row) => (short.includes(row) ? { ...row, totalTerm: grown(row) } : row)),
    },
    reasons: [reason('channel_needs_more', `The total is enough; of it, up to ${listed(told)} are proposed.`)],
  };
}

/** More of the same, or the tier that so much reaches. */
function larger(question: Counted): Found | undefined {
  const { details, usage, total } = question;
  const { unit } = usage;
  if (usage.projectedAllotmentUse <= total && refusedForLack(usage) === 0) return undefined;
  const demand = Math.max(usage.projectedDemand, total + 1);
  const size = sizeFor(demand, unit);
  if (size <= total) return undefined;
  const tier = reachedBy(question, size);
  if (tier !== undefined) return tierUp(question, tier, size, reason('reaches_tier', reachText(tier, size, usage)));
  const need = `At this pace ${amountText(demand, unit)} are needed, more than ${amountText(total, unit)}`;
  return {
    kind: 'larger',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_more', `${need}: ${amountText(size, unit)} are proposed.`)],
  };
}

/** The highest tier whose total is reached, and that covers whatever channel is covered now. */
function reachedBy({ details, ladder }: Counted, size: number): Tier | undefined {
  const counted = [ladder.own, ...ladder.higher].flatMap((tier) => (tier?.total == null ? [] : [tier.total]));
  const unlimitedAt = UNLIMITED_FROM * Math.max(0, ...counted);
  return ladder.higher.filter((tier) => coversChannelsOf(tier, details) && (tier.total ?? unlimitedAt) <= size).at(-1);
}

function reachText({ name, total }: Tier, size: number, { unit }: TermUsage): string {
  if (total !== null) return `${amountText(size, unit)} reach ${name}, which has ${amountText(total, unit)}.`;
  return `${amountText(size, unit)} are ${UNLIMITED_FROM} times the largest counted tier or more: ${name} is unlimited.`;
}

/** The nearest tier that covers a channel which cases were refused for. */
function otherChannels(question: Counted): Found | undefined {
  const { details, usage, ladder, total } = question;
  const refused = usage.refused.filter(({ code }) => code === 'channel_not_covered');
  const tier = ladder.higher.find(
    (higher) => coversChannelsOf(higher, details) && refused.some(({ channel }) => coversChannel(higher, channel)),
  );
  if (tier === undefined) return undefined;
  const gained = refused
    .filter(({ channel }) => coversChannel(tier, channel))
    .map(({ channel, cases }) => `${countOf(cases, 'case')} ${channelText(channel)}`);
  return tierUp(question, tier, total, reason('channels_covered', `${tier.name} would have taken ${listed(gained)}.`));
}

const tierUp = ({ details, ladder }: Counted, tier: Tier, size: number, why: Reason): Found => ({
  kind: 'tier_up',
  changes: changesTo(tier, tier.total === null ? null : Math.max(tier.total, size), details, ladder.own),
  reasons: [why],
});

/** Less of the same, or the tier that is enough; never less than was used. */
function smaller({ details, usage, total, ladder }: Counted): Found | undefined {
  const { projectedAllotmentUse: projected, unit, mostUsed, channels } = usage;
  if (projected * 100 >= total * ENOUGH_USE_PERCENT) return undefined;
  const size = sizeFor(Math.max(projected, mostUsed), unit);
  if (size >= total)
    return sameTerms(reason('no_smaller_step', `${amountText(size, unit)} is the next size that is enough: no less.`));
  const low = `At this pace ${amountText(projected, unit)}, less than ${ENOUGH_USE_PERCENT} % of ${amountText(total, unit)}`;
  const tier = ladder.lower.filter((lower) => isEnough(lower, size, total) && coversUse(lower, channels)).at(-1);
  if (tier !== undefined)
    return {
      kind: 'tier_down',
      changes: changesTo(tier, tier.total, details, ladder.own),
      reasons: [reason('enough_tier', `${low}: ${tier.name} is enough.${lostText(details, tier)}`)],
    };
  return {
    kind: 'smaller',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_less', `${low}: ${amountText(size, unit)} are proposed.`)],
  };
}

const isEnough = (tier: Tier, size: number, total: number): boolean =>
  tier.total !== null && tier.total >= size && tier.total < total;

function lostText({ channels }: EntitlementDetails, tier: Tier): string {
  const lost = channels.filter(({ channel }) => !coversChannel(tier, channel)).map(({ channel }) => channel);
  return lost.length === 0 ? '' : ` It does not cover ${listed(lost)}; no case came that way.`;
}
