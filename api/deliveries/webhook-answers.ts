import { z } from 'zod';
import type { WebhookEndpoint } from '../../db/deliveries/webhook-endpoints.ts';
import { EVENT_TYPES, EVERY_TYPE } from '../../domain/deliveries/event-types.ts';
import { id, instant, listOf, replacedWorksUntil, times } from '../http/answer-fields.ts';
import { sentAs } from '../http/sent.ts';

const webhook = z
  .object({
    id,
    url: z.string(),
    types: z
      .array(z.enum([...EVENT_TYPES, EVERY_TYPE]))
      .meta({ description: `The types of events that are sent; ["${EVERY_TYPE}"] means all` }),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabledReason: z.string().nullable().meta({ description: 'Why Allot disabled the webhook' }),
    pausedAt: instant
      .nullable()
      .meta({ description: 'Since when deliveries wait because the receiver keeps failing; null: not paused' }),
    nextProbeAt: instant.nullable().meta({ description: 'When a paused webhook is tried again' }),
    rotatedAt: instant.nullable(),
    replacedWorksUntil,
    ...times,
  })
  .meta({ id: 'Webhook', description: 'A webhook without its secret' });

export const webhookAnswer = sentAs<WebhookEndpoint>()(webhook);
export const webhooksAnswer = listOf('WebhookList', webhookAnswer);
export const webhookToldAnswer = webhook
  .extend({ secret: z.string().meta({ description: 'The secret that signs deliveries; shown only in this answer' }) })
  .meta({ id: 'WebhookWithSecret' });
