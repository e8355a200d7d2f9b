import { type CivilDate, dateAt, daysBetween, type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import type { RefusalCode } from '../refusals.ts';
import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import type { ChargedAmount } from '../terms/overage-charge.ts';
import { periodFrom } from '../terms/periods.ts';

/** Cases that were refused and never attached later. */
export interface RefusedCases {
  readonly code: RefusalCode;
  readonly channel: string | null;
  readonly cases: number;
}

/** What customers asked for. */
export interface Asked {
  /** Cases or minutes that were taken, including bought ones. */
  readonly used: number;
  /** Cases that were refused because nothing was left of the total or of their channel's row. */
  readonly lacked: number;
}

/**
 * What was granted and used of one allotment, in cases or minutes. An allotment is the whole term, or one period of
 * it.
 */
export interface AllotmentUse extends Asked {
  readonly startsAt: EpochMs;
  /** The total and what was bought within it; null if unlimited. */
  readonly granted: number | null;
  /** Left over from the period before, or bought in it, and still valid. */
  readonly carriedIn: number;
}

/** What customers would ask of one allotment, and how that was found. */
export interface Demand extends Asked {
  /** Cases or minutes. */
  readonly amount: number;
  /** `pace`: demand continues as before. `fullest_allotment`: one allotment that refused cases had a higher demand. */
  readonly basis: 'pace' | 'fullest_allotment';
}

/** What a ledger says about one channel. */
export interface ChannelCounts {
  readonly channel: string | null;
  /** Cases that attached and were not detached, whatever became of them. */
  readonly cases: number;
  /** The allotments in which customers asked for something, in order. */
  readonly allotments: readonly Asked[];
}

export interface ChannelUse extends Omit<ChannelCounts, 'allotments'> {
  /** The most that was used in any one allotment: cases or minutes. */
  readonly mostUsed: number;
  /** What customers would ask of its row in one allotment. */
  readonly demand: Demand;
}

/** What a ledger says up to an instant. For an unlimited entitlement, `used` is the number of cases. */
export interface LedgerCounts {
  readonly at: EpochMs;
  readonly firstActivatedAt: EpochMs | null;
  /** In order; at least one. */
  readonly allotments: readonly AllotmentUse[];
  readonly toppedUp: number;
  readonly usedInLast30Days: number;
  readonly usedInLast90Days: number;
  /** Cases or minutes beyond the allotment. */
  readonly overage: number;
  /** What was charged less what was credited, by currency; amounts of 0 are left out. */
  readonly charged: readonly ChargedAmount[];
  readonly refused: readonly RefusedCases[];
  readonly channels: readonly ChannelCounts[];
  readonly openCases: number;
}

/** Cases or minutes a day. */
export interface Pace {
  readonly last30Days: number;
  readonly last90Days: number;
  readonly term: number;
}

/** How much of an entitlement was used by `at`, and the projection from it. Amounts are cases or minutes. */
export interface TermUsage extends Omit<LedgerCounts, 'usedInLast30Days' | 'usedInLast90Days' | 'channels'> {
  readonly unit: 'cases' | 'minutes';
  readonly used: number;
  /** All allotments so far and what was bought; null if unlimited. */
  readonly granted: number | null;
  /** `used` as a part of `granted`: 1 is all of it; null if nothing was granted. */
  readonly usedShare: number | null;
  /** The most that was used of one allotment, in total or by one channel. */
  readonly mostUsed: number;
  readonly cases: number;
  readonly channels: readonly ChannelUse[];
  readonly pace: Pace;
  /** The use of a whole term at the term's pace, rounded up. */
  readonly projectedUse: number;
  /** The same for one allotment: one period, or the whole term. */
  readonly projectedAllotmentUse: number;
  /**
   * What customers would ask of one allotment: its projected use plus the cases that were refused because nothing was
   * left.
   */
  readonly demand: Demand;
  /** The number of allotments in a whole term. */
  readonly allotmentsInTerm: number;
  readonly termDays: number;
  /** Days of the term that have passed. */
  readonly daysIntoTerm: number;
  /** Days of the term so far on which cases could attach. */
  readonly historyDays: number;
  /** Days still covered, today included. */
  readonly daysLeft: number;
}

/** The whole term evens out seasons. These two spans only show whether use is rising or falling. */
export const RECENT_DAYS = 30;
export const QUARTER_DAYS = 90;

const clamped = (value: number, most: number): number => Math.max(0, Math.min(value, most));
const earlier = (one: CivilDate, other: CivilDate): CivilDate => (one < other ? one : other);
const later = (one: CivilDate, other: CivilDate): CivilDate => (one > other ? one : other);

/** Derives use, pace and demand from a ledger. The pace counts from the first day on which cases could attach. */
export function termUsage(details: EntitlementDetails, counts: LedgerCounts): TermUsage {
  const { usedInLast30Days, usedInLast90Days, ...shown } = counts;
  const { startDate, endDate, timeZone } = details;
  const today = dateAt(counts.at, timeZone);
  const termDays = daysBetween(startDate, endDate) + 1;
  const daysIntoTerm = clamped(daysBetween(startDate, today), termDays);
  const opened =
    counts.firstActivatedAt === null ? startDate : later(startDate, dateAt(counts.firstActivatedAt, timeZone));
  const historyDays = clamped(daysBetween(opened, earlier(today, plusDays(endDate, 1))), termDays);
  const used = sumOf(counts.allotments.map((allotment) => allotment.used));
  const granted = details.totalTerm === null ? null : sumOf(counts.allotments.map((one) => one.granted ?? 0));
  const cases = sumOf(counts.channels.map((channel) => channel.cases));
  const unit = unitOf(details);
  const ofTerm = allotmentsOf(details);
  const projected = (amount: number, { count, days }: { count: number; days: number }) =>
    Math.ceil((Math.max(0, amount) * days) / (Math.max(1, historyDays) * count));
  const daily = (amount: number, days: number) => amount / Math.max(1, Math.min(days, historyDays));
  const perCase = takenByCase({ used, cases, unit });
  const demandOf = (asked: readonly Asked[]) => demandFor(asked, perCase, (amount) => projected(amount, ofTerm));
  const channels = counts.channels.map(({ allotments, ...channel }) => ({
    ...channel,
    mostUsed: Math.max(0, ...allotments.map((one) => one.used)),
    demand: demandOf(allotments),
  }));
  return {
    ...shown,
    unit,
    used,
    granted,
    usedShare: granted === null || granted === 0 ? null : used / granted,
    mostUsed: Math.max(0, ...counts.allotments.map((one) => one.used), ...channels.map((one) => one.mostUsed)),
    cases,
    channels,
    pace: {
      last30Days: daily(usedInLast30Days, RECENT_DAYS),
      last90Days: daily(usedInLast90Days, QUARTER_DAYS),
      term: daily(used, termDays),
    },
    projectedUse: projected(used, { count: 1, days: termDays }),
    projectedAllotmentUse: projected(used, ofTerm),
    demand: demandOf(counts.allotments),
    allotmentsInTerm: ofTerm.count,
    termDays,
    daysIntoTerm,
    historyDays,
    daysLeft: clamped(daysBetween(today, endDate) + 1, termDays),
  };
}

const sumOf = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);

