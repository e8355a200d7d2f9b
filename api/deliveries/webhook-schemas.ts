import { z } from 'zod';
import { EVENT_TYPES, EVERY_TYPE } from '../../domain/deliveries/event-types.ts';
import { NAMES_NO_FIELD, namesAField, reason, text } from '../http/schemas.ts';

/** The bodies of the routes of webhooks. */

const MAX_URL = 2_000;

const url = text(MAX_URL).meta({
  description: 'An https URL with a public address; the address is checked when it is set and at each attempt',
  example: 'https://example.com/allot',
});
const types = z
  .array(z.enum([...EVENT_TYPES, EVERY_TYPE], { error: `must be ${EVERY_TYPE} or one of ${EVENT_TYPES.join(', ')}` }))
  .min(1)
  .max(EVENT_TYPES.length)
  .refine((list) => new Set(list).size === list.length, 'must not name a type twice')
  .refine(
    (list) => list.length === 1 || !list.includes(EVERY_TYPE),
    `must be ${EVERY_TYPE} alone, or name types without it`,
  )
  .meta({
    uniqueItems: true,
    description: `The types of events to send; ["${EVERY_TYPE}"] sends all of them, including types added later`,
  });
const description = text(500).nullable();

export const webhookBody = z
  .strictObject({ url, types, description: description.default(null), reason: reason.optional() })
  .meta({ id: 'WebhookInput' });

export const webhookChanges = z
  .strictObject({ url, types, description, enabled: z.boolean() })
  .partial()
  .refine(namesAField, NAMES_NO_FIELD)
  .extend({ reason: reason.optional() })
  .meta({ id: 'WebhookChanges' });
