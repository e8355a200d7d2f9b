import { z } from 'zod';
import { agreeing, entitlementFields, idSchema, timeZone } from '../http/schemas.ts';

const { customerId: _c, contactIds: _p, startDate: _s, endDate: _e, timeZone: _z, ...terms } = entitlementFields;

const fields = z
  .strictObject(terms)
  .partial()
  .required({ name: true, allocationType: true })
  .extend({
    duration: z
      .strictObject({ unit: z.enum(['days', 'months', 'years']), count: z.int().min(1) })
      .meta({ description: 'The last day covered is the day before the same day so much later' }),
    timeZone: timeZone.nullish().meta({ description: "null: the customer's, then UTC" }),
  });

export const templateBody = fields
  .extend({
    id: idSchema.optional().meta({ description: "The caller's own id; default: one that is made", example: 'silver' }),
  })
  .superRefine(agreeing)
  .meta({ id: 'TemplateInput' });

export const templateReplacement = fields.superRefine(agreeing).meta({ id: 'TemplateReplacement' });
