import type { EntitlementDetails } from '../terms/details.ts';
import { amountText, channelText, EACH, listed } from './proposal-words.ts';

/** The details that describe an offer. */
type Offer = Pick<
  EntitlementDetails,
  'allocationType' | 'totalTerm' | 'period' | 'channels' | 'tier' | 'slaId' | 'name'
>;

/** `100 cases a year`, `40 hours`, `unlimited`. */
export function termText({ allocationType, totalTerm, period }: Offer): string {
  if (totalTerm === null) return 'unlimited';
  const each = period === null ? '' : ` ${EACH[period]}`;
  return `${amountText(totalTerm, allocationType === 'hours' ? 'minutes' : 'cases')}${each}`;
}

/** At most this many channels are named in a mail. */
const MAX_CHANNELS_NAMED = 6;

/** `every channel`, `email and phone (up to 20 cases)`. */
export function channelsText({ allocationType, totalTerm, channels }: Offer): string {
  if (channels.length === 0) return 'every channel';
  const unit = allocationType === 'hours' ? 'minutes' : 'cases';
  const named = channels
    .slice(0, MAX_CHANNELS_NAMED)
    .map((row) =>
      row.totalTerm === null || row.totalTerm === totalTerm
        ? row.channel
        : `${row.channel} (up to ${amountText(row.totalTerm, unit)})`,
    );
  const more = channels.length - named.length;
  return listed(more === 0 ? named : [...named, `${more} more`]);
}

/** What an entitlement is called when its tier changes. */
export const tierText = ({ tier, name }: Offer): string => tier ?? name;

const instead = (one: string, other: string): string => `${one} instead of ${other}`;

/** What is proposed, in a few words: `130 cases a year instead of 100 cases a year`. */
export function offerText(now: Offer, next: Offer): string {
  const called = (offer: Offer) => `${tierText(offer)} (${termText(offer)})`;
  if (next.tier !== now.tier) return instead(called(next), called(now));
  const changes = [
    termText(next) === termText(now) ? listed(rowsText(now, next)) : instead(termText(next), termText(now)),
    next.slaId === now.slaId ? '' : instead(slaText(next), slaText(now)),
  ].filter((words) => words !== '');
  return changes.length === 0 ? 'the same terms' : changes.join(', and ');
}

const slaText = ({ slaId }: Offer): string => (slaId === null ? 'no SLA' : `the SLA ${slaId}`);

/** The channels if others are covered, or else the rows that have another total. */
function rowsText(now: Offer, next: Offer): readonly string[] {
  const names = ({ channels }: Offer) => channels.map(({ channel }) => channel);
  const [before, after] = [names(now), names(next)];
  if (before.some((name) => !after.includes(name)) || after.length !== before.length)
    return [instead(channelsText(next), channelsText(now))];
  const unit = now.allocationType === 'hours' ? 'minutes' : 'cases';
  const resized = next.channels.flatMap((row) => {
    const had = now.channels.find(({ channel }) => channel === row.channel)?.totalTerm ?? null;
    if (had === null || row.totalTerm === null || had === row.totalTerm) return [];
    return [instead(`up to ${amountText(row.totalTerm, unit)} ${channelText(row.channel)}`, amountText(had, unit))];
  });
  return resized.slice(0, MAX_CHANNELS_NAMED);
}
