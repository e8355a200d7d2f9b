import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATUSES } from '../../db/deliveries/deliveries.ts';
import { EVENT_TYPES } from '../../domain/deliveries/event-types.ts';
import { count, id, instant, listOf, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import type { DeliveryView } from './view.ts';

const attempt = z
  .object({
    redelivery: count,
    number: count.meta({ description: 'The number of the attempt within its redelivery: 1, 2, 3 …' }),
    at: instant,
    durationMs: count.nullable().meta({ description: 'Duration in milliseconds' }),
    statusCode: count.nullable().meta({ description: 'The status of HTTP or SMTP; null: there was no answer' }),
    error: z.string().nullable(),
    response: z.string().nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });

const fields = {
  id,
  kind: z.enum(DELIVERY_KINDS),
  key: z
    .string()
    .meta({ description: 'The idempotency key of the event or e-mail; a receiver can skip a key that it has handled' }),
  type: z.enum(EVENT_TYPES).nullable().meta({ description: 'The type of the event; null for an e-mail' }),
  recordType: z.string().nullable(),
  recordId: id.nullable().meta({ description: 'The record that it is about' }),
  endpointId: id.nullable().meta({ description: 'The webhook; null for an e-mail' }),
  target: z.string().meta({ description: 'A URL or an e-mail address' }),
  subject: z.string().nullable().meta({ description: 'The subject of an e-mail' }),
  status: z.enum(DELIVERY_STATUSES),
  reason: z.string().nullable().meta({ description: 'Why the delivery failed' }),
  redelivery: count.meta({ description: 'How often it was sent again on request' }),
  nextAttemptAt: instant.nullable(),
  ...times,
  attempts: z.array(attempt),
};

export const deliveryAnswer = sentAs<DeliveryView>()(
  z.object(fields).meta({ id: 'Delivery', description: 'An event to a webhook, or an e-mail, without its content' }),
);
/** A single delivery is answered with its content too. */
export const deliveryWithContentAnswer = z
  .object({
    ...fields,
    content: z.union([
      z.object({
        id: id.meta({ description: 'The `webhook-id` header' }),
        key: z.string(),
        type: z.enum(EVENT_TYPES),
        timestamp: instant,
        data: z.record(z.string(), z.unknown()),
      }),
      z.object({ subject: z.string(), text: z.string(), html: z.string() }),
    ]),
  })
  .meta({
    id: 'DeliveryWithContent',
    description: 'A delivery with its content: the JSON of the event, or the e-mail',
  });

export const deliveriesAnswer = listOf('DeliveryList', deliveryAnswer);
