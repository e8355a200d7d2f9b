import type { EntitlementDetails } from '../domain/details.ts';
import type { PeriodLength } from '../domain/periods.ts';
import { amountText, channelText, listed } from '../domain/proposal-words.ts';

/** What is offered, as far as it is told. */
type Offer = Pick<
  EntitlementDetails,
  'allocationType' | 'totalTerm' | 'period' | 'channels' | 'tier' | 'slaId' | 'name'
>;

const EACH: Readonly<Record<PeriodLength, string>> = { month: ' a month', quarter: ' a quarter', year: ' a year' };

/** `100 cases a year`, `40 hours`, `unlimited`. */
export function termText({ allocationType, totalTerm, period }: Offer): string {
  if (totalTerm === null) return 'unlimited';
  const each = period === null ? '' : EACH[period];
  return `${amountText(totalTerm, allocationType === 'hours' ? 'minutes' : 'cases')}${each}`;
}

/** More of them would make the table the mail. */
const MAX_CHANNELS_TOLD = 6;

/** `every channel`, `email and phone (up to 20 cases)`. */
export function channelsText({ allocationType, totalTerm, channels }: Offer): string {
  if (channels.length === 0) return 'every channel';
  const unit = allocationType === 'hours' ? 'minutes' : 'cases';
  const told = channels
    .slice(0, MAX_CHANNELS_TOLD)
    .map((row) =>
      row.totalTerm === null || row.totalTerm === totalTerm
        ? row.channel
        : `${row.channel} (up to ${amountText(row.totalTerm, unit)})`,
    );
  const more = channels.length - told.length;
  return listed(more === 0 ? told : [...told, `${more} more`]);
}

/** What is proposed, in a few words: `130 cases a year instead of 100 cases a year`. */
export function offerText(now: Offer, next: Offer): string {
  const instead = (one: string, other: string) => `${one} instead of ${other}`;
  const named = ({ tier, name }: Offer) => tier ?? name;
  if (next.tier !== now.tier) return instead(`${named(next)} (${termText(next)})`, `${named(now)} (${termText(now)})`);
  if (termText(next) !== termText(now)) return instead(termText(next), termText(now));
  const unit = now.allocationType === 'hours' ? 'minutes' : 'cases';
  const grown = next.channels.flatMap((row) => {
    const before = now.channels.find(({ channel }) => channel === row.channel);
    if (before === undefined || row.totalTerm === null || before.totalTerm === null) return [];
    if (before.totalTerm === row.totalTerm) return [];
    return [
      `up to ${amountText(row.totalTerm, unit)} ${channelText(row.channel)} instead of ${amountText(before.totalTerm, unit)}`,
    ];
  });
  return grown.length === 0 ? 'the same terms' : listed(grown.slice(0, MAX_CHANNELS_TOLD));
}
