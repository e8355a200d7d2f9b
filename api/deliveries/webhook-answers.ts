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
      .meta({ description: `Of the events that are sent there; ["${EVERY_TYPE}"]: all` }),
    description: z.string().nullable(),
    enabled: z.boolean(),
    disabledReason: z.string().nullable().meta({ description: 'Why Allot stopped sending there' }),
    pausedAt: instant
      .nullable()
      .meta({ description: 'Since when what goes there waits, as its receiver keeps failing; null: it is not paused' }),
    nextProbeAt: instant.nullable().meta({ description: 'When the next delivery tries a paused one' }),
    rotatedAt: instant.nullable(),
    replacedWorksUntil,
    ...times,
  })
  .meta({ id: 'Webhook', description: 'A webhook without its secret' });

export const webhookAnswer = sentAs<WebhookEndpoint>()(webhook);
export const webhooksAnswer = listOf('WebhookList', webhookAnswer);
export const webhookToldAnswer = webhook
  .extend({ secret: z.string().meta({ description: 'It signs what is sent; told this once' }) })
  .meta({ id: 'WebhookWithSecret' });
