import { z } from 'zod';
import { GRANTS } from '../../domain/terms/amendments.ts';
import { agreeing, contractPrice, entitlementFields } from '../entitlements/terms-schemas.ts';
import { civilDateSchema, idSchema, NAMES_NO_FIELD, namesAField, reason } from '../http/schemas.ts';

const { totalTerm, channels, endDate, slaId, tier, restrict, overage, overagePrice } = entitlementFields;
const { productIds, contactIds, priority, renewalPolicy } = entitlementFields;

export const amendmentChanges = z
  .strictObject({
    totalTerm,
    channels,
    endDate,
    slaId,
    tier,
    restrict,
    overage,
    overagePrice,
    productIds,
    contactIds,
    priority,
    renewalPolicy,
    price: contractPrice.nullable(),
    templateId: idSchema.meta({
      description: 'A template whose total, channels, SLA, tier, overage, products, priority and renewal policy count',
    }),
  })
  .partial()
  .refine(namesAField, NAMES_NO_FIELD)
  .superRefine(agreeing)
  .meta({ id: 'AmendmentChanges' });

export const amendmentBody = z
  .strictObject({
    effective: z.union([z.literal('now'), z.literal('next_period'), civilDateSchema]).meta({
      description: "now, next_period, or the day with whose beginning it counts, in the entitlement's time zone",
    }),
    changes: amendmentChanges,
    grant: z.enum(GRANTS).default('full').meta({
      description:
        'What a changed total grants of the present term or period. full: the whole difference; prorated: its part for the days left',
    }),
    reason,
    token: z
      .string()
      .regex(/^\d{1,10}\.\d{1,15}\.[0-9a-z]{1,20}$/, 'must be the token of a preview, unchanged')
      .optional()
      .meta({ description: 'The token of a preview: applies exactly its numbers, or refuses with conflict' }),
  })
  .meta({ id: 'AmendmentInput' });
