import { z } from 'zod';
import { OPPORTUNITY_STATUSES } from '../../db/renewals/opportunities.ts';
import { renewalOfOpportunityId } from '../../db/renewals/renewals.ts';
import { KEY_PATTERN, KEY_RULE, MAX_REASON_CHARS } from '../../domain/input-limits.ts';
import { agreeing, entitlementFields } from '../entitlements/terms-schemas.ts';
import { idSchema, pageQuery, text } from '../http/schemas.ts';

const { customerId: _customer, ...fields } = entitlementFields;

const entitlementChanges = z
  .strictObject(fields)
  .partial()
  .superRefine(agreeing)
  .meta({ description: 'What differs from the template; without a template, the whole entitlement' });

/** What the sales system wants instead of what the template or the renewal's proposal says. */
export type EntitlementChanges = z.infer<typeof entitlementChanges>;

/** The fields that an entitlement without a template must have. */
const NEEDED = ['name', 'startDate', 'endDate', 'allocationType'] as const;

export const opportunityBody = z
  .strictObject({
    id: idSchema.meta({ description: "The sales system's own id; each is closed once", example: 'opp-4711' }),
    status: z.enum(OPPORTUNITY_STATUSES),
    customerId: idSchema,
    templateId: idSchema
      .optional()
      .meta({ description: 'The template of every field that `entitlement` does not give', example: 'silver' }),
    entitlement: entitlementChanges.optional(),
    renewalId: z.string().regex(KEY_PATTERN, KEY_RULE).optional().meta({
      description:
        'The renewal that it decides. Absent: a new sale, unless `id` is the `opportunityId` of the event `opportunity.opened`',
    }),
    reason: text(MAX_REASON_CHARS).optional(),
  })
  .superRefine(({ id, status, templateId, entitlement, ...body }, context) => {
    const renewalId = body.renewalId ?? renewalOfOpportunityId(id);
    const wrong = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', path, message });
    if (status === 'closed_lost') {
      if (templateId !== undefined)
        wrong('is allowed only with closed_won: a lost opportunity makes no entitlement', 'templateId');
      if (entitlement !== undefined)
        wrong('is allowed only with closed_won: a lost opportunity makes no entitlement', 'entitlement');
    } else if (renewalId === undefined && templateId === undefined) {
      if (entitlement === undefined)
        wrong('is missing; without it, `entitlement` must hold the whole entitlement', 'templateId');
      else for (const field of NEEDED) if (entitlement[field] === undefined) wrong('is missing', 'entitlement', field);
    }
  })
  .meta({ id: 'OpportunityInput' });

export const opportunityQuery = pageQuery.extend({ customerId: idSchema.optional() });
