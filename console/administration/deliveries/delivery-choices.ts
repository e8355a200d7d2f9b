import type { Shapes } from '../../data/api.ts';

type Delivery = Shapes['Delivery'];

export const DELIVERY_KINDS = ['webhook', 'email'] as const satisfies readonly Delivery['kind'][];

export const DELIVERY_STATUSES = [
  'pending',
  'delivered',
  'failed',
  'disabled',
  'overtaken',
] as const satisfies readonly Delivery['status'][];

/** The events, in the order in which they happen. */
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
] as const satisfies readonly NonNullable<Delivery['type']>[];

/** What each status means for the receiver. */
export const STATUS_WORDS: Readonly<Record<Delivery['status'], string>> = {
  pending: 'It waits for its next attempt.',
  delivered: 'The receiver took it.',
  failed: 'All attempts failed. It can be sent again.',
  disabled: 'The webhook was disabled or deleted before it arrived.',
  overtaken: 'A later step of the renewal made it obsolete, so it was not sent.',
};
