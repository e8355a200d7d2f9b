import type { CaseStatus } from '../ledger/support-case.ts';
import { type Decided, refuse } from '../refusals.ts';
import type { CaseEvent } from './case-event.ts';
import { holdMarks, holdRefusal } from './case-holds.ts';

/** What can change in a case that has no entitlement. */
export interface UnattachedCase {
  readonly caseId: string;
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly status: CaseStatus;
  readonly minutes: number;
  readonly decrements: boolean;
}

/**
 * The statuses from which each event leads on, and the status to which it leads. An answer, a hold and a release are kept
 * for the entitlement that the case may get later.
 */
const FROM: Readonly<Record<StatusEvent, readonly CaseStatus[]>> = {
  respond: ['active'],
  hold: ['active'],
  release: ['active'],
  resolve: ['active'],
  cancel: ['active', 'resolved'],
  reactivate: ['resolved', 'canceled'],
};
const TO: Readonly<Record<StatusEvent, CaseStatus>> = {
  respond: 'active',
  hold: 'active',
  release: 'active',
  resolve: 'resolved',
  cancel: 'canceled',
  reactivate: 'active',
};
type StatusEvent = 'respond' | 'hold' | 'release' | 'resolve' | 'cancel' | 'reactivate';

/**
 * What an event does to a case without an entitlement: its status and facts change, and no term is taken. Refuses
 * `conflict` for an attach, `wrong_state` for a status that does not allow the event and for events that need an
 * entitlement, and `too_many_holds` for a hold past the most that a case can have: `holds` are the reasons that hold it.
 */
export function decideUnattached(
  supportCase: UnattachedCase,
  event: CaseEvent,
  holds: readonly string[],
): Decided<UnattachedCase> {
  switch (event.kind) {
    case 'attach':
      return refuse('conflict', `The case ${supportCase.caseId} exists already.`);
    case 'decrement':
    case 'detach':
    case 'spill':
    case 'spilled':
      return refuse('wrong_state', `The case ${supportCase.caseId} has no entitlement: ${event.kind} is not possible.`);
    case 'update': {
      const {
        contactId = supportCase.contactId,
        productId = supportCase.productId,
        channel = supportCase.channel,
      } = event;
      const {
        minutes = supportCase.minutes,
        decrements = supportCase.decrements,
        customerId = supportCase.customerId,
      } = event;
      return { ...supportCase, customerId, contactId, productId, channel, minutes, decrements };
    }
    default: {
      if (!FROM[event.kind].includes(supportCase.status))
        return refuse(
          'wrong_state',
          `The case ${supportCase.caseId} is ${supportCase.status}: ${event.kind} is not possible.`,
        );
      const refused =
        event.kind === 'hold' ? holdRefusal(supportCase.caseId, holdMarks(holds), event.reason) : undefined;
      if (refused !== undefined) return { refused };
      const minutes = event.kind === 'resolve' ? (event.minutes ?? supportCase.minutes) : supportCase.minutes;
      return { ...supportCase, status: TO[event.kind], minutes };
    }
  }
}
