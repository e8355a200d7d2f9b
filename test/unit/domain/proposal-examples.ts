import { expect } from 'vitest';
import { slaId, templateId } from '../../../domain/ids.ts';
import type { ProposalKind } from '../../../domain/renewals/proposal.ts';
import type { ReasonCode } from '../../../domain/renewals/proposal-reasons.ts';
import { type EntitlementDetails, problemWithDetails } from '../../../domain/terms/details.ts';
import { proposed, type Use } from './renewal-cases.ts';

export const HOURS = { allocationType: 'hours', totalTerm: 6_000, tier: null, templateId: null } as const;
export const MONTHLY = { period: 'month', totalTerm: 10, channels: [], tier: null, templateId: null } as const;
/** Takes cases past the allotment. */
export const UNRESTRICTED = { restrict: false } as const;
/** A renewal policy that proposes the same terms whatever was used. */
export const SAME_TERMS_POLICY = {
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  accountManager: null,
  escalateTo: null,
  propose: 'same_terms',
} as const;
/** The rows of channels, each with its total. */
export const rows = (channels: Readonly<Record<string, number>>) => ({
  channels: Object.entries(channels).map(([channel, totalTerm]) => ({ channel, totalTerm })),
});

export type Example = [
  what: string,
  details: EntitlementDetails,
  use: Use,
  kind: ProposalKind,
  changes: Partial<EntitlementDetails>,
  because: ReasonCode,
];

export const TO_SILVER = {
  tier: 'Silver',
  templateId: templateId('silver'),
  slaId: slaId('silver-4h'),
  name: 'Silver',
};
export const TO_GOLD = {
  tier: 'Gold',
  templateId: templateId('gold'),
  slaId: slaId('gold-1h'),
  allocationType: 'unlimited',
  totalTerm: null,
} as const;
export const TO_BRONZE = { tier: 'Bronze', templateId: templateId('bronze'), slaId: null, totalTerm: 30 };

/** Checks an example. 325 of 365 days are over, unless it says otherwise: 100 used cases come to 113 in a year. */
export function expectProposal(...[_what, details, use, kind, changes, because]: Example): void {
  const proposal = proposed(details, use);
  const codes = proposal.reasons.map(({ code }) => code);
  expect([proposal.kind, codes]).toEqual([kind, expect.arrayContaining(['use', because])]);
  expect(proposal.changes).toMatchObject(changes);
  if (kind === 'same_terms') expect(proposal.changes).toEqual({});
  expect(problemWithDetails({ ...details, ...proposal.changes })).toBeUndefined();
}
