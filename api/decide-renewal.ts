import type { ChangeOrigin } from '../db/audit.ts';
import type { Sql } from '../db/connect.ts';
import { findEntitlement } from '../db/entitlements.ts';
import type { OpportunityStatus } from '../db/opportunities.ts';
import { findRenewal } from '../db/renewals.ts';
import { findTemplate } from '../db/templates.ts';
import type { EntitlementDetails } from '../domain/details.ts';
import type { Entitlement } from '../domain/entitlement.ts';
import { termsOf } from '../domain/template.ts';
import { problem } from '../gateway/problem.ts';
import type { Parts } from './endpoint.ts';
import { changesFrom, checkNamed } from './entitlement-input.ts';
import type { EntitlementChanges } from './opportunity-schemas.ts';

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

/** By the renewal's own workflow, which answers a decision once by its key. */
export const renewalDecider =
  ({ sql, renewals }: Pick<Parts, 'sql' | 'renewals'>): DecideRenewal =>
  async ({ renewalId, opportunityId, status, customerId, templateId, changes, origin }) => {
    const renewal = await findRenewal(sql, renewalId);
    if (renewal === undefined) throw problem('not_found', `There is no renewal ${renewalId}.`, 'renewalId');
    if (renewal.customerId !== customerId)
      throw problem('customer_mismatch', `The renewal is of customer ${renewal.customerId}.`, 'customerId');
    const message = { by: origin.by, key: `opportunity:${opportunityId}` };
    if (status === 'closed_lost') {
      await renewals.decline(renewal, { ...message, reason: origin.reason ?? 'The opportunity was lost.' });
      return null;
    }
    const old = await findEntitlement(sql, renewal.entitlementId);
    if (old === undefined) throw problem('not_found', `There is no entitlement ${renewal.entitlementId}.`, 'renewalId');
    const given = (['startDate', 'timeZone'] as const).find((field) => changes[field] !== undefined);
    if (given !== undefined)
      throw problem(
        'validation_failed',
        'A successor begins where the old one ends, in its zone.',
        `entitlement.${given}`,
      );
    await checkNamed(sql, { ...changes, customerId });
    const ofTemplate = templateId === null ? {} : await termsOfTemplate(sql, templateId);
    const proposed = { ...old.details, ...renewal.proposal.changes, ...ofTemplate };
    const wanted = { ...ofTemplate, ...(Object.keys(changes).length === 0 ? {} : changesFrom(changes, proposed)) };
    const accepted = await renewals.accept(renewal, {
      ...message,
      reason: origin.reason,
      changes: Object.keys(wanted).length === 0 ? null : wanted,
    });
    const successor = accepted.successorId === null ? undefined : await findEntitlement(sql, accepted.successorId);
    if (successor === undefined) throw problem('unavailable', 'The successor is on its way. Ask again.');
    return successor;
  };

/** What a template says of the successor, instead of what was proposed. */
async function termsOfTemplate(sql: Sql, id: string): Promise<Partial<EntitlementDetails>> {
  const template = await findTemplate(sql, id);
  if (template === undefined) throw problem('not_found', `There is no template ${id}.`, 'templateId');
  const { totalTerm, channels, ...terms } = termsOf(template);
  const rows = channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm }));
  return { ...terms, totalTerm, channels: rows, templateId: template.id };
}
