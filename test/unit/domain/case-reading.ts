import type { DecreaseOn } from '../../../domain/terms/allocation.ts';

/** What can happen to one case after it attached. `true` and `false` set `decrementEntitlementTerm`. */
export const STEPS = ['true', 'false', 'decrement', 'resolve', 'cancel', 'reactivate'] as const;
export type Step = (typeof STEPS)[number];
/** The accepted steps of one case, oldest first; it begins with how it attached. */
export type History = readonly ['attached' | 'attached, not decrementing', ...Step[]];

/**
 * Whether a case counts now, read from the history's end. It keeps no state, so that it shares
 * nothing with how the domain does it.
 */
export function counts(history: History, decreaseOn: DecreaseOn): boolean {
  for (let at = history.length - 1; at > 0; at--) {
    const step = history[at];
    if (step === 'decrement') return true;
    if (step === 'cancel' || step === 'false') return false;
    if (decreaseOn === 'resolution' && step === 'reactivate') return false;
    if (decreaseOn === 'resolution' && step === 'resolve') return mayDecrement(history, at);
    if (step === 'reactivate' && statusOf(history, at - 1) === 'canceled') return mayDecrement(history, at);
  }
  return decreaseOn === 'creation' && history[0] === 'attached';
}

/** Whether the step would be taken. */
export function isPossible(history: History, step: Step, decreaseOn: DecreaseOn): boolean {
  const status = statusOf(history, history.length - 1);
  if (step === 'resolve') return status === 'active';
  if (step === 'cancel') return status !== 'canceled';
  if (step === 'reactivate') return status !== 'active';
  if (step !== 'decrement') return true;
  const counted = decreaseOn === 'creation' ? status !== 'canceled' : status === 'resolved';
  return counted && mayDecrement(history, history.length - 1);
}

function statusOf(history: History, at: number): 'active' | 'resolved' | 'canceled' {
  for (; at > 0; at--) {
    if (history[at] === 'resolve') return 'resolved';
    if (history[at] === 'cancel') return 'canceled';
    if (history[at] === 'reactivate') return 'active';
  }
  return 'active';
}

function mayDecrement(history: History, at: number): boolean {
  for (; at > 0; at--) if (history[at] === 'true' || history[at] === 'false') return history[at] === 'true';
  return history[0] === 'attached';
}
