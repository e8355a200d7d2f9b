import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { aCustomer, aDraft, anActive, ask, attach } from '../../support/api-client.ts';
import { dayFromNow, HOUR_MS } from '../../support/days.ts';
import { HttpReceiver } from '../../support/http-receiver.ts';
import { Clock, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { aWebhook, type EndpointView, noWebhook } from '../../support/webhook-client.ts';

let receiver: HttpReceiver;
let webhook: EndpointView;
const TYPES = [
  'entitlement.activated',
  'entitlement.near_depletion',
  'entitlement.exhausted',
  'entitlement.expired',
  'entitlement.canceled',
];
beforeAll(async () => {
  receiver = await HttpReceiver.start();
  webhook = await aWebhook(receiver.url, TYPES);
});
afterAll(async () => {
  await noWebhook(webhook.id);
  await receiver.stop();
});

interface EventView {
  type: string;
  key: string;
  data: Record<string, unknown>;
}

/** What the receiver was told about an entitlement, in order of its ledger, once `count` have come. */
const toldOf = (id: string, count: number) =>
  soon(async () => {
    const told = receiver.received
      .map(({ body }) => JSON.parse(body) as EventView)
      .filter(({ data }) => data.entitlementId === id)
      .sort((one, other) => Number(one.data.seq) - Number(other.data.seq) || one.key.localeCompare(other.key));
    if (told.length < count) throw new Error(`${told.length} of ${count}: ${told.map(({ key }) => key)}`);
    return told;
  });

const kinds = (told: readonly EventView[]) =>
  told.map(({ type, data }) => [type, data.seq, data.crossedPercent ?? null]);

test('each threshold of depletion makes one event, and another one after a refill', async () => {
  const { id, customerId } = await anActive(await aCustomer(), { totalTerm: 4 });
  for (let n = 0; n < 4; n++) await attach({ id, customerId });
  await attach({ id, customerId });
  await ask('POST', `/v1/entitlements/${id}/top-ups`, { amount: 4 }, { key: unique('top-up') });
  await attach({ id, customerId });
  await attach({ id, customerId });
  // 4 of 4, then 4, 5 and 6 of 8.
  const told = await toldOf(id, 6);
  expect(kinds(told)).toEqual([
    ['entitlement.activated', 2, null],
    ['entitlement.near_depletion', 4, [50]],
    ['entitlement.near_depletion', 5, [75]],
    ['entitlement.exhausted', 6, null],
    ['entitlement.near_depletion', 6, [90, 100]],
    ['entitlement.near_depletion', 10, [75]],
  ]);
  expect(told.find(({ type }) => type === 'entitlement.exhausted')).toMatchObject({
    key: `${id}:6:entitlement.exhausted`,
    data: { entitlementId: id, customerId, remainingTerm: 0, totalTerm: 4, seq: 6 },
  });
});

test('an entitlement that starts and expires by itself makes one event for each', async () => {
  const customerId = await aCustomer();
  const { id } = await aDraft(customerId, { startDate: dayFromNow(3), endDate: dayFromNow(10) });
  await ask('POST', `/v1/entitlements/${id}/activate`);
  await new Clock(id).skipUntilCompleted(14 * 24 * HOUR_MS);
  const told = await toldOf(id, 2);
  expect(told.map(({ type }) => type)).toEqual(['entitlement.activated', 'entitlement.expired']);
});

test('a signal that cannot be read is refused in the ledger and makes an event, and the ledger goes on', async () => {
  const refusals = await aWebhook(receiver.url, ['case.refused']);
  onTestFinished(() => noWebhook(refusals.id));
  const { id, customerId } = await anActive(await aCustomer(), { totalTerm: 4 });
  await workflowOf(id).signal('attachCase', { key: unique('key') });
  const told = await toldOf(id, 2);
  expect(told.at(-1)).toMatchObject({ type: 'case.refused', data: { caseId: null, code: 'validation_failed' } });
  expect(await attach({ id, customerId })).toMatchObject({ status: 201, body: { change: -1 } });
});
