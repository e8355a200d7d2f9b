import type { MovedFrom, SupportCase } from '../ledger/support-case.ts';
import type { AllocationType } from '../terms/allocation.ts';

/**
 * What a case takes and holds after each event, with decrease on creation and on resolution. What that means for the
 * entitlement's terms and for the money: see `settling.ts`.
 */

/** Whether both describe the same move: from the same entitlement, at the same row. */
export const isSameMove = (one: MovedFrom | undefined, other: MovedFrom | null): boolean =>
  other === null ? one === undefined : one?.entitlementId === other.entitlementId && one.seq === other.seq;

/** The term of one case: 1 where cases are counted, its minutes where hours are, 0 where the term is unlimited. */
function termOf(unit: AllocationType, minutes: number): number {
  if (unit === 'unlimited') return 0;
  return unit === 'cases' ? 1 : minutes;
}

/** A case before it is known what it takes and holds. */
type Unsettled = Omit<SupportCase, 'taken' | 'held'>;

/** Whether a hold reserves term for the case: from its attach until it counts or is canceled. */
const holds = (supportCase: Unsettled): boolean =>
  supportCase.rule.hold && supportCase.status === 'active' && supportCase.decrements && !supportCase.counted;

/** Whether the case has some of the term to itself, taken or held, even if that is 0 minutes. */
export const takesOrHolds = (supportCase: Unsettled): boolean => supportCase.counted || holds(supportCase);

/**
 * The case with what it takes and holds, which follows from whether it counts. As every case goes through here, and the
 * ledger gets the difference between old and new, nothing is taken twice and no more comes back than was taken.
 */
export function withTermTaken(supportCase: SupportCase): SupportCase {
  const term = termOf(supportCase.rule.unit, supportCase.minutes - (supportCase.spill?.minutes ?? 0));
  return { ...supportCase, taken: supportCase.counted ? term : 0, held: holds(supportCase) ? term : 0 };
}

/** A case that attaches: with decrease on creation it counts at once. */
export function attached(
  supportCase: Omit<SupportCase, 'status' | 'counted' | 'taken' | 'held' | 'over'>,
): SupportCase {
  const counted = supportCase.decrements && supportCase.rule.decreaseOn === 'creation';
  return withTermTaken({ status: 'active', counted, taken: 0, held: 0, over: 0, ...supportCase });
}

/** A case that resolves: with decrease on resolution it counts now, with decrease on creation it counts as before. */
export function resolved(supportCase: SupportCase, minutes: number): SupportCase {
  const counts = supportCase.decrements && supportCase.rule.decreaseOn === 'resolution';
  return withTermTaken({ ...supportCase, status: 'resolved', minutes, counted: supportCase.counted || counts });
}

/** A case that is canceled: it gives back what it took and what it held. */
export function canceled(supportCase: SupportCase): SupportCase {
  return withTermTaken({ ...supportCase, status: 'canceled', counted: false });
}

/**
 * A case that is reactivated: with decrease on resolution it gives back, with decrease on creation it takes what a
 * cancel gave back.
 */
export function reactivated(supportCase: SupportCase): SupportCase {
  if (supportCase.rule.decreaseOn === 'resolution')
    return withTermTaken({ ...supportCase, status: 'active', counted: false });
  const counted = supportCase.status === 'canceled' ? supportCase.decrements : supportCase.counted;
  return withTermTaken({ ...supportCase, status: 'active', counted });
}

/** A case that is taken off the entitlement: it gives back what it took and what it held. */
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
