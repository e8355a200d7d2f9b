import type { CaseId, ContactId, CustomerId, EntitlementId, ProductId } from '../ids.ts';
import type { AllocationType, DecreaseOn } from '../terms/allocation.ts';
import type { OveragePrice } from '../terms/overage-charge.ts';

export const CASE_STATUSES = ['active', 'resolved', 'canceled'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/**
 * How a case got its entitlement: its caller named it, it is the customer's default, or it is the most specific match.
 */
export const PICKED_BY = ['named', 'default', 'matching'] as const;
export type PickedBy = (typeof PICKED_BY)[number];

/**
 * Where a case came from when it moved. `seq` is the row of the old entitlement's ledger by which the case was known
 * when the move was asked for; for a case without an entitlement it is the version of the case's record.
 */
export interface MovedFrom {
  readonly entitlementId: EntitlementId | null;
  readonly seq: number;
}

/** What a case's own entitlement knows about the minutes that other entitlements take. */
export interface Spill {
  /** The row of its ledger that decided this. A later row replaces it. */
  readonly seq: number;
  /** Minutes that the others take or are asked to take; 0 while they are asked to give all of it back. */
  readonly minutes: number;
  /** The entitlements to ask, in order. */
  readonly to: readonly EntitlementId[];
  /** Those that may have a share of an earlier spill: each is told, even if nothing is left for it to take. */
  readonly holders: readonly EntitlementId[];
  /** What each took; absent until all have answered. */
  readonly parts?: readonly SpillShare[];
}

/** What another entitlement takes of a spilled case. */
export interface SpillShare {
  readonly entitlementId: EntitlementId;
  readonly minutes: number;
}

/** Marks a share of a case of the entitlement `of`: `seq` is the row of its ledger that asked for the share. */
export interface ShareOf {
  readonly of: EntitlementId;
  readonly seq: number;
}

/** A case as one entitlement knows it. Amounts are cases, or minutes where the entitlement counts hours. */
export interface SupportCase {
  readonly caseId: CaseId;
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: CaseStatus;
  /** Minutes spent, as last reported. */
  readonly minutes: number;
  /** `decrementEntitlementTerm`: false means that the case takes nothing. */
  readonly decrements: boolean;
  /** Whether it counts now. A case of 0 minutes can count and take nothing. */
  readonly counted: boolean;
  /** What it takes now, and can give back at most. */
  readonly taken: number;
  /** What is held for it now. */
  readonly held: number;
  /** The part of `taken` that lay past the grants when it was taken: it was bought, or is owed. */
  readonly over: number;
  /** The period in which it took last, as in `Bought.turn`; absent: the first. */
  readonly turn?: number;
  /** The part of `taken` and `over` that belongs to the periods before that one. */
  readonly earlier?: { readonly taken: number; readonly over: number };
  /** The ledger row that charged it last. */
  readonly chargedSeq?: number;
  readonly pickedBy: PickedBy;
  /** The ledger row that attached it: a case that left and came back has a newer one. */
  readonly attachedSeq: number;
  /** It attached in the grace of its entitlement, after the end. */
  readonly inGrace?: true;
  /** Set if it came from another entitlement, which gives back what the case took there. */
  readonly movedFrom?: MovedFrom;
  /** Marks of the reasons that hold it; see `case-holds.ts`. Absent: none is known, as in rows of before they were counted. */
  readonly heldFor?: readonly string[];
  /** It was taken off this entitlement: it counts as never attached here. */
  readonly detached?: true;
  /** Set if other entitlements take a share of its minutes. */
  readonly spill?: Spill;
  /** Set if this is only a share of a case of another entitlement. */
  readonly part?: ShareOf;
  /** The entitlement's rule when the case attached: a later edit does not change what an open case does. */
  readonly rule: TermRule;
}

/** How a case takes from its entitlement. */
export interface TermRule {
  readonly unit: AllocationType;
  readonly decreaseOn: DecreaseOn;
  readonly hold: boolean;
  /** Set if what goes past the allotment is charged. */
  readonly price?: OveragePrice;
}
