import { boughtOf, type Entitlement } from '../entitlements/entitlement.ts';
import type { CaseOnEntitlement } from './support-case.ts';

/** What a case took in one period, and how much of it lay past the grants. */
export interface Part {
  readonly taken: number;
  readonly over: number;
}

export const NO_PART: Part = { taken: 0, over: 0 };

/** What the case took in the current period, and what it took before. */
export interface Parts {
  readonly now: Part;
  readonly earlier: Part;
}

export function partsOf(kase: CaseOnEntitlement | undefined, turn: number): Parts {
  if (kase === undefined || kase.taken === 0) return { now: NO_PART, earlier: NO_PART };
  const { taken, over } = kase;
  if ((kase.turn ?? 0) !== turn) return { now: NO_PART, earlier: { taken, over } };
  const earlier = kase.earlier ?? NO_PART;
  return { now: { taken: taken - earlier.taken, over: over - earlier.over }, earlier };
}

export function withParts(kase: CaseOnEntitlement, { now, earlier }: Parts, turn: number): CaseOnEntitlement {
  const { turn: _turn, earlier: _earlier, chargedSeq, ...plain } = kase;
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
export function asTakenBy(kase: CaseOnEntitlement, known: CaseOnEntitlement): CaseOnEntitlement {
  const { turn: _turn, earlier: _earlier, ...plain } = kase;
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
export const takenEarlier = (entitlement: Entitlement, kase: CaseOnEntitlement): number =>
  partsOf(kase, boughtOf(entitlement).turn).earlier.taken;

/** A case that took past the allotment by the rules of an older version: it owes, and is charged by itself. */
export const tookBefore = (kase: CaseOnEntitlement | undefined): boolean =>
  kase?.rule.price !== undefined && kase.over > 0 && kase.turn === undefined;

/** What comes back was past the grants first. */
export const lowered = ({ taken, over }: Part, units: number): Part => ({
  taken: taken - units,
  over: Math.max(0, over - units),
});
