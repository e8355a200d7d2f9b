import type { CivilDate, EpochMs } from '../calendar.ts';

/**
 * Term that was bought beside the allotment. It is used after the allotment, the one that expires first before others.
 */
export interface TopUp {
  /** Cases or minutes. */
  readonly amount: number;
  /** The last day on which it counts, in the entitlement's zone; null: as long as the entitlement. */
  readonly expiresOn: CivilDate | null;
  /** The first instant past that day. */
  readonly expiresAt: EpochMs | null;
}

/** A top-up that begins later: until then it adds nothing. */
export interface TopUpAhead extends TopUp {
  /** The first day on which it counts, in the entitlement's zone, and the instant at which that day starts. */
  readonly startsOn: CivilDate;
  readonly startsAt: EpochMs;
}

/** Top-ups that one entitlement may have at a time, those ahead included; keeps a workflow's state small. */
export const MAX_TOP_UPS = 100;

export const topUpTotal = (topUps: readonly TopUp[]): number => topUps.reduce((sum, { amount }) => sum + amount, 0);

const byExpiry = (one: TopUp, other: TopUp): number =>
  (one.expiresAt ?? Number.POSITIVE_INFINITY) - (other.expiresAt ?? Number.POSITIVE_INFINITY) || 0;

/** With one more. Those that expire at the same time are one. */
export function withTopUp(topUps: readonly TopUp[], added: TopUp): readonly TopUp[] {
  const same = topUps.find(({ expiresAt }) => expiresAt === added.expiresAt);
  const others = topUps.filter((topUp) => topUp !== same);
  return [...others, { ...added, amount: added.amount + (same?.amount ?? 0) }].sort(byExpiry);
}

/**
 * What is left of each when so much remains in all: what is missing of their sum was used, of the first to expire
 * first. What is used up is left out.
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

/** When the first of them expires; null when none does. */
export const nextTopUpExpiry = (topUps: readonly TopUp[]): EpochMs | null => topUps[0]?.expiresAt ?? null;

/** With one more that begins later; those that begin first come first. */
export const withTopUpAhead = (ahead: readonly TopUpAhead[], added: TopUpAhead): readonly TopUpAhead[] =>
  [...ahead, added].sort((one, other) => one.startsAt - other.startsAt);

/** When the next of them begins; null when none does. */
export const nextTopUpStart = (ahead: readonly TopUpAhead[] | undefined): EpochMs | null =>
  ahead?.[0]?.startsAt ?? null;
