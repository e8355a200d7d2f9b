import { boughtOf } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';

/** What a case took in one period, and how much of it lay past the grants. */
export interface TakenInPeriod {
  readonly taken: number;
  readonly over: number;
}

export const NOTHING_TAKEN: TakenInPeriod = { taken: 0, over: 0 };

/** What the case took in the current period, and what it took before. */
export interface TakenByPeriod {
  readonly now: TakenInPeriod;
  readonly earlier: TakenInPeriod;
}

export function takenByPeriod(supportCase: SupportCase | undefined, turn: number): TakenByPeriod {
  if (supportCase === undefined || supportCase.taken === 0) return { now: NOTHING_TAKEN, earlier: NOTHING_TAKEN };
  const { taken, over } = supportCase;
  if ((supportCase.turn ?? 0) !== turn) return { now: NOTHING_TAKEN, earlier: { taken, over } };
  const earlier = supportCase.earlier ?? NOTHING_TAKEN;
  return { now: { taken: taken - earlier.taken, over: over - earlier.over }, earlier };
}

export function withTakenByPeriod(
  supportCase: SupportCase,
  { now, earlier }: TakenByPeriod,
  turn: number,
): SupportCase {
  const { turn: _turn, earlier: _earlier, chargedSeq, ...plain } = supportCase;
  const taken = now.taken + earlier.taken;
  const over = now.over + earlier.over;
  return {
    ...plain,
    taken,
    over,
    ...(taken > 0 && (over > 0 || turn > 0) ? { turn } : {}),
    ...(earlier.taken > 0 ? { earlier } : {}),
    ...(over > 0 && chargedSeq !== undefined ? { chargedSeq } : {}),
  };
}

/** The case with what `known` says about the periods in which it took. */
export function withPeriodsOf(supportCase: SupportCase, known: SupportCase): SupportCase {
  const { turn: _turn, earlier: _earlier, ...plain } = supportCase;
  return {
    ...plain,
    over: known.over,
    ...(known.turn === undefined ? {} : { turn: known.turn }),
    ...(known.earlier === undefined ? {} : { earlier: known.earlier }),
  };
}

/**
 * The part of what the case takes now that it took in earlier periods: a change of its channel leaves it where it is.
 */
export const takenEarlier = (entitlement: Entitlement, supportCase: SupportCase): number =>
  takenByPeriod(supportCase, boughtOf(entitlement).turn).earlier.taken;

/** A case that took past the allotment by the rules of an older version: it owes, and is charged by itself. */
export const tookByVersion1 = (supportCase: SupportCase | undefined): boolean =>
  supportCase?.rule.price !== undefined && supportCase.over > 0 && supportCase.turn === undefined;

/** What comes back was past the grants first. */
export const lowered = ({ taken, over }: TakenInPeriod, units: number): TakenInPeriod => ({
  taken: taken - units,
  over: Math.max(0, over - units),
});
