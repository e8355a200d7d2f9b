import type { EpochMs } from '../../../domain/calendar.ts';
import type { AttachEvent, CaseEvent, UpdateEvent } from '../../../domain/cases/case-event.ts';
import { caseId, contactId, customerId, entitlementId, productId } from '../../../domain/ids.ts';
import type { Origin } from '../../../domain/ledger/ledger-row.ts';
import type { EntitlementDetails } from '../../../domain/terms/details.ts';

export const ID = entitlementId('ent-1');
export const ACME = customerId('acme');
export const ANN = contactId('ann');
export const BOB = contactId('bob');
export const PUMP = productId('pump');
export const VALVE = productId('valve');

/** An instant as people read it: `2026-06-01T12:00Z`. */
export const instant = (iso: string): EpochMs => Date.parse(iso);

/** The term of `detailsWith()`, and a moment in the middle of it. */
export const STARTS_AT = instant('2026-01-01T00:00Z');
export const DURING = instant('2026-06-01T12:00Z');
export const ENDS_AT = instant('2027-01-01T00:00Z');

/** Ten cases over 2026 in UTC, taken on creation, refused when exhausted, for everything the customer has. */
export const detailsWith = (changes: Partial<EntitlementDetails> = {}): EntitlementDetails => ({
  name: 'Silver 2026',
  description: null,
  owner: null,
  customerId: ACME,
  startDate: '2026-01-01',
  endDate: '2026-12-31',
  timeZone: 'UTC',
  allocationType: 'cases',
  totalTerm: 10,
  decreaseRemainingOn: 'creation',
  restrict: true,
  hold: false,
  channels: [],
  productIds: [],
  contactIds: [],
  slaId: null,
  period: null,
  rolloverCap: 0,
  overagePrice: null,
  tier: null,
  templateId: null,
  renewalPolicy: null,
  priority: 1,
  ...changes,
});

export const originAt = (at: EpochMs, key: string | null = null): Origin => ({
  at,
  by: 'tester',
  key,
  fingerprint: key === null ? null : 'mark',
  reason: null,
});

/** A case event without its key: tests of decisions do not repeat keys. */
export type Happening = CaseEvent extends infer Event ? (Event extends CaseEvent ? Omit<Event, 'key'> : never) : never;

export const attach = (id: string, changes: Partial<Omit<AttachEvent, 'kind' | 'key' | 'caseId'>> = {}) =>
  ({
    kind: 'attach',
    caseId: caseId(id),
    customerId: ACME,
    contactId: null,
    productId: null,
    channel: null,
    title: null,
    minutes: 0,
    decrements: true,
    overrides: false,
    pickedBy: 'named',
    why: null,
    movedFrom: null,
    ...changes,
  }) as const;

export const update = (id: string, changes: Omit<UpdateEvent, 'kind' | 'key' | 'caseId'>) =>
  ({ kind: 'update', caseId: caseId(id), ...changes }) as const;

export const resolve = (id: string, minutes?: number) =>
  ({ kind: 'resolve', caseId: caseId(id), ...(minutes === undefined ? {} : { minutes }) }) as const;

export const cancel = (id: string) => ({ kind: 'cancel', caseId: caseId(id) }) as const;
export const reactivate = (id: string) => ({ kind: 'reactivate', caseId: caseId(id) }) as const;
export const decrement = (id: string) => ({ kind: 'decrement', caseId: caseId(id) }) as const;
