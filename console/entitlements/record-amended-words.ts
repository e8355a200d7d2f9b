import type { Shapes } from '../data/api.ts';
import { dayText, instantText, minutesText, moneyText, termText } from '../ui/format.ts';
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

const OVERAGE_WORDS: Readonly<Record<Entitlement['overage'], string>> = {
  block: 'Refused: an exhausted entitlement takes no case',
  allow: 'Allowed: remaining goes below 0',
  charge: 'Charged',
};

/** What happens to a case when nothing is left. */
export function overageWords({ overage, overagePrice, allocationType }: Entitlement): string {
  if (overagePrice === null) return OVERAGE_WORDS[overage];
  const { unitPrice, currency, billingIncrementMinutes } = overagePrice;
  const per = allocationType === 'hours' ? `hour, in steps of ${minutesText(billingIncrementMinutes)}` : 'case';
  return `Charged at ${moneyText(unitPrice, currency)} for each ${per}`;
}

/** `email: 9 cases, 7 cases left`, or `every channel`. */
export function channelsWords({ channels, allocationType }: Entitlement): string {
  const words = channels.map(({ channel, totalTerm, remainingTerm }) =>
    allocationType === 'unlimited'
      ? channel
      : `${channel}: ${termText(totalTerm, allocationType)}, ${termText(remainingTerm, allocationType)} left`,
  );
  return words.join('; ') || 'every channel';
}

/** When the present period begins and ends, on the clock of the contract's zone. */
export function periodWords({ currentPeriod, timeZone }: Entitlement): string {
  if (currentPeriod?.startsAt == null || currentPeriod.endsAt === null) return 'none';
  return `${instantText(currentPeriod.startsAt, timeZone)} to ${instantText(currentPeriod.endsAt, timeZone)}`;
}

/** How much each top-up added, and until when it counts. */
export function topUpsWords({ topUps, allocationType }: Entitlement): string {
  const words = topUps.map(({ amount, startsOn, expiresOn }) => {
    const begins = startsOn === null ? '' : ` from ${dayText(startsOn)}`;
    const ends = expiresOn === null ? 'as long as the entitlement' : `until ${dayText(expiresOn)}`;
    return `${termText(amount, allocationType)}${begins} ${ends}`;
  });
  return words.join('; ') || 'none';
}

/** When a pause is, and what it does to the end. */
export function pauseWords({
  from,
  until,
  end,
}: Pick<Entitlement['pauses'][number], 'from' | 'until' | 'end'>): string {
  const begins = from === null ? '' : `from ${dayText(from)} `;
  const ends = until === null ? 'until somebody resumes it' : `until ${dayText(until)}`;
  return `${begins}${ends}; the end ${end === 'keep' ? 'stays' : 'moves along'}`;
}
