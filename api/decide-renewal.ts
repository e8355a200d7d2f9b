import type { ChangeOrigin } from '../db/audit.ts';
import type { OpportunityStatus } from '../db/opportunities.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import type { EntitlementChanges } from './opportunity-schemas.ts';
import { problem } from './problem.ts';

/** How the sales system decides a renewal: won accepts it, lost declines it. */
export interface RenewalDecision {
  readonly renewalId: string;
  /** The decision's once-only key: the same again, whenever, changes nothing and gets the first answer. */
  readonly opportunityId: string;
  readonly status: OpportunityStatus;
  readonly customerId: string;
  /** Null: of what is proposed. */
  readonly templateId: string | null;
  /** What is to be otherwise than proposed; empty: as proposed. */
  readonly changes: EntitlementChanges;
  readonly origin: ChangeOrigin;
}

/**
 * Decides a renewal and gives the entitlement that follows; null where it was lost. Refuses, as a Problem, `not_found` with the
 * field `renewalId`, `customer_mismatch`, and `wrong_state` for one that is decided or over.
 */
export type DecideRenewal = (decision: RenewalDecision) => Promise<Entitlement | null>;

/** Where there are no renewals. */
export const noRenewals: DecideRenewal = async ({ renewalId }) => {
  throw problem('not_found', `There is no renewal ${renewalId}.`, 'renewalId');
};
