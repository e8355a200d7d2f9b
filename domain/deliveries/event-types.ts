/**
 * What others can be told of, and subscribe to. The type, the row in docs/events.md and what receivers read are the
 * same word.
 */
export const EVENT_TYPES = [
  'entitlement.activated',
  'entitlement.near_depletion',
  'entitlement.exhausted',
  'entitlement.expired',
  'entitlement.canceled',
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
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** A subscription to every type, those to come too. */
export const EVERY_TYPE = '*';
