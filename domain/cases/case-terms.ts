import type { MovedFrom, SupportCase } from '../ledger/support-case.ts';
import type { AllocationType } from '../terms/allocation.ts';

export const isSameMove = (one: MovedFrom | undefined, other: MovedFrom | null): boolean =>
  other === null ? one === undefined : one?.entitlementId === other.entitlementId && one.seq === other.seq;

/** The term that one case stands for: 1 case, or its minutes; nothing where the entitlement is unlimited. */
function termOf(unit: AllocationType, minutes: number): number {
  if (unit === 'unlimited') return 0;
  return unit === 'cases' ? 1 : minutes;
}

type Unsettled = Omit<SupportCase, 'taken' | 'held'>;

/** Whether a hold reserves for the case now: from its attach until it is settled or canceled. */
const holds = (supportCase: Unsettled): boolean =>
  supportCase.rule.hold && supportCase.status === 'active' && supportCase.decrements && !supportCase.counted;

/** Whether the case has a part of the term to itself, taken or reserved; also when that part is 0 minutes. */
export const takesOrHolds = (supportCase: Unsettled): boolean => supportCase.counted || holds(supportCase);

/**
 * Settles what a case takes and holds from whether it counts. Everything that a case does to the terms goes through
 * here, so nothing is taken twice and no more comes back than was taken: the change is always old minus new.
 */
export function withTermTaken(supportCase: SupportCase): SupportCase {
  const term = termOf(supportCase.rule.unit, supportCase.minutes - (supportCase.spill?.minutes ?? 0));
  return { ...supportCase, taken: supportCase.counted ? term : 0, held: holds(supportCase) ? term : 0 };
}

/** A case that attaches: on creation it counts at once. */
export function attached(
  supportCase: Omit<SupportCase, 'status' | 'counted' | 'taken' | 'held' | 'over'>,
): SupportCase {
  const counted = supportCase.decrements && supportCase.rule.decreaseOn === 'creation';
  return withTermTaken({ status: 'active', counted, taken: 0, held: 0, over: 0, ...supportCase });
}

/** A case that resolves: on resolution it counts now, on creation it counts as before. */
export function resolved(supportCase: SupportCase, minutes: number): SupportCase {
  const counts = supportCase.decrements && supportCase.rule.decreaseOn === 'resolution';
  return withTermTaken({ ...supportCase, status: 'resolved', minutes, counted: supportCase.counted || counts });
}

/** A case that is canceled: what was taken comes back. */
export function canceled(supportCase: SupportCase): SupportCase {
  return withTermTaken({ ...supportCase, status: 'canceled', counted: false });
}

/** A case that comes back: after a cancel on creation it takes anew, after a resolve on resolution it gives back. */
export function reactivated(supportCase: SupportCase): SupportCase {
  if (supportCase.rule.decreaseOn === 'resolution')
    return withTermTaken({ ...supportCase, status: 'active', counted: false });
  const counted = supportCase.status === 'canceled' ? supportCase.decrements : supportCase.counted;
  return withTermTaken({ ...supportCase, status: 'active', counted });
}

/** A case that is taken off the entitlement: what it took comes back, what it held is released. */
export function detached(supportCase: SupportCase): SupportCase {
  return { ...supportCase, counted: false, taken: 0, held: 0, detached: true };
}

/** Sets `decrementEntitlementTerm`: false gives back what was taken; true takes nothing by itself. */
export function withDecrements(supportCase: SupportCase, decrements: boolean): SupportCase {
  return withTermTaken({ ...supportCase, decrements, counted: decrements && supportCase.counted });
}

/** An explicit decrement: the case counts from now on. */
export function decremented(supportCase: SupportCase): SupportCase {
  return withTermTaken({ ...supportCase, counted: true });
}
