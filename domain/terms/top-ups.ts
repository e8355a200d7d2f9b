import { type CivilDate, type EpochMs, endOfDay } from '../calendar.ts';
import { movedDay } from './pauses.ts';

/**
 * Term that was sold beside the allotment. It is used after the allotment, the top-up that expires first before the
 * others.
 */
export interface TopUp {
  /** Cases or minutes. */
  readonly amount: number;
  /** The last day on which it counts, in the entitlement's zone; null: as long as the entitlement. */
  readonly expiresOn: CivilDate | null;
  /** The first instant after that day. */
  readonly expiresAt: EpochMs | null;
}

/** A top-up that starts later; until then it adds nothing. */
export interface TopUpAhead extends TopUp {
  /** The first day on which it counts, in the entitlement's zone, and the instant at which that day starts. */
  readonly startsOn: CivilDate;
  readonly startsAt: EpochMs;
}

/**
 * The most top-ups that an entitlement may have at a time, including those that start later: keeps a workflow's state
 * small.
 */
export const MAX_TOP_UPS = 100;

export const topUpTotal = (topUps: readonly TopUp[]): number => topUps.reduce((sum, { amount }) => sum + amount, 0);

const byExpiry = (one: TopUp, other: TopUp): number =>
  (one.expiresAt ?? Number.POSITIVE_INFINITY) - (other.expiresAt ?? Number.POSITIVE_INFINITY) || 0;

/** The top-ups with a new one. Top-ups that expire at the same instant are merged. */
export function withTopUp(topUps: readonly TopUp[], added: TopUp): readonly TopUp[] {
  const same = topUps.find(({ expiresAt }) => expiresAt === added.expiresAt);
  const others = topUps.filter((topUp) => topUp !== same);
  return [...others, { ...added, amount: added.amount + (same?.amount ?? 0) }].sort(byExpiry);
}

/**
 * How much of each top-up is left if the entitlement has `remaining` left: the allotment is used first, then the
 * top-ups in order of expiry. Top-ups that are used up are left out.
 */
export function topUpsLeft(topUps: readonly TopUp[], remaining: number): readonly TopUp[] {
  let used = topUpTotal(topUps) - Math.max(0, Math.min(remaining, topUpTotal(topUps)));
  const left: TopUp[] = [];
  for (const topUp of topUps) {
    const ofThis = Math.min(used, topUp.amount);
    used -= ofThis;
    if (ofThis < topUp.amount) left.push({ ...topUp, amount: topUp.amount - ofThis });
  }
  return left;
}

/** What remains, and the top-ups, once those have lapsed that `isOver` names; unchanged where there are none. */
export function withoutLapsed<Some extends { readonly remaining: number; readonly topUps: readonly TopUp[] }>(
  side: Some,
  isOver: (topUp: TopUp) => boolean,
): Some {
  if (!side.topUps.some(isOver)) return side;
  const left = topUpsLeft(side.topUps, side.remaining);
  return {
    ...side,
    remaining: side.remaining - topUpTotal(left.filter(isOver)),
    topUps: left.filter((topUp) => !isOver(topUp)),
  };
}

/** Whether two lists have the same amounts until the same instants. */
export const sameTopUps = (some: readonly TopUp[], others: readonly TopUp[]): boolean =>
  some.length === others.length &&
  some.every(({ amount, expiresAt }, n) => others[n]?.amount === amount && others[n].expiresAt === expiresAt);

/** A top-up whose last day comes so many days later, in the zone. */
export function movedTopUp<Some extends TopUp>(topUp: Some, days: number, timeZone: string): Some {
  if (topUp.expiresOn === null) return topUp;
  const expiresOn = movedDay(topUp.expiresOn, days);
  return { ...topUp, expiresOn, expiresAt: endOfDay(expiresOn, timeZone) };
}

/** When the first of them expires; null if none does. */
export const nextTopUpExpiry = (topUps: readonly TopUp[]): EpochMs | null => topUps[0]?.expiresAt ?? null;

/** The top-ups that start later, with a new one, in order of start. */
export const withTopUpAhead = (ahead: readonly TopUpAhead[], added: TopUpAhead): readonly TopUpAhead[] =>
  [...ahead, added].sort((one, other) => one.startsAt - other.startsAt);

/** When the next of them starts; null if there is none. */
export const nextTopUpStart = (ahead: readonly TopUpAhead[] | undefined): EpochMs | null =>
  ahead?.[0]?.startsAt ?? null;
