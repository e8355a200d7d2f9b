import { type CivilDate, dateAt, daysBetween, type EpochMs, plusDays, startOfDay } from '../calendar.ts';
import type { RefusalCode } from '../refusals.ts';
import { type EntitlementDetails, unitOf } from '../terms/details.ts';
import type { ChargedAmount } from '../terms/overage-charge.ts';
import { periodFrom } from '../terms/periods.ts';

/** Cases that were refused at their attach and never attached later. */
export interface RefusedCases {
  readonly code: RefusalCode;
  readonly channel: string | null;
  readonly cases: number;
}

/** What was asked for. */
export interface Asked {
  /** Cases or minutes that were taken, bought or not. */
  readonly used: number;
  /** Cases that were refused because nothing was left, of the total or of their channel's row. */
  readonly lacked: number;
}

/** What was granted and used of one allotment: of the whole term, or of one period. Cases or minutes. */
export interface AllotmentUse extends Asked {
  readonly startsAt: EpochMs;
  /** The total and what was bought within it; null where unlimited. */
  readonly granted: number | null;
  /** Left over from the period before, or bought in it, and still good. */
  readonly carriedIn: number;
}

/** What one allotment would be asked for, and what says so. */
export interface Demand extends Asked {
  /** Cases or minutes. */
  readonly amount: number;
  /** `pace`: all that was asked for so far goes on like that. `fullest_allotment`: one that refused cases was asked for more. */
  readonly basis: 'pace' | 'fullest_allotment';
}

/** What a ledger says of one channel. */
export interface ChannelCounts {
  readonly channel: string | null;
  /** Attached, whatever became of them, and not taken off again. */
  readonly cases: number;
  /** Those in which something was asked for, in order. */
  readonly allotments: readonly Asked[];
}

export interface ChannelUse extends Omit<ChannelCounts, 'allotments'> {
  /** The most in any one allotment: cases or minutes. */
  readonly mostUsed: number;
  /** What its row would be asked for in one allotment. */
  readonly demand: Demand;
}

/** What a ledger says up to an instant. Where nothing is counted, `used` is the number of cases. */
export interface LedgerCounts {
  readonly at: EpochMs;
  readonly firstActivatedAt: EpochMs | null;
  /** In order; at least the first. */
  readonly allotments: readonly AllotmentUse[];
  readonly toppedUp: number;
  readonly usedInLast30Days: number;
  readonly usedInLast90Days: number;
  /** Cases or minutes past the allotment. */
  readonly overage: number;
  /** What was charged less what was credited, currency by currency; none is 0. */
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

/** How much of an entitlement was used by `at`, and how much it would come to. Amounts are cases or minutes. */
export interface TermUsage extends Omit<LedgerCounts, 'usedInLast30Days' | 'usedInLast90Days' | 'channels'> {
  readonly unit: 'cases' | 'minutes';
  readonly used: number;
  /** All allotments so far and what was bought; null where unlimited. */
  readonly granted: number | null;
  /** `used` as a part of `granted`: 1 is all of it; null where nothing was granted. */
  readonly usedShare: number | null;
  /** Most that was used of one allotment, in all or by one channel. */
  readonly mostUsed: number;
  readonly cases: number;
  readonly channels: readonly ChannelUse[];
  readonly pace: Pace;
  /** What a whole term would use at the term's pace, rounded up. */
  readonly projectedUse: number;
  /** The same for one allotment: one period, or the whole term. */
  readonly projectedAllotmentUse: number;
  /** What one allotment would be asked for: the same with the cases counted in that were refused for lack of term. */
  readonly demand: Demand;
  /** Allotments that a whole term has. */
  readonly allotmentsInTerm: number;
  readonly termDays: number;
  /** Days of the term that have passed. */
  readonly daysIntoTerm: number;
  /** Those of them on which cases could attach. */
  readonly historyDays: number;
  /** Days still covered, today among them. */
  readonly daysLeft: number;
}

/** Seasons even out over the whole term; these two only show whether use is rising or falling. */
export const RECENT_DAYS = 30;
export const QUARTER_DAYS = 90;

const clamped = (value: number, most: number): number => Math.max(0, Math.min(value, most));
const earlier = (one: CivilDate, other: CivilDate): CivilDate => (one < other ? one : other);
const later = (one: CivilDate, other: CivilDate): CivilDate => (one > other ? one : other);

/** Derives what people ask from what the ledger says; the pace is counted from the first day on which cases could attach. */
export function termUsage(details: EntitlementDetails, counts: LedgerCounts): TermUsage {
  const { usedInLast30Days, usedInLast90Days, ...told } = counts;
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
    ...told,
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
 * A term of a year that is renewed by its days may end a leap day or two past its year: the period that begins then is one
 * that nobody plans with.
 */
const SLIVER_DAYS = 2;

/** Allotments in a whole term, and the days that they last together; a last period that the end cuts short counts whole. */
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

/** Cases that were refused with one of these codes. */
export const refusedAs = ({ refused }: Pick<TermUsage, 'refused'>, ...codes: readonly RefusalCode[]): number =>
  sumOf(refused.filter(({ code }) => codes.includes(code)).map(({ cases }) => cases));

/** Cases that were refused because nothing was left, of the total or of their channel's row. */
export const refusedForLack = (usage: Pick<TermUsage, 'refused'>): number =>
  refusedAs(usage, 'exhausted', 'channel_exhausted');

/** Cases or minutes that a case took on average, rounded up, at least 1: what a refused one would have taken. */
export const takenByCase = ({ used, cases, unit }: Pick<TermUsage, 'used' | 'cases' | 'unit'>): number =>
  unit === 'cases' || cases === 0 ? 1 : Math.max(1, Math.ceil(used / cases));

/** All of it at its pace; or what the fullest allotment that refused cases was asked for, where that is more. */
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

/** What a channel's row must hold: the most that it used of one allotment, and what it would be asked for. */
export function neededBy(usage: TermUsage, channel: string): number {
  const use = usage.channels.find((one) => one.channel === channel);
  return use === undefined ? 0 : Math.max(use.mostUsed, use.demand.amount);
}