/**
 * A yearly term that was renewed by its number of days can end a leap day or two after its year. The short period that
 * begins then does not count.
 */
const SLIVER_DAYS = 2;

/**
 * The allotments in a whole term, and how many days they last together. A last period that the end cuts short counts
 * in full.
 */
export function allotmentsOf(details: Pick<EntitlementDetails, 'period' | 'startDate' | 'endDate' | 'timeZone'>): {
  readonly count: number;
  readonly days: number;
} {
  const { startDate, endDate, timeZone } = details;
  const endsAt = startOfDay(plusDays(endDate, 1 - SLIVER_DAYS), timeZone);
  let period = periodFrom(details, startOfDay(startDate, timeZone));
  if (period === null || period.endsAt >= endsAt) return { count: 1, days: daysBetween(startDate, endDate) + 1 };
  let count = 1;
  while (period !== null && period.endsAt < endsAt) {
    period = periodFrom(details, period.endsAt);
    count++;
  }
  return { count, days: daysBetween(startDate, dateAt(period?.endsAt ?? endsAt, timeZone)) };
}

/** The number of cases that were refused with one of these codes. */
export const refusedAs = ({ refused }: Pick<TermUsage, 'refused'>, ...codes: readonly RefusalCode[]): number =>
  sumOf(refused.filter(({ code }) => codes.includes(code)).map(({ cases }) => cases));

/** The number of cases that were refused because nothing was left of the total or of their channel's row. */
export const refusedForLack = (usage: Pick<TermUsage, 'refused'>): number =>
  refusedAs(usage, 'exhausted', 'channel_exhausted');

/** What a case took on average in cases or minutes, rounded up, at least 1. A refused case counts as much. */
export const takenByCase = ({ used, cases, unit }: Pick<TermUsage, 'used' | 'cases' | 'unit'>): number =>
  unit === 'cases' || cases === 0 ? 1 : Math.max(1, Math.ceil(used / cases));

/** The demand at the pace of the whole term, or that of the fullest allotment that refused cases if it is higher. */
function demandFor(asked: readonly Asked[], perCase: number, paced: (amount: number) => number): Demand {
  const amountOf = ({ used, lacked }: Asked) => used + lacked * perCase;
  const all = { used: sumOf(asked.map(({ used }) => used)), lacked: sumOf(asked.map(({ lacked }) => lacked)) };
  const atPace: Demand = { ...all, amount: paced(amountOf(all)), basis: 'pace' };
  return asked
    .filter(({ lacked }) => lacked > 0)
    .map(
      ({ used, lacked }): Demand => ({ used, lacked, amount: amountOf({ used, lacked }), basis: 'fullest_allotment' }),
    )
    .reduce((most, one) => (one.amount > most.amount ? one : most), atPace);
}

/** What a channel's row must hold: the most that it used of one allotment, or its demand if that is higher. */
export function neededBy(usage: TermUsage, channel: string): number {
  const use = usage.channels.find((one) => one.channel === channel);
  return use === undefined ? 0 : Math.max(use.mostUsed, use.demand.amount);
}
