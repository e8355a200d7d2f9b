import type { CaseStatus } from '../ledger/support-case.ts';

/** A case as its record has it, whichever entitlement it is on. */
export interface RecordedCase {
  readonly customerId: string;
  readonly contactId: string | null;
  readonly productId: string | null;
  readonly channel: string | null;
  readonly title: string | null;
  readonly status: CaseStatus;
  readonly minutes: number;
  readonly decrements: boolean;
  readonly entitlementId: string | null;
  /** The newest row about it in its entitlement's ledger; null without an entitlement. */
  readonly entitlementSeq: number | null;
  /** Counts its changes while it has no entitlement. */
  readonly version: number;
  /** Marks of the reasons that hold it; see `SupportCase.heldFor`. Absent or null: none, or they were not read. */
  readonly heldFor?: readonly string[] | null;
  /** In one word, how it came to its entitlement, or why it has none. */
  readonly reason: string;
}
