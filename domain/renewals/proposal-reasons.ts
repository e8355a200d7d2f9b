import type { RefusalCode } from '../refusals.ts';
import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import {
  amountText,
  beText,
  channelText,
  countOf,
  daysText,
  EACH,
  listed,
  moneyText,
  numberText,
  ofText,
  paceText,
} from './proposal-words.ts';
import { type Demand, QUARTER_DAYS, refusedForLack, type TermUsage, takenByCase } from './term-usage.ts';
import { coversUse, type Ladder, type Tier } from './tiers.ts';

export const REASON_CODES = [
  'use',
  'refused',
  'overage',
  'topped_up',
  'pace_rising',
  'pace_falling',
  'open_cases',
  'policy_same_terms',
  'little_history',
  'fits',
  'needs_more',
  'channel_needs_more',
  'reaches_tier',
  'channels_covered',
  'needs_less',
  'enough_tier',
  'no_smaller_step',
  'busy_period',
  'unlimited',
  'smaller_tier_would_do',
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** One sentence or two with their numbers, for a person; the code is for programs. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}

export const reason = (code: ReasonCode, text: string): Reason => ({ code, text });

/** The recent pace is worth a word when it differs by so much from the term's. */
const PACE_CHANGE_PERCENT = 25;
/** And when the term is long enough that its last quarter is only a part of it. */
const MIN_DAYS_FOR_TREND = 2 * QUARTER_DAYS;

/** What was used, whatever is proposed. Without `projects` nothing is said about how it will go on. */
export const usageReasons = (details: EntitlementDetails, usage: TermUsage, projects: boolean): readonly Reason[] => [
  reason('use', useText(details, usage, projects)),
  ...refusedReasons(usage),
  ...overageReasons(usage),
  ...(usage.toppedUp > 0
    ? [reason('topped_up', `${amountText(usage.toppedUp, usage.unit)} were bought beside the allotment.`)]
    : []),
  ...(projects ? trend(details, usage) : []),
  ...openReasons(details, usage),
];

function useText({ period, totalTerm }: EntitlementDetails, usage: TermUsage, projects: boolean): string {
  const { unit, used, granted, daysLeft, daysIntoTerm, historyDays, projectedUse } = usage;
  const what =
    granted === null ? `${amountText(used, unit)} came` : `${ofText(used, granted, unit)} ${beText(used, unit)} used`;
  const now = `${what} ${daysLeft === 0 ? 'by the end' : `${daysText(daysLeft)} before the end`}`;
  if (!projects || daysLeft === 0) return `${now}.`;
  if (period !== null && totalTerm !== null && usage.allotmentsInTerm > 1)
    return `${now}; at this pace ${ofText(usage.projectedAllotmentUse, totalTerm, unit)} ${EACH[period]}.`;
  const coming = unit === 'cases' ? numberText(projectedUse) : amountText(projectedUse, unit);
  const span = historyDays < daysIntoTerm ? `, in ${daysText(historyDays)}` : '';
  const goal = span === '' ? `${coming} will be used` : `${coming} in a whole term`;
  return `${now}${span}; at this pace ${granted === null && span === '' ? `${coming} will come` : goal}.`;
}

/** What is needed of one allotment at the pace so far: `9 cases are needed`, `9 cases a month are needed`. */
export function paceNeed(details: EntitlementDetails, usage: TermUsage, amount: number): string {
  const { unit, allotmentsInTerm } = usage;
  const each = allotmentsInTerm > 1 && details.period !== null ? ` ${EACH[details.period]}` : '';
  return `At this pace ${amountText(amount, unit)}${each} ${beText(amount, unit)} needed`;
}

/** `One month`. */
export const onePeriod = ({ period }: EntitlementDetails): string => `One ${period ?? 'term'}`;

/**
 * How a demand comes about, with the numbers that a reader needs to check it: of all, or of one channel. Where cases were
 * refused it says that they are counted in.
 */
export function demandText(details: EntitlementDetails, usage: TermUsage, demand: Demand, channel?: string): string {
  const { unit, historyDays, allotmentsInTerm } = usage;
  const { used, lacked, amount, basis } = demand;
  if (lacked === 0) return paceNeed(details, usage, amount);
  const asked = used + lacked * takenByCase(usage);
  const what = `${amountText(asked, unit)}${channel === undefined ? '' : ` ${channelText(channel)}`}`;
  if (basis === 'fullest_allotment') return `${onePeriod(details)} asked for ${what} (${askedText(demand, usage)})`;
  const span = allotmentsInTerm > 1 && details.period !== null ? EACH[details.period] : 'in a whole term';
  const made = `which makes ${amountText(amount, unit)} ${span}`;
  const were = beText(asked, unit) === 'is' ? 'was' : 'were';
  return `${what} ${were} asked for in ${daysText(historyDays)} (${askedText(demand, usage)}), ${made}`;
}

