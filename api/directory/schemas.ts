import { z } from 'zod';
import { RECORD_SORTS } from '../../db/directory/record-lists.ts';
import { exportFields } from '../http/exported-list.ts';
import { pageFields } from '../http/list-page.ts';
import { emailSchema, idSchema, name, personSchema, search, text, timeZone } from '../http/schemas.ts';

/** The bodies and queries of the routes of customers, contacts and products. */

export const customerBody = z
  .strictObject({
    type: z.enum(['account', 'contact']),
    name,
    timeZone: timeZone.nullish().meta({ description: "The default time zone of the customer's entitlements" }),
    accountManager: personSchema.nullish(),
    tier: text(40).nullish(),
  })
  .meta({ id: 'CustomerInput' });

export const contactBody = z
  .strictObject({ customerId: idSchema, name, email: emailSchema.nullish() })
  .meta({ id: 'ContactInput' });

export const productBody = z.strictObject({ name, family: text(200).nullish() }).meta({ id: 'ProductInput' });

export const customerQuery = z.strictObject({
  tier: text(40).optional(),
  accountManagerEmail: text(320).optional(),
  q: search.optional(),
  ...exportFields(RECORD_SORTS),
});

export const contactQuery = z.strictObject({
  customerId: idSchema.optional(),
  q: search.optional(),
  ...pageFields(RECORD_SORTS),
});

export const productQuery = z.strictObject({
  family: text(200).optional(),
  q: search.optional(),
  ...pageFields(RECORD_SORTS),
});
