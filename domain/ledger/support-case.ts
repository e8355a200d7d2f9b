import type { CaseId, ContactId, CustomerId, EntitlementId, ProductId } from '../ids.ts';
import type { AllocationType, DecreaseOn } from '../terms/allocation.ts';
import type { OveragePrice } from '../terms/overage-charge.ts';

export const CASE_STATUSES = ['active', 'resolved', 'canceled'] as const;
export type CaseStatus = (typeof CASE_STATUSES)[number];

/** How a case came to its entitlement: its caller named it, it is the customer's default, or the most specific. */
export const PICKED_BY = ['named', 'default', 'matching'] as const;
export type PickedBy = (typeof PICKED_BY)[number];

/**
 * What a case had before, as its record said when the move was asked for: the entitlement and the row of its ledger
 * that the case was known by; without an entitlement the version of the record.
 */
export interface MovedFrom {
  readonly entitlementId: EntitlementId | null;
  readonly seq: number;
}

/** What a case's own entitlement knows of the minutes that other entitlements take. */
export interface Spill {
  /** The row of its ledger that decided it. A later row replaces it. */
  readonly seq: number;
  /** Minutes that others take, or are to take; 0 while all that they took is to come back. */
  readonly minutes: number;
  /** Whom to ask, in order. */
  readonly to: readonly EntitlementId[];
  /** Those that may have a part of an earlier spill: each is told, even when nothing is left for it to take. */
  readonly holders: readonly EntitlementId[];
  /** What each took; absent until all have answered. */
  readonly parts?: readonly SpillShare[];
}

export interface SpillShare {
  readonly entitlementId: EntitlementId;
  readonly minutes: number;
}

/** Where an entitlement takes a part of a case of another: that entitlement, and its row that asked for the part. */
export interface ShareOf {
  readonly of: EntitlementId;
  readonly seq: number;
}

/** A case as one entitlement knows it. */
export interface SupportCase {
  readonly caseId: CaseId;
  readonly customerId: CustomerId;
  readonly contactId: ContactId | null;
  readonly productId: ProductId | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: CaseStatus;
  /** Minutes spent, as last told. */
  readonly minutes: number;
  /** `decrementEntitlementTerm`: false means that the case takes nothing. */
  readonly decrements: boolean;
  /** Whether its term is taken now. Apart from `taken`, as a case of 0 minutes counts and takes nothing. */
  readonly counted: boolean;
  /** Cases or minutes taken now: what comes back at most. */
  readonly taken: number;
  /** Cases or minutes reserved now. */
  readonly held: number;
  /** Of what is taken, so much lay past what was granted when it was taken: it was bought, or is owed. */
  readonly over: number;
  /** The period in which it took last (`Bought.turn`); absent: the first. */
  readonly turn?: number;
  /** Of `taken` and `over`, the part of the periods before that one. */
  readonly earlier?: { readonly taken: number; readonly over: number };
  /** The ledger row that charged it last. */
  readonly chargedSeq?: number;
  readonly pickedBy: PickedBy;
  /** The ledger row that attached it: a case that left and came back has a newer one. */
  readonly attachedSeq: number;
  /** Set where it came from another entitlement, which gives back what it took. */
  readonly movedFrom?: MovedFrom;
  /** It was taken off this entitlement: here it counts as never attached. */
  readonly detached?: true;
  /** Set where other entitlements take a part of its minutes. */
  readonly spill?: Spill;
  /** Set where this is only a part of a case of another entitlement. */
  readonly part?: ShareOf;
  /** The entitlement's rule when the case attached: a later edit does not change what an open case does. */
  readonly rule: TermRule;
}

export interface TermRule {
  readonly unit: AllocationType;
  readonly decreaseOn: DecreaseOn;
  readonly hold: boolean;
  /** Set where what goes past the allotment is charged. */
  readonly price?: OveragePrice;
}
