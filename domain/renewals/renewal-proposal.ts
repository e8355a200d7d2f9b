import type { Template } from '../entitlements/template.ts';
import { resizedRows, soldSizeFor } from '../terms/allotment-size.ts';
import type { ChannelTerm, EntitlementDetails } from '../terms/details.ts';
import {
  demandText,
  onePeriod,
  paceNeed,
  type Reason,
  reason,
  unlimitedHint,
  usageReasons,
  withTotal,
} from './proposal-reasons.ts';
import { amountText, beText, channelText, countOf, daysText, listed } from './proposal-words.ts';
import { type ChannelUse, type Demand, neededBy, refusedAs, refusedForLack, type TermUsage } from './term-usage.ts';
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
    reasons: [...usageReasons(details, usage, !saysNothing(usage)), ...found.reasons],
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

/** Whether the use so far says nothing of how it will go on. */
export const saysNothing = (usage: TermUsage): boolean => tooEarly(usage) !== undefined;

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
  const share = `${amountText(projected, unit)} at this pace ${beText(projected, unit)} ${percent} % of ${amountText(total, unit)}`;
  return reason('fits', `${share}; from ${ENOUGH_USE_PERCENT} % to 100 % the terms fit.`);
}

/** A row that cases were refused for, with what its channel would ask for. */
interface ShortRow {
  readonly row: ChannelTerm;
  readonly use: ChannelUse;
  readonly size: number;
}

/** Where the total would do and only rows of channels were short, these alone grow, at most to the total. */
function longerRows(counted: Counted): Found | undefined {
  const { details, usage, total } = counted;
  if (usage.demand.amount > total || refusedAs(usage, 'exhausted') > 0) return undefined;
  const short = details.channels.flatMap((row) => shortRow(row, usage, total));
  const isOfRows = short.length > 0 && short.every(({ row }) => row.totalTerm !== null && row.totalTerm < total);
  if (!isOfRows) return undefined;
  const told = short.map(({ row, size }) => `${amountText(size, usage.unit)} ${channelText(row.channel)}`);
  const enough = `The total is enough; of it, up to ${listed(told)} are proposed.`;
  return {
    kind: 'larger',
    changes: {
      channels: details.channels.map((row) => {
        const size = short.find((one) => one.row === row)?.size;
        return size === undefined ? row : { ...row, totalTerm: size };
      }),
    },
    reasons: [
      ...short.map((one) => reason('channel_needs_more', shortText(one, counted))),
      reason('channel_needs_more', enough),
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

const shortText = ({ row, use }: ShortRow, { details, usage }: Counted): string =>
  `${demandText(details, usage, use.demand, row.channel)}, ${againstText(use.demand, row.totalTerm ?? 0, usage)}.`;

/** A demand beside what there is. Where that would have held it, cases were refused all the same: more is needed. */
function againstText({ amount }: Demand, had: number, { unit }: TermUsage): string {
  if (amount > had) return `more than ${amountText(had, unit)}`;
  return `no more than ${amountText(had, unit)}, but cases were refused`;
}

/** More of the same, or the tier that so much reaches. */
function larger(question: Counted): Found | undefined {
  const { details, usage, total } = question;
  const { unit, demand } = usage;
  if (usage.projectedAllotmentUse <= total && refusedForLack(usage) === 0) return undefined;
  const size = soldSizeFor(Math.max(demand.amount, total + 1), unit);
  if (size <= total) return undefined;
  const tier = reachedBy(question, size);
  const need = `${demandText(details, usage, demand)}, ${againstText(demand, total, usage)}`;
  if (tier !== undefined)
    return tierUp(question, tier, size, reason('reaches_tier', `${need}. ${reachText(question, tier, size)}`));
  return {
    kind: 'larger',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_more', `${need}: ${amountText(size, unit)} ${beText(size, unit)} proposed.`)],
  };
}

/** The largest total of the tiers that are counted, at or above the own one; 0 without any. */
const largestCounted = ({ ladder }: Question): number =>
  Math.max(0, ...[ladder.own, ...ladder.higher].flatMap((tier) => (tier?.total == null ? [] : [tier.total])));

/** The highest tier whose total is reached, and that covers whatever channel is covered now. */
function reachedBy(question: Counted, size: number): Tier | undefined {
  const unlimitedAt = UNLIMITED_FROM * largestCounted(question);
  const { details, ladder } = question;
  return ladder.higher.filter((tier) => coversChannelsOf(tier, details) && (tier.total ?? unlimitedAt) <= size).at(-1);
}

function reachText(question: Counted, tier: Tier, size: number): string {
  const { unit } = question.usage;
  const next = `The next size, ${amountText(size, unit)}, `;
  if (tier.total !== null)
    return `${next}reaches the ${amountText(tier.total, unit)} of ${tier.name}: ${withTotal(tier, Math.max(tier.total, size))} is proposed.`;
  const largest = amountText(largestCounted(question), unit);
  return `${next}is at least ${UNLIMITED_FROM} times the largest counted tier, which has ${largest}: ${withTotal(tier)} is proposed.`;
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
function smaller(question: Counted): Found | undefined {
  const { details, usage, total, ladder } = question;
  const { projectedAllotmentUse: projected, unit, mostUsed, channels } = usage;
  if (projected * 100 >= total * ENOUGH_USE_PERCENT) return undefined;
  const size = soldSizeFor(Math.max(projected, mostUsed), unit);
  const low = `${paceNeed(details, usage, projected)}, less than ${ENOUGH_USE_PERCENT} % of ${amountText(total, unit)}`;
  if (size >= total) return sameTerms(noLess(question, low));
  const busy = mostUsed > projected ? `, though ${busyText(question)}` : '';
  const tier = ladder.lower.filter((lower) => isEnough(lower, size, total) && coversUse(lower, channels)).at(-1);
  if (tier !== undefined)
    return {
      kind: 'tier_down',
      changes: changesTo(tier, tier.total, details, ladder.own),
      reasons: [reason('enough_tier', `${low}${busy}: ${withTotal(tier)} is enough.${lostText(details, tier)}`)],
    };
  return {
    kind: 'smaller',
    changes: { totalTerm: size, ...resizedRows(details, size, unit, (channel) => neededBy(usage, channel)) },
    reasons: [reason('needs_less', `${low}${busy}: ${amountText(size, unit)} ${beText(size, unit)} proposed.`)],
  };
}

const busyText = ({ details, usage }: Counted): string =>
  `${onePeriod(details).toLowerCase()} needed ${amountText(usage.mostUsed, usage.unit)}`;

/** Why nothing smaller is proposed although so little is used. */
function noLess(question: Counted, low: string): Reason {
  const { projectedAllotmentUse: projected, unit, mostUsed } = question.usage;
  if (soldSizeFor(projected, unit) < question.total)
    return reason('busy_period', `${low}, but ${busyText(question)}: nothing smaller is proposed.`);
  const next = amountText(soldSizeFor(Math.max(projected, mostUsed), unit), unit);
  return reason(
    'no_smaller_step',
    `${low}, but the next size that is sold, ${next}, is no smaller: the same terms are proposed.`,
  );
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
      ? [` It does not cover ${listed(lost.map(({ channel }) => channel))}; no case came that way.`]
      : []),
    ...(isNarrower ? [` It covers only ${listed(kept)}; no case came another way.`] : []),
    ...(slaId !== null && made.slaId === null ? [` It has no SLA, where ${slaId} applies now.`] : []),
    ...(slaId !== null && made.slaId !== null && made.slaId !== slaId
      ? [` Its SLA is ${made.slaId}, where ${slaId} applies now.`]
      : []),
  ].join('');
}
