import type { EntitlementId } from '../ids.ts';
import type { AttachEvent, CaseEvent, SpillEvent, SpilledEvent } from './case-event.ts';
import type { Considered } from './considered.ts';

/** The events that callers ask for; entitlements alone send each other the rest. */
export type CallerEvent = Exclude<CaseEvent, SpillEvent | SpilledEvent>;

/** A case event as a caller asks for it: with what the caller says about the entitlement. */
export interface CaseRequest<Event extends CallerEvent = CallerEvent> {
  readonly event: Event;
  /** The entitlement that the case must go to; null: the one that it has, or for an attach one that is picked. */
  readonly named: EntitlementId | null;
  /** The attach is about a case on record: it moves the case, or gives it its first entitlement. */
  readonly isMove: boolean;
  /** What was considered when the entitlement was picked for a case that moves. It is kept with the attach. */
  readonly considered?: Considered;
}

export type AttachRequest = CaseRequest<AttachEvent>;

/** Whether an entitlement must be picked for the event. */
export const needsPick = (request: CaseRequest): request is AttachRequest =>
  request.event.kind === 'attach' && request.named === null;
