import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATUSES } from '../../db/deliveries/deliveries.ts';
import { EVENT_TYPES, EVERY_TYPE } from '../../domain/deliveries/event-types.ts';
import { idSchema, pageQuery, text } from '../http/schemas.ts';

/** What the routes of webhooks and deliveries take. */

const MAX_URL = 2_000;

const url = text(MAX_URL).meta({
  description: 'https, and of the public internet: it is looked at when it is set and at each attempt',
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
    description: `Of the events that are sent there; ["${EVERY_TYPE}"]: all, those to come too`,
  });
const description = text(500).nullable();
const reason = text(500).optional();

export const webhookBody = z
  .strictObject({ url, types, description: description.default(null), reason })
  .meta({ id: 'WebhookInput' });

export const webhookChanges = z
  .strictObject({ url, types, description, enabled: z.boolean() })
  .partial()
  .refine((body) => Object.keys(body).length > 0, 'must name at least one field to change')
  .extend({ reason })
  .meta({ id: 'WebhookChanges' });

export const deliveryQuery = pageQuery.extend({
  kind: z.enum(DELIVERY_KINDS).optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
  endpointId: idSchema.optional(),
  type: z.enum(EVENT_TYPES).optional().meta({ description: 'Of the event' }),
  recordId: idSchema.optional().meta({ description: 'What the event is about: an entitlement, a case' }),
});
