import { afterEach, beforeEach } from 'vitest';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { HttpReceiver, type Received } from '../../support/http-receiver.ts';
import { soon } from '../../support/waiting.ts';
import {
  aWebhook,
  type DeliveryView,
  deliveriesOf,
  type EndpointView,
  noWebhook,
} from '../../support/webhook-client.ts';

interface Hook {
  /** The receiver of the running test. */
  readonly receiver: HttpReceiver;
  /** A webhook for these types that leads to the receiver, until the test ends. */
  subscribed(...types: readonly string[]): Promise<EndpointView>;
  /** What the receiver got about a record. */
  about(id: string): readonly Received[];
}

/** Gives each test of the file a receiver of its own, and removes its webhooks after it. */
export function withReceiver(): Hook {
  let current: HttpReceiver | undefined;
  const made: string[] = [];
  const receiver = (): HttpReceiver => {
    if (current === undefined) throw new Error('There is a receiver only while a test runs.');
    return current;
  };
  beforeEach(async () => {
    current = await HttpReceiver.start();
  });
  afterEach(async () => {
    for (const id of made.splice(0)) await noWebhook(id);
    await receiver().stop();
  });
  return {
    get receiver() {
      return receiver();
    },
    subscribed: async (...types) => {
      const webhook = await aWebhook(receiver().url, types);
      made.push(webhook.id);
      return webhook;
    },
    about: (id) => receiver().received.filter(({ body }) => body.includes(id)),
  };
}

/**
 * Cancels a new entitlement and answers its id. Tests of webhooks use this event because no other test subscribes to it
 * at the same time.
 */
export async function canceledEntitlement(): Promise<string> {
  const { id } = await anActive(await aCustomer());
  await ask('POST', `/v1/entitlements/${id}/cancel`);
  return id;
}

/** The one delivery of a webhook about a record, as soon as `isSo` holds. */
export const deliveryAbout = (
  webhook: EndpointView,
  recordId: string,
  isSo: (delivery: DeliveryView) => boolean,
  limitMs?: number,
): Promise<DeliveryView> =>
  soon(async () => {
    const found = (await deliveriesOf(webhook.id)).filter((delivery) => delivery.recordId === recordId);
    const [first] = found;
    if (first === undefined || found.length !== 1 || !isSo(first)) throw new Error(JSON.stringify(found));
    return first;
  }, limitMs);
