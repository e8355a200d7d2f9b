import type { EpochMs } from '../../domain/calendar.ts';
import type { EntitlementDetails } from '../../domain/details.ts';
import { type Proposal, proposeRenewal } from '../../domain/renewal-proposal.ts';
import { detailsFromTemplate, type Template } from '../../domain/template.ts';
import { type ChannelUse, type LedgerCounts, type RefusedCases, termUsage } from '../../domain/term-usage.ts';
import { READY } from './ready-templates.ts';
import { ACME, instant, STARTS_AT } from './samples.ts';

/** 325 of 365 days are over, 40 are left. */
export const FORTY_DAYS_LEFT = instant('2026-11-22T00:00Z');

/** From 2026-01-01 in UTC: a year, as the ready templates have it. */
export const from = (template: Template, changes: Partial<EntitlementDetails> = {}): EntitlementDetails => ({
  ...detailsFromTemplate(template, { customerId: ACME, startDate: '2026-01-01', timeZone: 'UTC', changes: {} }),
  ...changes,
});

/** What happened, as a test tells it. */
export interface Use extends Partial<Omit<LedgerCounts, 'allotments' | 'channels' | 'refused'>> {
  /** Cases or minutes of each allotment; one number: of the whole term. */
  readonly used: number | readonly number[];
  /** Cases by channel; by default all by email. Each used as much as its part of the cases. */
  readonly by?: Readonly<Record<string, number>>;
  readonly cases?: number;
  readonly refused?: readonly [code: RefusedCases['code'], channel: string | null, cases: number][];
  readonly at?: EpochMs;
}

export function countsOf(details: EntitlementDetails, use: Use): LedgerCounts {
  const { used, by, cases, refused = [], ...more } = use;
  const each = typeof used === 'number' ? [used] : used;
  const sum = each.reduce((some, amount) => some + amount, 0);
  const byChannel = by ?? { email: cases ?? sum };
  const all = Object.values(byChannel).reduce((some, count) => some + count, 0);
  const most = Math.max(0, ...each);
  const lacked = refused.filter(([code]) => code === 'exhausted' || code === 'channel_exhausted');
  return {
    at: FORTY_DAYS_LEFT,
    firstActivatedAt: null,
    allotments: each.map((amount, index) => ({
      startsAt: STARTS_AT,
      granted: details.totalTerm,
      carriedIn: 0,
      used: amount,
      lacked: index === 0 ? lacked.reduce((some, [, , count]) => some + count, 0) : 0,
    })),
    toppedUp: 0,
    usedInLast30Days: 0,
    usedInLast90Days: sum / 4,
    overage: 0,
    charges: [],
    refused: refused.map(([code, channel, count]) => ({ code, channel, cases: count })),
    channels: Object.entries(byChannel).map(
      ([channel, count]): ChannelUse => ({
        channel: channel === '' ? null : channel,
        cases: count,
        mostUsed: all === 0 ? 0 : Math.round((most * count) / all),
      }),
    ),
    openCases: 0,
    ...more,
  };
}

export const proposed = (details: EntitlementDetails, use: Use, templates: readonly Template[] = READY): Proposal =>
  proposeRenewal({ details, usage: termUsage(details, countsOf(details, use)), templates });
