import { z } from 'zod';
import { OPPORTUNITY_STATUSES } from '../../db/renewals/opportunities.ts';
import { entitlementAnswer } from '../entitlements/answers.ts';
import { id, instant, listOf } from '../http/answer-fields.ts';

export const opportunityAnswer = z
  .object({
    id: id.meta({ description: "The sales system's own" }),
    status: z.enum(OPPORTUNITY_STATUSES),
    customerId: id,
    entitlementId: id
      .nullable()
      .meta({ description: 'What was won, once it is active; null before that, and of what was lost' }),
    renewalId: id.nullable().meta({ description: 'The renewal that it decided' }),
    reason: z.string().nullable(),
    by: z.string(),
    closedAt: instant,
  })
  .meta({ id: 'Opportunity' });
export const opportunitiesAnswer = listOf('OpportunityList', opportunityAnswer);
export const closedAnswer = z.union([entitlementAnswer, opportunityAnswer]);
