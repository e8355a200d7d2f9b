import { z } from 'zod';
import { idSchema, timeZone } from '../http/schemas.ts';
import { agreeing, contractPrice, entitlementFields } from './terms-schemas.ts';

/** The bodies of the routes of templates. */

const { customerId: _c, contactIds: _p, startDate: _s, endDate: _e, timeZone: _z, ...terms } = entitlementFields;

const fields = z
  .strictObject(terms)
  .partial()
  .required({ name: true, allocationType: true })
  .extend({
    duration: z.strictObject({ unit: z.enum(['days', 'months', 'years']), count: z.int().min(1) }).meta({
      description:
        'How long entitlements from this template cover: one of 1 month that starts on 15 March ends on 14 April',
    }),
    price: contractPrice.nullish(),
    timeZone: timeZone.nullish().meta({ description: "null: the customer's time zone, then UTC" }),
  });

export const templateBody = fields
  .extend({
    id: idSchema.optional().meta({ description: "The caller's own id; default: the API makes one", example: 'silver' }),
  })
  .superRefine(agreeing)
  .meta({ id: 'TemplateInput' });

export const templateReplacement = fields.superRefine(agreeing).meta({ id: 'TemplateReplacement' });
