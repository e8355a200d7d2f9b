import type { Shapes } from '../data/api.ts';

type Reason = Shapes['Case']['entitlementReason'];

/** Why a case has no entitlement, in a few words; a reason that is not here is one for having one. */
export const NO_ENTITLEMENT_WORDS: Readonly<Partial<Record<Reason, string>>> = {
  picking_is_off: 'none was named',
  none_active: 'nothing is active',
  no_default: 'there is no default',
  none_covers: 'nothing covers it',
  all_exhausted: 'all are exhausted',
  taken_off: 'it was taken off',
};

/** How a case got its entitlement, when nothing more is on record. */
export const PICKED_WORDS: Readonly<Partial<Record<Reason, string>>> = {
  named: 'The case names it.',
  default: "It is the customer's default entitlement.",
  matching: 'It is the one that fits the case best.',
};

/** What a row of the ledger did, seen from its case. */
export const ROW_WORDS: Readonly<Partial<Record<Shapes['LedgerRow']['kind'], string>>> = {
  attached: 'Attached',
  repeated_attach: 'Attached again, which takes nothing',
  updated: 'Changed',
  resolved: 'Resolved',
  case_canceled: 'Canceled',
  reactivated: 'Reactivated',
  decremented: 'Counted on request',
  responded: 'Answered',
  held: 'Put on hold',
  released: 'A hold ended',
  detached: 'Left the entitlement',
  spilled: 'Shared with other entitlements',
  spill_taken: 'A share of the case',
  refused: 'Refused',
};
