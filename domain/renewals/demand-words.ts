import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import { amountText, channelText, countOf, daysText, EACH, numberText } from './proposal-words.ts';
import { type Demand, type TermUsage, takenByCase } from './term-usage.ts';
import type { Tier } from './tiers.ts';

/** What the customer needs of one allotment at the pace so far: `At this pace the customer needs 9 cases a month`. */
export function needText({ period }: EntitlementDetails, usage: TermUsage, amount: number): string {
  const each = usage.allotmentsInTerm > 1 && period !== null ? ` ${EACH[period]}` : '';
  return `At this pace the customer needs ${amountText(amount, usage.unit)}${each}`;
}

/** `one month`; `one term` without periods. */
const onePeriod = ({ period }: EntitlementDetails): string => `one ${period ?? 'term'}`;

/** `in one month the customer needed 31 cases`. */
export const busyText = (details: EntitlementDetails, { mostUsed, unit }: TermUsage): string =>
  `in ${onePeriod(details)} the customer needed ${amountText(mostUsed, unit)}`;

/**
 * How a demand comes about, of all channels or of one, with the numbers that a reader needs to check it. If cases were
 * refused, the text says how they are counted.
 */
export function demandText(details: EntitlementDetails, usage: TermUsage, demand: Demand, channel?: string): string {
  const { unit, historyDays, allotmentsInTerm } = usage;
  const { used, lacked, amount, basis } = demand;
  if (lacked === 0) return needText(details, usage, amount);
  const asked = amountText(used + lacked * takenByCase(usage), unit);
  const what = `the customer asked for ${asked}${channel === undefined ? '' : ` ${channelText(channel)}`}`;
  const made = askedText(demand, usage);
  if (basis === 'fullest_allotment') return `In ${onePeriod(details)} ${what} (${made})`;
  const span = allotmentsInTerm > 1 && details.period !== null ? EACH[details.period] : 'in a whole term';
  return `In ${daysText(historyDays)} ${what} (${made}), which makes ${amountText(amount, unit)} ${span}`;
}

/** `5 taken, 3 refused`. The time that a refused case would have taken is not known: it counts as the average. */
function askedText({ used, lacked }: Demand, usage: TermUsage): string {
  if (usage.unit === 'cases') return `${numberText(used)} taken, ${numberText(lacked)} refused`;
  const average = amountText(takenByCase(usage), usage.unit);
  const counted = `${lacked === 1 ? 'counted' : 'each counted'} as the average of ${average}`;
  return `${amountText(used, usage.unit)} taken, ${countOf(lacked, 'case')} refused, ${counted}`;
}

/** A demand compared with the present amount. Cases can be refused even though the amount would do on average. */
export function comparisonText({ amount }: Demand, present: number, { unit }: TermUsage): string {
  const current = `than the current ${amountText(present, unit)}`;
  return amount > present ? `more ${current}` : `no more ${current}, but cases were refused`;
}

/** `Silver with 100 cases`, `Silver with 10 cases a month`, `Gold, which is unlimited`. */
export function tierWithTotal({ name, total, allotments, made }: Tier, size: number | null = total): string {
  if (size === null) return `${name}, which is unlimited`;
  const each = allotments > 1 && made.period !== null ? ` ${EACH[made.period]}` : '';
  return `${name} with ${amountText(size, unitOf(made))}${each}`;
}
