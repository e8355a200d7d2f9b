import { z } from 'zod';
import { DELIVERY_KINDS, DELIVERY_STATUSES } from '../../db/deliveries/deliveries.ts';
import { EVENT_TYPES } from '../../domain/deliveries/event-types.ts';
import { count, id, instant, listOf, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';
import type { DeliveryView } from './routes.ts';

const attempt = z
  .object({
    redelivery: count,
    number: count.meta({ description: '1, 2, 3 … of each redelivery' }),
    at: instant,
    durationMs: count.nullable().meta({ description: 'Milliseconds' }),
    statusCode: count.nullable().meta({ description: 'Of HTTP or SMTP; null: no answer came' }),
    error: z.string().nullable(),
    response: z.string().nullable(),
  })
  .meta({ id: 'DeliveryAttempt' });

const fields = {
  id,
  kind: z.enum(DELIVERY_KINDS),
  key: z.string().meta({ description: 'The same for what is delivered once only' }),
  type: z.enum(EVENT_TYPES).nullable().meta({ description: 'Of the event; null of an e-mail' }),
  recordType: z.string().nullable(),
  recordId: id.nullable().meta({ description: 'What it is about' }),
  endpointId: id.nullable().meta({ description: 'The webhook; null of an e-mail' }),
  target: z.string().meta({ description: 'A URL or an address' }),
  subject: z.string().nullable().meta({ description: 'Of an e-mail' }),
  status: z.enum(DELIVERY_STATUSES),
  reason: z.string().nullable().meta({ description: 'Why it was not delivered' }),
  redelivery: count.meta({ description: 'How often it was asked for anew' }),
  nextAttemptAt: instant.nullable(),
  ...times,
  attempts: z.array(attempt),
};

export const deliveryAnswer = sentAs<DeliveryView>()(
  z.object(fields).meta({ id: 'Delivery', description: 'An event to a webhook, or an e-mail, without what it says' }),
);
/** One by itself says what goes out, too. */
export const deliveryWithContentAnswer = z
  .object({
    ...fields,
    content: z.union([
      z.object({
        id: id.meta({ description: 'The `webhook-id`' }),
        key: z.string(),
        type: z.enum(EVENT_TYPES),
        timestamp: instant,
        data: z.record(z.string(), z.unknown()),
      }),
      z.object({ subject: z.string(), text: z.string(), html: z.string() }),
    ]),
  })
  .meta({ id: 'DeliveryWithContent', description: 'A delivery with the JSON, or the e-mail, that it delivers' });

export const deliveriesAnswer = listOf('DeliveryList', deliveryAnswer);
