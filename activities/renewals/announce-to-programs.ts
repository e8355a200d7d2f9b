import { recordEvents } from '../../db/deliveries/events.ts';
import type { Sql } from '../../db/postgres/sql.ts';
import type { RenewalRecord } from '../../db/renewals/renewals.ts';
import { proposalView } from '../../domain/renewals/proposal-view.ts';
import type { RenewalStepTaken } from '../../workflows/renewals/renewal-messages.ts';

/** The once-only key of a step's events and mails. */
export const keyOf = ({ seq, step }: RenewalStepTaken, { id }: RenewalRecord): string => `${id}:${seq}:${step}`;

/** Records the event of a step. The notice also opens the opportunity. */
export async function announceToPrograms(tx: Sql, taken: RenewalStepTaken, record: RenewalRecord): Promise<void> {
  const { renewal, details, step, at } = taken;
  const key = keyOf(taken, record);
  const about = { customerId: details.customerId, at };
  const data = {
    renewalId: record.id,
    entitlementId: renewal.entitlementId,
    opportunityId: record.opportunityId,
    customerId: details.customerId,
    entitlementName: details.name,
    stage: renewal.stage,
    step,
    by: renewal.by ?? 'allot',
    reason: renewal.reason,
    accountManager: record.accountManager,
    endDate: renewal.endDate,
    timeZone: details.timeZone,
    snoozedUntil: record.snoozedUntil,
    successorId: record.successorId,
    proposal: proposalView(record.proposal),
  };
  const ofRenewal = { key, type: EVENT_OF[step], ...about, recordType: 'renewal', recordId: record.id, data };
  const ofOpportunity = {
    key: `${key}:opportunity`,
    type: 'opportunity.opened' as const,
    ...about,
    recordType: 'opportunity',
    recordId: record.opportunityId,
    data,
  };
  await recordEvents(tx, step === 'notice' ? [ofRenewal, ofOpportunity] : [ofRenewal]);
}

const EVENT_OF = {
  notice: 'renewal.opened',
  reminder: 'renewal.reminded',
  escalation: 'renewal.escalated',
  lapsed: 'renewal.lapsed',
  snoozed: 'renewal.snoozed',
  accepted: 'renewal.accepted',
  declined: 'renewal.declined',
  withdrawn: 'renewal.withdrawn',
  closed: 'renewal.closed',
  revised: 'renewal.revised',
} as const;
