import type { EntitlementDetails } from '../terms/details.ts';
import type { Reason } from './proposal-reasons.ts';
import type { TermUsage } from './term-usage.ts';
import type { Ladder } from './tiers.ts';

export const PROPOSAL_KINDS = ['same_terms', 'tier_up', 'tier_down', 'larger', 'smaller'] as const;
export type ProposalKind = (typeof PROPOSAL_KINDS)[number];

/** What a renewal proposes. `changes` are what the successor's details have instead; none for the same terms. */
export interface Proposal {
  readonly kind: ProposalKind;
  readonly changes: Partial<EntitlementDetails>;
  /** At least one, in the order in which a person reads them. */
  readonly reasons: readonly Reason[];
  readonly usage: TermUsage;
}

/** A proposal, before the reasons from the use and the use itself are added. */
export type Suggestion = Omit<Proposal, 'usage'>;

/** What a suggestion is made from. */
export interface Situation {
  readonly details: EntitlementDetails;
  readonly usage: TermUsage;
  readonly ladder: Ladder;
}

/** The situation of an entitlement with a total: of cases or of minutes. */
export interface CountedSituation extends Situation {
  readonly total: number;
}

export const sameTerms = (...reasons: readonly Reason[]): Suggestion => ({ kind: 'same_terms', changes: {}, reasons });