/** `5 taken, 3 refused`; a refused case had no minutes, so it is counted as the others took. */
function askedText({ used, lacked }: Demand, usage: TermUsage): string {
  if (usage.unit === 'cases') return `${numberText(used)} taken, ${numberText(lacked)} refused`;
  const each = `${lacked === 1 ? 'counted' : 'each counted'} as ${amountText(takenByCase(usage), usage.unit)} like the others`;
  return `${amountText(used, usage.unit)} taken, ${countOf(lacked, 'case')} refused, ${each}`;
}

/** Why cases were refused, where another contract would have taken them. */
const REFUSED: Readonly<Partial<Record<RefusalCode, (channel: string | null) => string>>> = {
  exhausted: () => 'because nothing was left',
  channel_exhausted: (channel) => `because nothing was left for ${channel ?? 'their channel'}`,
  channel_not_covered: (channel) => `because ${channel ?? 'a case without a channel'} is not covered`,
  product_not_covered: () => 'because their product is not covered',
  contact_not_covered: () => 'because their contact is not covered',
};

function refusedReasons({ refused }: TermUsage): readonly Reason[] {
  const told = refused.flatMap(({ code, channel, cases }) => {
    const why = REFUSED[code]?.(channel);
    return why === undefined ? [] : [{ why, cases }];
  });
  return [...new Set(told.map(({ why }) => why))].map((why) => {
    const cases = told.filter((one) => one.why === why).reduce((sum, one) => sum + one.cases, 0);
    return reason('refused', `${countOf(cases, 'case')} ${cases === 1 ? 'was' : 'were'} refused ${why}.`);
  });
}

function overageReasons({ overage, unit, charged }: TermUsage): readonly Reason[] {
  if (overage <= 0 && charged.length === 0) return [];
  const charges = charged.length === 0 ? 'nothing was charged' : `${listed(charged.map(moneyText))} charged`;
  return [reason('overage', `Past the allotment: ${amountText(Math.max(0, overage), unit)}, ${charges}.`)];
}

/** Use that falls because nothing is left says nothing of what is needed. */
const hasRunOut = ({ restrict }: EntitlementDetails, usage: TermUsage): boolean =>
  refusedForLack(usage) > 0 || (restrict && usage.granted !== null && usage.used >= usage.granted);

function trend(details: EntitlementDetails, usage: TermUsage): readonly Reason[] {
  const { pace, unit, historyDays } = usage;
  if (historyDays < MIN_DAYS_FOR_TREND || pace.term <= 0) return [];
  const percent = (pace.last90Days * 100) / pace.term - 100;
  if (Math.abs(percent) <= PACE_CHANGE_PERCENT || (percent < 0 && hasRunOut(details, usage))) return [];
  const [code, word] = percent > 0 ? (['pace_rising', 'rising'] as const) : (['pace_falling', 'falling'] as const);
  const paces = `${paceText(pace.last90Days, unit)} in the last ${QUARTER_DAYS} days, ${paceText(pace.term, unit)} over the term`;
  return [reason(code, `Use is ${word}: ${paces}.`)];
}

/** Only where they are still to count. */
function openReasons({ decreaseRemainingOn }: EntitlementDetails, { openCases }: TermUsage): readonly Reason[] {
  if (openCases === 0 || decreaseRemainingOn === 'creation') return [];
  const verbs = openCases === 1 ? 'is open and counts when it resolves' : 'are open and count when they resolve';
  return [reason('open_cases', `${countOf(openCases, 'case')} ${verbs}.`)];
}

/** The lowest tier that would have taken all cases of an unlimited entitlement; none where there is none. */
export function unlimitedHint({ lower }: Ladder, usage: TermUsage): readonly Reason[] {
  const tier = lower
    .filter(({ total, made }) => total !== null && made.allocationType === 'cases')
    .filter(({ total, allotments }) => Math.ceil(usage.projectedUse / allotments) <= (total ?? 0))
    .filter((candidate) => coversUse(candidate, usage.channels))
    .at(-1);
  if (tier === undefined) return [];
  const enough = `${withTotal(tier)} would have done`;
  return [
    reason(
      'smaller_tier_would_do',
      `${amountText(usage.projectedUse, 'cases')} in a whole term at this pace: ${enough}.`,
    ),
  ];
}

/** `Silver with 100 cases`, `Silver with 10 cases a month`, `Gold, which is unlimited,`. */
export function withTotal({ name, total, allotments, made }: Tier, size: number | null = total): string {
  if (size === null) return `${name}, which is unlimited,`;
  const each = allotments > 1 && made.period !== null ? ` ${EACH[made.period]}` : '';
  return `${name} with ${amountText(size, unitOf(made))}${each}`;
}
