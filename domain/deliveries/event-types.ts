/** The events that webhooks can subscribe to. docs/events.md and the receivers use the same words. */
export const EVENT_TYPES = [
  'entitlement.activated',
  'entitlement.near_depletion',
  'entitlement.exhausted',
  'entitlement.expired',
  'entitlement.canceled',
  'entitlement.paused',
  'entitlement.resumed',
  'entitlement.amended',
  'entitlement.amendment_scheduled',
  'entitlement.amendment_voided',
  'case.attached',
  'case.refused',
  'renewal.opened',
  'renewal.reminded',
  'renewal.escalated',
  'renewal.revised',
  'renewal.snoozed',
  'renewal.accepted',
  'renewal.declined',
  'renewal.lapsed',
  'renewal.withdrawn',
  'renewal.closed',
  'opportunity.opened',
  'sla.nearing',
  'sla.breached',
  'sla.met',
  'sla.paused',
  'sla.resumed',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A subscription to every type, including types that later versions add. */
export const EVERY_TYPE = '*';
