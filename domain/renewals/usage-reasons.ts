import type { RefusalCode } from '../refusals.ts';
import type { EntitlementDetails } from '../terms/details.ts';
import { type Reason, reason } from './proposal-reasons.ts';
import {
  amountText,
  beText,
  countOf,
  daysText,
  listed,
  moneyText,
  ofText,
  paceText,
  wasText,
} from './proposal-words.ts';
import { QUARTER_DAYS, refusedForLack, type TermUsage } from './term-usage.ts';

/** A recent pace is mentioned if it differs from the term's by more than this. */
const PACE_CHANGE_PERCENT = 25;
/** In a shorter term the last quarter is most of the term. */
const MIN_DAYS_FOR_TREND = 2 * QUARTER_DAYS;

/** What was used, whatever is proposed. Without `projects` nothing is said about the rest of the term. */
export const usageReasons = (details: EntitlementDetails, usage: TermUsage, projects: boolean): readonly Reason[] => [
  reason('use', useText(details, usage, projects)),
  ...refusedReasons(usage),
  ...overageReasons(usage),
  ...topUpReasons(usage),
  ...(projects ? trendReasons(details, usage) : []),
  ...openReasons(details, usage),
];

function useText(details: EntitlementDetails, usage: TermUsage, projects: boolean): string {
  const { unit, used, granted, daysLeft } = usage;
  const hasEnded = daysLeft === 0;
  const verb = hasEnded ? wasText(used, unit) : beText(used, unit);
  const what = granted === null ? `${amountText(used, unit)} came in` : `${ofText(used, granted, unit)} ${verb} used`;
  if (hasEnded) return `${what} by the end.`;
  const now = `${what}, ${daysText(daysLeft)} before the end.`;
  return projects ? `${now} ${projectionText(details, usage)}` : now;
}

function projectionText({ period, totalTerm }: EntitlementDetails, usage: TermUsage): string {
  const { unit, granted, allotmentsInTerm, projectedUse, projectedAllotmentUse, historyDays, daysIntoTerm } = usage;
  if (period !== null && totalTerm !== null && allotmentsInTerm > 1)
    return `At this pace one ${period} uses ${ofText(projectedAllotmentUse, totalTerm, unit)}.`;
  const verb = granted === null ? 'brings' : 'uses';
  const projected = amountText(projectedUse, unit);
  return historyDays < daysIntoTerm
    ? `Cases could attach for ${daysText(historyDays)}; at this pace a whole term ${verb} ${projected}.`
    : `At this pace the whole term ${verb} ${projected}.`;
}

/** Why cases were refused, if another contract would have taken them. */
const REFUSED: Readonly<Partial<Record<RefusalCode, (channel: string | null) => string>>> = {
  exhausted: () => 'because nothing was left',
  channel_exhausted: (channel) => `because nothing was left for ${channel ?? 'their channel'}`,
  channel_not_covered: (channel) =>
    channel === null ? 'because cases without a channel are not covered' : `because ${channel} is not covered`,
  product_not_covered: () => 'because the product is not covered',
  contact_not_covered: () => 'because the contact is not covered',
};

function refusedReasons({ refused }: TermUsage): readonly Reason[] {
  const known = refused.flatMap(({ code, channel, cases }) => {
    const why = REFUSED[code]?.(channel);
    return why === undefined ? [] : [{ why, cases }];
  });
  return [...new Set(known.map(({ why }) => why))].map((why) => {
    const cases = known.filter((one) => one.why === why).reduce((sum, one) => sum + one.cases, 0);
    return reason('refused', `${countOf(cases, 'case')} ${wasText(cases, 'cases')} refused ${why}.`);
  });
}

function overageReasons({ overage, unit, charged }: TermUsage): readonly Reason[] {
  if (overage <= 0 && charged.length === 0) return [];
  const verb = charged.length > 1 ? 'were' : 'was';
  const charges = `${charged.length === 0 ? 'nothing' : listed(charged.map(moneyText))} ${verb} charged`;
  return [reason('overage', `${amountText(Math.max(0, overage), unit)} went beyond the allotment; ${charges}.`)];
}

const topUpReasons = ({ toppedUp, unit }: TermUsage): readonly Reason[] =>
  toppedUp <= 0
    ? []
    : [
        reason(
          'topped_up',
          `${amountText(toppedUp, unit)} ${wasText(toppedUp, unit)} bought in addition to the allotment.`,
        ),
      ];

/** Use that falls because nothing is left does not show that less is needed. */
const hasRunOut = ({ restrict }: EntitlementDetails, usage: TermUsage): boolean =>
  refusedForLack(usage) > 0 || (restrict && usage.granted !== null && usage.used >= usage.granted);

function trendReasons(details: EntitlementDetails, usage: TermUsage): readonly Reason[] {
  const { pace, unit, historyDays } = usage;
  if (historyDays < MIN_DAYS_FOR_TREND || pace.term <= 0) return [];
  const percent = (pace.last90Days * 100) / pace.term - 100;
  if (Math.abs(percent) <= PACE_CHANGE_PERCENT || (percent < 0 && hasRunOut(details, usage))) return [];
  const [code, word] = percent > 0 ? (['pace_rising', 'rising'] as const) : (['pace_falling', 'falling'] as const);
  const recent = `${paceText(pace.last90Days, unit)} in the last ${QUARTER_DAYS} days`;
  return [reason(code, `Use is ${word}: ${recent}, compared with ${paceText(pace.term, unit)} over the term.`)];
}

/** Open cases matter only if they are counted later. */
function openReasons({ decreaseRemainingOn }: EntitlementDetails, { openCases }: TermUsage): readonly Reason[] {
  if (openCases === 0 || decreaseRemainingOn === 'creation') return [];
  const rest =
    openCases === 1
      ? 'is still open; it counts when it is resolved'
      : 'are still open; each counts when it is resolved';
  return [reason('open_cases', `${countOf(openCases, 'case')} ${rest}.`)];
}
