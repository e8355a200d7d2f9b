import { findEntitlement } from '../../db/entitlements/entitlements.ts';
import { existenceOf } from '../../db/entitlements/existence.ts';
import type { OpportunityStatus } from '../../db/renewals/opportunities.ts';
import { findRenewal } from '../../db/renewals/renewals.ts';
import type { Entitlement } from '../../domain/entitlements/entitlement.ts';
import { alreadyDecided } from '../../domain/renewals/recorded-renewal.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { notFound, problem } from '../http/problem.ts';
import type { EntitlementChanges } from './opportunity-schemas.ts';
import { prepareAcceptance } from './prepare-acceptance.ts';
import type { RenewalServices } from './services.ts';

/** How the sales system closes the opportunity of a renewal: won accepts it, lost declines it. */
export interface RenewalClosing {
  readonly renewalId: string;
  readonly opportunityId: string;
  readonly status: OpportunityStatus;
  readonly customerId: string;
  /** Null: no template; the proposal counts. */
  readonly templateId: string | null;
  /** What the successor has instead of what is proposed; empty: as proposed. */
  readonly changes: EntitlementChanges;
}

/**
 * The same, once it is settled what the renewal is accepted with. Later changes of templates and proposals do not
 * count.
 */
export interface SettledClosing {
  readonly renewalId: string;
  readonly opportunityId: string;
  readonly status: OpportunityStatus;
  /** Changes of the successor's details; null: as proposed. */
  readonly changes: Partial<EntitlementDetails> | null;
  readonly by: string;
  readonly reason: string | null;
}

export interface DecidesRenewals {
  /**
   * The changes with which the renewal is accepted. Writes nothing. Refuses, as a Problem, `not_found` with the field,
   * `customer_mismatch`, `validation_failed`, and `wrong_state` for a renewal that is over, and for a start outside a
   * grace.
   */
  settle(closing: RenewalClosing): Promise<SettledClosing['changes']>;
  /**
   * Decides once by the opportunity's id. Returns the successor; null if the opportunity was lost. Refuses
   * `wrong_state`.
   */
  decide(closing: SettledClosing): Promise<Entitlement | null>;
}

const keyOf = ({ opportunityId }: { opportunityId: string }): string => `opportunity:${opportunityId}`;

/** Decides by the renewal's own workflow, which answers a decision once by its key. */
export const renewalDecider = ({ sql, renewals }: Pick<RenewalServices, 'sql' | 'renewals'>): DecidesRenewals => ({
  settle: async (closing) => {
    const { renewalId, status, customerId, templateId, changes } = closing;
    const renewal = await findRenewal(sql, renewalId);
    if (renewal === undefined) throw noSuchRenewal(renewalId);
    if (renewal.customerId !== customerId)
      throw problem('customer_mismatch', `The renewal belongs to the customer ${renewal.customerId}.`, 'customerId');
    if (renewal.isOver && renewal.decidedKey !== keyOf(closing)) throw alreadyDecided(renewal);
    if (status === 'closed_lost') return null;
    refuseZone(changes);
    const { startDate = null, ...others } = changes;
    return await prepareAcceptance(sql, renewal, {
      templateId,
      startDate,
      startField: 'entitlement.startDate',
      changes: Object.keys(others).length === 0 ? undefined : others,
      part: 'entitlement',
      outside: ['customerId'],
      renewalField: 'renewalId',
    });
  },
  decide: async ({ renewalId, opportunityId, status, changes, by, reason }) => {
    const renewal = await findRenewal(sql, renewalId);
    if (renewal === undefined) throw noSuchRenewal(renewalId);
    const message = { by, key: keyOf({ opportunityId }) };
    if (status === 'closed_lost') {
      await renewals.decline(renewal, { ...message, reason: reason ?? 'The opportunity was lost.' });
      return null;
    }
    const { successorId } = await renewals.accept(renewal, { ...message, reason, changes });
    const successor = successorId === null ? undefined : await findEntitlement(sql, successorId);
    if (successor !== undefined) return successor;
    if (successorId !== null && (await existenceOf(sql, successorId)) === 'deleted')
      throw problem('conflict', `The accepted successor ${successorId} was deleted.`, 'id');
    throw problem('unavailable', 'The successor is not ready yet. Ask again.');
  },
});

const noSuchRenewal = (id: string) => notFound('renewal', id, 'renewalId');

/** A successor has the time zone of the old entitlement, so an opportunity cannot name another one. */
function refuseZone({ timeZone }: EntitlementChanges): void {
  if (timeZone !== undefined)
    throw problem(
      'validation_failed',
      'A successor has the time zone of the entitlement that it follows: leave timeZone out.',
      'entitlement.timeZone',
    );
}
