import type { Shapes } from '../data/api.ts';
import { channelsText, overageText, renewalPolicyText, type Terms, totalText } from '../terms/terms-words.ts';
import { numberText, termText } from '../ui/format.ts';

type Proposal = Shapes['RenewalProposal'];

/** A row of a table of terms: its name, and a cell for each column. */
export type TermsRow = readonly [name: string, ...cells: string[]];

/** What a channel has of the total. If there are no rows, every channel is covered. */
function channelText(terms: Terms, channel: string): string {
  if (terms.channels.length === 0) return 'covered';
  const row = terms.channels.find((one) => one.channel === channel);
  if (row === undefined) return 'not covered';
  const isWhole = row.totalTerm === null || row.totalTerm === terms.totalTerm;
  return isWhole ? 'covered' : `up to ${totalText({ ...terms, totalTerm: row.totalTerm })}`;
}

function channelRows(columns: readonly Terms[]): readonly TermsRow[] {
  const named = [...new Set(columns.flatMap(({ channels }) => channels.map(({ channel }) => channel)))];
  if (named.length === 0) return [['Channels', ...columns.map(() => 'every channel')]];
  return [
    ...named.map((channel): TermsRow => [`Channel ${channel}`, ...columns.map((terms) => channelText(terms, channel))]),
    ['Every other channel', ...columns.map(({ channels }) => (channels.length === 0 ? 'covered' : 'not covered'))],
  ];
}

/** The rows of a table of terms. Rarely changed fields appear only if they differ. */
export function termsRows(columns: readonly Terms[], slaText: (id: string | null) => string): readonly TermsRow[] {
  const row = (name: string, of: (terms: Terms) => string): TermsRow => [name, ...columns.map(of)];
  const differing = (name: string, of: (terms: Terms) => string): readonly TermsRow[] =>
    new Set(columns.map(of)).size > 1 ? [row(name, of)] : [];
  return [
    ...differing('Name', ({ name }) => name),
    row('Tier', ({ tier }) => tier ?? 'none'),
    row('Total', totalText),
    ...channelRows(columns),
    row('SLA', ({ slaId }) => slaText(slaId)),
    ...differing('Cases beyond the total', overageText),
    ...differing('Counted', ({ decreaseRemainingOn }) => `on ${decreaseRemainingOn}`),
    ...differing('Holds', ({ hold }) => (hold ? 'yes' : 'no')),
    ...differing('Rolls over', ({ rolloverCap, allocationType }) => `at most ${termText(rolloverCap, allocationType)}`),
    ...differing('Products', ({ productIds }) => (productIds.length === 0 ? 'all' : productIds.join(', '))),
    ...differing('Priority', ({ priority }) => numberText(priority)),
    ...differing('Owner', ({ owner }) => owner ?? 'nobody'),
    ...differing('Description', ({ description }) => description ?? 'none'),
    ...differing('Renewal', renewalPolicyText),
  ];
}

/** The changed fields of the proposal, for readers who may not read the current terms. */
export function changedRows({ changes, usage }: Proposal, slaText: (id: string | null) => string): readonly TermsRow[] {
  const allocationType = changes.allocationType ?? (usage.unit === 'minutes' ? 'hours' : 'cases');
  const { name, tier, totalTerm, period = null, channels, slaId } = changes;
  const total = { allocationType, period, totalTerm: totalTerm ?? null };
  const channelCell = (rows: NonNullable<typeof channels>) =>
    rows.length === 0
      ? 'every channel'
      : rows
          .map((row) => `${row.channel} up to ${totalText({ ...total, totalTerm: row.totalTerm ?? total.totalTerm })}`)
          .join(', ');
  return [
    ...(name === undefined ? [] : [['Name', name] as const]),
    ...(tier === undefined ? [] : [['Tier', tier ?? 'none'] as const]),
    ...(totalTerm === undefined ? [] : [['Total', totalText(total)] as const]),
    ...(channels === undefined ? [] : [['Channels', channelCell(channels)] as const]),
    ...(slaId === undefined ? [] : [['SLA', slaText(slaId)] as const]),
  ];
}

const KINDS: Readonly<Record<Proposal['kind'], string>> = {
  same_terms: 'the same terms',
  tier_up: 'a higher tier',
  tier_down: 'a lower tier',
  larger: 'more',
  smaller: 'less',
};

/** What is proposed, in a few words. `now` is null if the reader may not read the current terms. */
export function offerText(now: Terms | null, { kind, changes }: Proposal): string {
  if (now === null) return KINDS[kind];
  const next = { ...now, ...changes };
  const instead = (of: (terms: Terms) => string) => `${of(next)} instead of ${of(now)}`;
  if (next.tier !== now.tier) return instead((terms) => `${terms.tier ?? terms.name} (${totalText(terms)})`);
  if (totalText(next) !== totalText(now)) return instead(totalText);
  if (kind === 'same_terms') return `the same terms: ${totalText(now)}`;
  return channelsText(next) === channelsText(now) ? KINDS[kind] : 'more for some channels';
}
