import { expect } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { status } from '../support/http-receiver.ts';
import { anActive } from '../support/records.ts';
import { MINUTE_MS, type Story, type World } from './story.ts';

interface DeliveryView {
  readonly id: string;
  readonly status: string;
  readonly attempts: readonly { readonly number: number }[];
}

/** A canceled entitlement, and the delivery of that event to the webhook. */
async function canceled(world: World, endpointId: string): Promise<[EntitlementView, DeliveryView]> {
  const entitlement = await anActive(world.system);
  await world.command(entitlement, 'cancel');
  const path = `/v1/deliveries?endpointId=${endpointId}&recordId=${entitlement.id}`;
  const delivery = await world.eventually(async () => {
    const { items } = await world.ask<{ items: DeliveryView[] }>(200, 'GET', path);
    const [found] = items;
    if (found === undefined) throw new Error('There is no delivery yet.');
    return found;
  });
  return [entitlement, delivery];
}

const becomes = (world: World, id: string, wanted: object): Promise<void> =>
  world.eventually(async () => expect(await world.ask(200, 'GET', `/v1/deliveries/${id}`)).toMatchObject(wanted));

const aWebhook = async (world: World): Promise<string> => {
  const webhook = { url: world.receiver.url, types: ['entitlement.canceled'] };
  return (await world.ask<{ id: string }>(201, 'POST', '/v1/webhooks', webhook)).id;
};

const receivedOf = (world: World, { id }: EntitlementView): number =>
  world.receiver.received.filter(({ body }) => body.includes(id)).length;

/** Deliveries; these stories are told one after the other, as each says how the receiver answers. */
export const deliveryStories: readonly Story[] = [
  {
    name: 'delivery: arrived before the upgrade',
    begin: async (world) => {
      const [entitlement, delivery] = await canceled(world, await aWebhook(world));
      await becomes(world, delivery.id, { status: 'delivered' });
      const count = receivedOf(world, entitlement);
      return {
        made: 'delivered at the first attempt',
        entitlements: [entitlement],
        goOn: async () => {
          await becomes(world, delivery.id, { status: 'delivered' });
          expect(receivedOf(world, entitlement)).toBe(count);
          return 'is not sent again';
        },
      };
    },
  },
  {
    name: 'delivery: waits for its third attempt',
    begin: async (world) => {
      world.receiver.answer = status(503);
      const [entitlement, delivery] = await canceled(world, await aWebhook(world));
      await becomes(world, delivery.id, { status: 'pending', attempts: [{ number: 1 }, { number: 2 }] });
      world.receiver.answer = status(204);
      return {
        made: 'two attempts failed, the next in five minutes',
        entitlements: [entitlement],
        goOn: async () => {
          await world.system.skip(`delivery/${delivery.id}`, 6 * MINUTE_MS);
          await becomes(world, delivery.id, { status: 'delivered', attempts: [{}, {}, { number: 3 }] });
          return 'arrived at its third attempt';
        },
      };
    },
  },
  {
    name: 'delivery: asked for again',
    begin: async (world) => {
      world.receiver.answer = status(503);
      const [entitlement, delivery] = await canceled(world, await aWebhook(world));
      await becomes(world, delivery.id, { status: 'pending', attempts: [{ number: 1 }, { number: 2 }] });
      world.receiver.answer = status(204);
      return {
        made: 'two attempts failed, the next in five minutes',
        entitlements: [entitlement],
        goOn: async () => {
          await world.ask(202, 'POST', `/v1/deliveries/${delivery.id}/redeliver`);
          await becomes(world, delivery.id, { status: 'delivered' });
          return 'arrived at once when somebody asked';
        },
      };
    },
  },
];
