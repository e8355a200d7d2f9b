import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../../db/deliveries/events.ts';
import { recordEvents } from '../../../db/deliveries/events.ts';
import type { EventType } from '../../../domain/deliveries/event-types.ts';
import { HttpReceiver } from '../../support/http-receiver.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { anActive, must } from '../../support/records.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

// Of its own: on the system of all tests, webhooks of other tests subscribe to types too, and what other tests do by
// the ten thousand would be delivered here.
let stack: OwnStack;
const receivers: HttpReceiver[] = [];
beforeAll(async () => {
  stack = await OwnStack.start({ temporalInMemory: true, env: { ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true' } });
});
afterAll(async () => {
  for (const receiver of receivers) await receiver.stop();
  await stack.stop();
});

interface EventView {
  readonly type: string;
  readonly key: string;
  readonly data: Record<string, unknown>;
}

/** A webhook for these types; calling the answer gives what its receiver got about a record. */
async function subscribed(...types: readonly string[]): Promise<(recordId: string) => readonly EventView[]> {
  const receiver = await HttpReceiver.start();
  receivers.push(receiver);
  await must(201, stack.ask('POST', '/v1/webhooks', { url: receiver.url, types }));
  return (recordId) =>
    receiver.received
      .map(({ body }) => JSON.parse(body) as EventView)
      .filter(({ data }) => Object.values(data).includes(recordId));
}

const typesOf = (events: readonly EventView[]) => events.map(({ type }) => type);

const hasCome = (find: () => readonly EventView[]) => soon(async () => expect(find()).not.toEqual([]));

const recordedTypes = async (recordId: string) =>
  (await stack.sql<{ type: string }[]>`select type from events where record_id = ${recordId}`).map(({ type }) => type);

// First, while no webhook subscribes to every type.
test('an attached case makes an event with what it took; a type without a webhook makes none', async () => {
  const told = await subscribed('case.attached');
  const { id, customerId } = await anActive(stack, { totalTerm: 1 });
  const attach = (caseId: string) =>
    stack.ask('POST', '/v1/cases', { id: caseId, customerId, entitlementId: id, channel: 'email' });
  await must(201, attach('case-1'));
  await must(422, attach('case-2'));
  await must(200, stack.ask('POST', '/v1/cases/case-1/resolve', {}));
  await hasCome(() => told(id));
  expect(told(id)).toEqual([
    expect.objectContaining({
      type: 'case.attached',
      data: expect.objectContaining({
        caseId: 'case-1',
        entitlementId: id,
        customerId,
        channel: 'email',
        change: -1,
        remainingTerm: 0,
      }),
    }),
  ]);
  const rows = await stack.sql`select type from events where data ->> 'entitlementId' = ${id}`;
  expect(rows.map(({ type }) => type)).toEqual(['case.attached']);
});

test('an event that other code records is delivered once for its key, and not recorded without a webhook', async () => {
  const told = await subscribed('entitlement.canceled');
  const id = unique('record');
  const event = (type: EventType): NewEvent => ({
    key: `${id}:${type}`,
    type,
    at: Date.now(),
    recordType: 'renewal',
    recordId: id,
    customerId: null,
    data: { renewalId: id },
  });
  await recordEvents(stack.sql, [event('entitlement.canceled'), event('entitlement.exhausted')]);
  await recordEvents(stack.sql, [event('entitlement.canceled')]);
  await hasCome(() => told(id));
  await recordEvents(stack.sql, [event('entitlement.canceled')]);
  expect(typesOf(told(id))).toEqual(['entitlement.canceled']);
  expect(await recordedTypes(id)).toEqual(['entitlement.canceled']);
});

test('an event goes to each webhook that subscribes to it, and to no other', async () => {
  const [one, all, other] = [
    await subscribed('entitlement.canceled'),
    await subscribed('*'),
    await subscribed('case.refused'),
  ];
  const { id } = await anActive(stack);
  await must(200, stack.ask('POST', `/v1/entitlements/${id}/cancel`));
  await hasCome(() => one(id));
  await soon(async () =>
    expect(typesOf(all(id)).toSorted()).toEqual(['entitlement.activated', 'entitlement.canceled']),
  );
  expect(typesOf(one(id))).toEqual(['entitlement.canceled']);
  expect(other(id)).toEqual([]);
});
