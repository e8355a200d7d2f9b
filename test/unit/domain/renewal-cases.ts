import type { EpochMs } from '../../../domain/calendar.ts';
import { detailsFromTemplate, type Template } from '../../../domain/entitlements/template.ts';
import type { Proposal } from '../../../domain/renewals/proposal.ts';
import { proposeRenewal } from '../../../domain/renewals/renewal-proposal.ts';
import {
  type ChannelCounts,
  type LedgerCounts,
  type RefusedCases,
  termUsage,
} from '../../../domain/renewals/term-usage.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';
import { READY } from './ready-templates.ts';
import { ACME, instant, STARTS_AT } from './samples.ts';

/** 325 of 365 days are over, 40 are left. */
export const FORTY_DAYS_LEFT = instant('2026-11-22T00:00Z');

/** From 2026-01-01 in UTC: a year, as the ready templates have it. */
export const from = (template: Template, changes: Partial<EntitlementDetails> = {}): EntitlementDetails => ({
  ...detailsFromTemplate(template, { customerId: ACME, startDate: '2026-01-01', timeZone: 'UTC', changes: {} }),
  ...changes,
});

/** What happened to an entitlement, in the short form of the tests. */
export interface Use extends Partial<Omit<LedgerCounts, 'allotments' | 'channels' | 'refused'>> {
  /** Cases or minutes of each allotment; one number: of the whole term. */
  readonly used: number | readonly number[];
  /** Cases by channel; by default all by email. Each used as much as its part of the cases. */
  readonly by?: Readonly<Record<string, number>>;
  readonly cases?: number;
  /** Of each allotment; one number: of the first. */
  readonly refused?: readonly [code: RefusedCases['code'], channel: string | null, cases: number | readonly number[]][];
  readonly at?: EpochMs;
}

const each = (amount: number | readonly number[]) => (typeof amount === 'number' ? [amount] : amount);
const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

export function countsOf(details: EntitlementDetails, use: Use): LedgerCounts {
  const { used, by, cases, refused = [], ...more } = use;
  const sum = sumOf(each(used));
  const byChannel = by ?? { email: cases ?? sum };
  const all = sumOf(Object.values(byChannel));
  const lacked = refused.filter(([code]) => code === 'exhausted' || code === 'channel_exhausted');
  const lackedIn = (index: number, by?: string) =>
    sumOf(
      lacked.flatMap(([, channel, counts]) =>
        (by ?? channel ?? '') === (channel ?? '') ? (each(counts)[index] ?? 0) : [],
      ),
    );
  const names = new Set([...Object.keys(byChannel), ...lacked.map(([, channel]) => channel ?? '')]);
  return {
    at: FORTY_DAYS_LEFT,
    firstActivatedAt: null,
    allotments: each(used).map((amount, index) => ({
      startsAt: STARTS_AT,
      granted: details.totalTerm,
      carriedIn: 0,
      used: amount,
      lacked: lackedIn(index),
    })),
    toppedUp: 0,
    usedInLast30Days: 0,
    usedInLast90Days: sum / 4,
    overage: 0,
    charged: [],
    refused: refused.map(([code, channel, counts]) => ({ code, channel, cases: sumOf(each(counts)) })),
    channels: [...names].map(
      (channel): ChannelCounts => ({
        channel: channel === '' ? null : channel,
        cases: byChannel[channel] ?? 0,
        allotments: each(used).map((amount, index) => ({
          used: all === 0 ? 0 : Math.round((amount * (byChannel[channel] ?? 0)) / all),
          lacked: lackedIn(index, channel),
        })),
      }),
    ),
    openCases: 0,
    ...more,
  };
}

export const proposed = (details: EntitlementDetails, use: Use, templates: readonly Template[] = READY): Proposal =>
  proposeRenewal({ details, usage: termUsage(details, countsOf(details, use)), templates });
