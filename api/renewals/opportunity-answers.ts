import { z } from 'zod';
import { OPPORTUNITY_STATUSES, type OpportunityRecord } from '../../db/renewals/opportunities.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { id, instant, listOf } from '../http/answer-fields.ts';

export const opportunityAnswer = z
  .object({
    id: id.meta({ description: "The sales system's own id" }),
    status: z.enum(OPPORTUNITY_STATUSES),
    customerId: id,
    entitlementId: id.nullable().meta({
      description: 'The entitlement that was won, once it is active; null before that, and for a lost opportunity',
    }),
    renewalId: id.nullable().meta({ description: 'The renewal that it decided' }),
    reason: z.string().nullable(),
    by: z.string(),
    closedAt: instant,
  })
  .meta({ id: 'Opportunity' });
export const opportunitiesAnswer = listOf('OpportunityList', opportunityAnswer);
export const closedAnswer = z.union([entitlementAnswer, opportunityAnswer]);

/** `entitlementId` is null until the entitlement is active. */
export const opportunityView = ({
  id,
  status,
  customerId,
  entitlementId,
  renewalId,
  reason,
  by,
  at,
  finished,
}: OpportunityRecord): z.infer<typeof opportunityAnswer> => ({
  id,
  status,
  customerId,
  entitlementId: finished ? entitlementId : null,
  renewalId,
  reason,
  by,
  closedAt: at.toISOString(),
});
