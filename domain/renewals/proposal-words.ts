import type { TermUnit } from '../terms/allotment-size.ts';
import type { PeriodLength } from '../terms/periods.ts';

const MINUTES_PER_HOUR = 60;

/** `1,234`. */
export const numberText = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `1 case`, `2 cases`. */
export const countOf = (count: number, noun: string): string => `${numberText(count)} ${noun}${count === 1 ? '' : 's'}`;

/** Cases or minutes as people say them: `112 cases`, `12 hours`, `12 hours 30 minutes`. */
export function amountText(amount: number, unit: TermUnit): string {
  if (unit === 'cases') return countOf(amount, 'case');
  const hours = Math.floor(amount / MINUTES_PER_HOUR);
  const minutes = amount - hours * MINUTES_PER_HOUR;
  if (minutes === 0) return countOf(hours, 'hour');
  return hours === 0 ? countOf(minutes, 'minute') : `${countOf(hours, 'hour')} ${countOf(minutes, 'minute')}`;
}

/** The verb that goes with an amount: `1 hour is`, `2 hours are`. */
export const beText = (amount: number, unit: TermUnit): 'is' | 'are' => (isOne(amount, unit) ? 'is' : 'are');

/** `1 hour was`, `2 hours were`. */
export const wasText = (amount: number, unit: TermUnit): 'was' | 'were' => (isOne(amount, unit) ? 'was' : 'were');

const isOne = (amount: number, unit: TermUnit): boolean =>
  amount === 1 || (unit === 'minutes' && amount === MINUTES_PER_HOUR);

/** `a month`. */
export const EACH: Readonly<Record<PeriodLength, string>> = { month: 'a month', quarter: 'a quarter', year: 'a year' };

/** `112 of 100 cases`, `12 hours of 100 hours`. */
export const ofText = (part: number, whole: number, unit: TermUnit): string =>
  `${unit === 'cases' ? numberText(part) : amountText(part, unit)} of ${amountText(whole, unit)}`;

export const daysText = (days: number): string => countOf(days, 'day');

export const channelText = (channel: string | null): string =>
  channel === null ? 'without a channel' : `by ${channel}`;

/** `a`, `a and b`, `a, b and c`; `link` is the word before the last one. */
export const listed = (words: readonly string[], link: 'and' | 'or' = 'and'): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${link} ${words.at(-1)}`;

const PACE_DECIMALS = 2;

/** Cases, or hours, a day. */
export const paceText = (amount: number, unit: TermUnit): string =>
  `${(unit === 'cases' ? amount : amount / MINUTES_PER_HOUR).toFixed(PACE_DECIMALS)} ${unit === 'cases' ? 'cases' : 'hours'} a day`;

/** An amount of money with a comma between the thousands: `1,440.00 EUR`. */
export function moneyText({ amount, currency }: { readonly amount: string; readonly currency: string }): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  return `${whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',')}.${fraction} ${currency}`;
}
