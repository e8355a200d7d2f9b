import { boughtOf } from '../entitlements/balance.ts';
import type { Entitlement } from '../entitlements/entitlement.ts';
import type { SupportCase } from '../ledger/support-case.ts';

/** Cases or minutes that a case took in one period, and how many of them lay past the grants. */
export interface TakenInPeriod {
  readonly taken: number;
  readonly over: number;
}

export const NOTHING_TAKEN: TakenInPeriod = { taken: 0, over: 0 };

/** What a case took in the current period, and what it took in earlier ones. */
export interface TakenByPeriod {
  readonly now: TakenInPeriod;
  readonly earlier: TakenInPeriod;
}

/** What a case takes now, by the period in which it took it. `turn` is the entitlement's `Bought.turn`. */
export function takenByPeriod(supportCase: SupportCase | undefined, turn: number): TakenByPeriod {
  if (supportCase === undefined || supportCase.taken === 0) return { now: NOTHING_TAKEN, earlier: NOTHING_TAKEN };
  const { taken, over } = supportCase;
  if ((supportCase.turn ?? 0) !== turn) return { now: NOTHING_TAKEN, earlier: { taken, over } };
  const earlier = supportCase.earlier ?? NOTHING_TAKEN;
  return { now: { taken: taken - earlier.taken, over: over - earlier.over }, earlier };
}

/** The case once it takes this; the reverse of `takenByPeriod`. */
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

/** The case with the overage and the periods of `known`. */
export function withPeriodsOf(supportCase: SupportCase, known: SupportCase): SupportCase {
  const { turn: _turn, earlier: _earlier, ...plain } = supportCase;
  return {
    ...plain,
    over: known.over,
    ...(known.turn === undefined ? {} : { turn: known.turn }),
    ...(known.earlier === undefined ? {} : { earlier: known.earlier }),
  };
}

/** Cases or minutes that the case takes now and took in earlier periods. */
export const takenEarlier = (entitlement: Entitlement, supportCase: SupportCase): number =>
  takenByPeriod(supportCase, boughtOf(entitlement).turn).earlier.taken;

/** Whether the case went past its allotment under version 1: then its own overage alone is charged and credited. */
export const tookByVersion1 = (supportCase: SupportCase | undefined): boolean =>
  supportCase?.rule.price !== undefined && supportCase.over > 0 && supportCase.turn === undefined;

/** With `units` given back: what lay past the grants comes back first. */
export const lowered = ({ taken, over }: TakenInPeriod, units: number): TakenInPeriod => ({
  taken: taken - units,
  over: Math.max(0, over - units),
});
