import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { findTemplate } from '../../db/entitlements/templates.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { OpportunityStatus } from '../../db/renewals/opportunities.ts';
import { findRenewal } from '../../db/renewals/renewals.ts';
import { existenceOf } from '../../db/renewals/successor-records.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { termsOf } from '../../domain/entitlements/template.ts';
import { alreadyDecided } from '../../domain/renewals/recorded-renewal.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { changesFrom, checkNamed } from '../entitlements/entitlement-input.ts';
import { problem, within } from '../http/problem.ts';
import type { EntitlementChanges } from './opportunity-schemas.ts';
import type { RenewalServices } from './services.ts';

/** How the sales system closes the opportunity of a renewal: won accepts it, lost declines it. */
export interface RenewalClosing {
  readonly renewalId: string;
  readonly opportunityId: string;
  readonly status: OpportunityStatus;
  readonly customerId: string;
  /** Null: of what is proposed. */
  readonly templateId: string | null;
  /** What is to be otherwise than proposed; empty: as proposed. */
  readonly changes: EntitlementChanges;
}

/** The same once it is settled what it asks for, whatever becomes of templates and proposals. */
export interface RenewalDecision {
  readonly renewalId: string;
  readonly opportunityId: string;
  readonly status: OpportunityStatus;
  /** Of the successor's details; null: as proposed. */
  readonly changes: Partial<EntitlementDetails> | null;
  readonly by: string;
  readonly reason: string | null;
}

export interface DecidesRenewals {
  /**
   * What the renewal is to be accepted with; changes nothing. Refuses, as a Problem, `not_found` with the field, `customer_mismatch`,
   * `validation_failed`, and `wrong_state` for a renewal that is over.
   */
  settle(closing: RenewalClosing): Promise<RenewalDecision['changes']>;
  /** Decides, once by the opportunity's id, and gives the entitlement that follows; null where it was lost. Refuses `wrong_state`. */
  decide(decision: RenewalDecision): Promise<Entitlement | null>;
}

const keyOf = ({ opportunityId }: { opportunityId: string }): string => `opportunity:${opportunityId}`;

/** By the renewal's own workflow, which answers a decision once by its key. */
export const renewalDecider = ({ sql, renewals }: Pick<RenewalServices, 'sql' | 'renewals'>): DecidesRenewals => ({
  settle: async (closing) => {
    const { renewalId, status, customerId, templateId, changes } = closing;
    const renewal = await findRenewal(sql, renewalId);
    if (renewal === undefined) throw problem('not_found', `There is no renewal ${renewalId}.`, 'renewalId');
    if (renewal.customerId !== customerId)
      throw problem('customer_mismatch', `The renewal is of customer ${renewal.customerId}.`, 'customerId');
    if (renewal.isOver && renewal.decidedKey !== keyOf(closing)) throw alreadyDecided(renewal);
    if (status === 'closed_lost') return null;
    const old = await findEntitlement(sql, renewal.entitlementId);
    if (old === undefined) throw problem('not_found', `There is no entitlement ${renewal.entitlementId}.`, 'renewalId');
    return await wantedOf(sql, { customerId, templateId, changes }, { ...old.details, ...renewal.proposal.changes });
  },
  decide: async ({ renewalId, opportunityId, status, changes, by, reason }) => {
    const renewal = await findRenewal(sql, renewalId);
    if (renewal === undefined) throw problem('not_found', `There is no renewal ${renewalId}.`, 'renewalId');
    const message = { by, key: keyOf({ opportunityId }) };
    if (status === 'closed_lost') {
      await renewals.decline(renewal, { ...message, reason: reason ?? 'The opportunity was lost.' });
      return null;
    }
    const { successorId } = await renewals.accept(renewal, { ...message, reason, changes });
    const successor = successorId === null ? undefined : await findEntitlement(sql, successorId);
    if (successor !== undefined) return successor;
    if (successorId !== null && (await existenceOf(sql, successorId)) === 'deleted')
      throw problem('conflict', `The successor that was accepted, ${successorId}, was deleted.`, 'id');
    throw problem('unavailable', 'The successor is on its way. Ask again.');
  },
});

type Wanted = Pick<RenewalClosing, 'customerId' | 'templateId' | 'changes'>;

async function wantedOf(sql: Sql, { customerId, templateId, changes }: Wanted, proposed: EntitlementDetails) {
  const given = (['startDate', 'timeZone'] as const).find((field) => changes[field] !== undefined);
  if (given !== undefined)
    throw problem(
      'validation_failed',
      'A successor begins where the old one ends, in its zone.',
      `entitlement.${given}`,
    );
  const ofTemplate = templateId === null ? {} : await termsOfTemplate(sql, templateId);
  const own = await within('entitlement', async () => {
    await checkNamed(sql, { ...changes, customerId });
    return Object.keys(changes).length === 0 ? {} : changesFrom(changes, { ...proposed, ...ofTemplate });
  }, ['customerId']);
  const wanted = { ...ofTemplate, ...own };
  return Object.keys(wanted).length === 0 ? null : wanted;
}

/** What a template says of the successor, instead of what was proposed. */
async function termsOfTemplate(sql: Sql, id: string): Promise<Partial<EntitlementDetails>> {
  const template = await findTemplate(sql, id);
  if (template === undefined) throw problem('not_found', `There is no template ${id}.`, 'templateId');
  const { totalTerm, channels, ...terms } = termsOf(template);
  const rows = channels.map((row) => ({ channel: row.channel, totalTerm: row.totalTerm ?? totalTerm }));
  return { ...terms, totalTerm, channels: rows, templateId: template.id };
}
