import type { Shapes } from '../data/api.ts';
import { dayText, moneyText, termText } from '../ui/format.ts';
import type { Entitlement } from './record-commands-allowed.ts';

export const priceWords = ({ amount, currency, per }: NonNullable<Entitlement['price']>): string =>
  `${moneyText(amount, currency)} for ${per === 'term' ? 'the whole term' : 'each period'}`;

/** What an amendment charges, as a person reads it. */
export function moneyWords(money: Shapes['AmendmentPreview']['money']): string {
  if (money === null) return 'nothing';
  const { amount, currency } = money;
  return amount.startsWith('-')
    ? `a credit of ${moneyText(amount.slice(1), currency)}`
    : `a charge of ${moneyText(amount, currency)}`;
}

/** What an amendment can change, in words. */
const SHOWN: readonly (readonly [string, (entitlement: Entitlement) => string])[] = [
  ['Total', ({ totalTerm, allocationType }) => termText(totalTerm, allocationType)],
  ['Remaining', ({ remainingTerm, allocationType }) => termText(remainingTerm, allocationType)],
  ['End date', ({ endDate }) => dayText(endDate)],
  ['Price', ({ price }) => (price === null ? 'none' : priceWords(price))],
  ['Past the term', ({ overage }) => overage],
  ['Service level', ({ slaId }) => slaId ?? 'none'],
  ['Tier', ({ tier }) => tier ?? 'none'],
  ['Priority in matching', ({ priority }) => String(priority)],
  ['Channels', ({ channels }) => channels.map(({ channel }) => channel).join(', ') || 'every channel'],
  ['Amendments ahead', ({ amendmentsAhead }) => String(amendmentsAhead.length)],
];

/** What differs between two states of an entitlement, side by side. */
export const differencesBetween = (before: Entitlement, after: Entitlement) =>
  SHOWN.flatMap(([label, words]) => {
    const [was, becomes] = [words(before), words(after)];
    return was === becomes ? [] : [{ label, was, becomes }];
  });
