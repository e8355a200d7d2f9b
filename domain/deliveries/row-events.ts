import type { LifeKind, RowKind, Status } from '../ledger/ledger-row.ts';
import type { Threshold } from '../terms/thresholds.ts';
import type { EventType } from './event-types.ts';

/**
 * Which events a new row of an entitlement's ledger makes. `db/ledger/ledger-events.ts` makes them from these tables, in
 * the statement that writes the row. A renewal makes its own events.
 */

/** The event of each kind of row; a kind that is missing here makes none. */
export const EVENT_OF_KIND: Readonly<Partial<Record<Exclude<RowKind, typeof ACTIVATION>, EventType>>> = {
  attached: 'case.attached',
  refused: 'case.refused',
  started: 'entitlement.activated',
  expired: 'entitlement.expired',
  canceled: 'entitlement.canceled',
  paused: 'entitlement.paused',
  resumed: 'entitlement.resumed',
  amended: 'entitlement.amended',
  amendment_scheduled: 'entitlement.amendment_scheduled',
  amendment_voided: 'entitlement.amendment_voided',
  amendment_taken_back: 'entitlement.amendment_voided',
  amendment_dropped: 'entitlement.amendment_voided',
};

/** An activation makes an event by the status to which it leads. Before the start date it makes none: `started` will. */
export const ACTIVATION = 'activated' satisfies LifeKind;
export const EVENT_OF_ACTIVATION: Readonly<Partial<Record<Status, EventType>>> = {
  active: 'entitlement.activated',
  expired: 'entitlement.expired',
};

/** The event of a row with which the use reaches any threshold of depletion. */
export const EVENT_OF_ANY_THRESHOLD: EventType = 'entitlement.near_depletion';

/** A second event of such a row, for single thresholds. */
export const EVENT_OF_THRESHOLD: Readonly<Partial<Record<Threshold, EventType>>> = { 100: 'entitlement.exhausted' };
