import type { Delivery } from '../../db/deliveries/deliveries.ts';
import type { ToldEndpoint } from '../../db/deliveries/webhook-endpoints.ts';
import { EVERY_TYPE } from '../../domain/deliveries/event-types.ts';
import { ask } from './api-client.ts';

export type EndpointView = ToldEndpoint['endpoint'] & { readonly secret: string };
export type DeliveryView = Omit<Delivery, 'number' | 'nextAttemptAt'> & { readonly nextAttemptAt: string | null };

/** Other tests attach cases by the ten thousand: their deliveries would come first, for minutes. */
const FLOODED_TYPES: readonly string[] = ['case.attached', EVERY_TYPE];

/**
 * A webhook of its own for one test, on the system that all tests share. A webhook that wants attached cases needs a
 * system of its own (own-stack.ts).
 */
export async function aWebhook(url: string, types: readonly string[]): Promise<EndpointView> {
  if (types.some((type) => FLOODED_TYPES.includes(type)))
    throw new Error('A webhook for attached cases would get those of all tests: give it a system of its own.');
  const { status, body } = await ask<EndpointView>('POST', '/v1/webhooks', { url, types });
  if (status !== 201) throw new Error(`the webhook was not made: ${status} ${JSON.stringify(body)}`);
  return body;
}

export const noWebhook = async (id: string): Promise<void> => {
  await ask('DELETE', `/v1/webhooks/${id}`);
};

export async function deliveriesOf(endpointId: string): Promise<DeliveryView[]> {
  const { body } = await ask<{ items: DeliveryView[] }>('GET', `/v1/deliveries?endpointId=${endpointId}&limit=200`);
  return body.items;
}
