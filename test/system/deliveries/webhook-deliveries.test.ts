import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { ask } from '../../support/api-client.ts';
import { DAY_MS, HOUR_MS } from '../../support/days.ts';
import { type Received, status } from '../../support/http-receiver.ts';
import { skipDelivery, temporal } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { canceledEntitlement, deliveryAbout, withReceiver } from './with-receiver.ts';

const hook = withReceiver();

const idsOf = (received: readonly Received[]) => received.map(({ headers }) => headers['webhook-id']);

describe('an event', () => {
  test('is delivered once, is signed as Standard Webhooks specifies, and says what happened', async () => {
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const delivered = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    const [received, ...others] = hook.about(id);
    if (received === undefined) throw new Error('nothing came');
    expect(others).toEqual([]);
    const verified = new Webhook(webhook.secret).verify(received.body, received.headers);
    expect(verified).toMatchObject({
      id: received.headers['webhook-id'],
      key: expect.stringMatching(`^${id}:\\d+:entitlement.canceled$`),
      type: 'entitlement.canceled',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: { entitlementId: id, entitlementName: 'Test entitlement', remainingTerm: 3, totalTerm: 3 },
    });
    expect(() => new Webhook(webhook.secret).verify(received.body.replace('3', '4'), received.headers)).toThrow(
      WebhookVerificationError,
    );
    expect(delivered).toMatchObject({ kind: 'webhook', type: 'entitlement.canceled', target: hook.receiver.url });
    expect(delivered.attempts).toMatchObject([{ number: 1, statusCode: 204, error: null }]);
    const run = temporal.workflow.getHandle(`delivery/${delivered.id}`);
    await soon(async () => expect((await run.describe()).status.name).toBe('COMPLETED'));
  });

  test('is retried for two days while its receiver fails, always with the same id, and then delivered', async () => {
    hook.receiver.answer = status(500);
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    expect(first).toMatchObject({ status: 'pending', attempts: [{ statusCode: 500, response: 'answer 500' }] });
    expect(Date.parse(first.nextAttemptAt ?? '') - Date.parse(first.attempts[0]?.at ?? '')).toBeLessThan(7_000);
    await skipDelivery(first.id, 2 * DAY_MS);
    // 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 14 h after each other; the next one, 20 h later, is past two days.
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 8);
    expect(tried.status).toBe('pending');
    hook.receiver.answer = status(200);
    await skipDelivery(first.id, DAY_MS);
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts.map(({ statusCode }) => statusCode)).toEqual([...Array(8).fill(500), 200]);
    expect(done.nextAttemptAt).toBeNull();
    expect(new Set(idsOf(hook.about(id))).size).toBe(1);
    expect(new Set(hook.about(id).map(({ body }) => body)).size).toBe(1);
    expect(hook.about(id)).toHaveLength(9);
  });

  test('fails after the tenth attempt, and can be redelivered with the same id', async () => {
    hook.receiver.answer = status(503);
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    await skipDelivery(first.id, 4 * DAY_MS);
    const failed = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'failed');
    expect(failed.attempts).toHaveLength(10);
    hook.receiver.answer = status(200);
    const { status: accepted } = await ask('POST', `/v1/deliveries/${first.id}/redeliver`, {
      reason: 'It is up again',
    });
    expect(accepted).toBe(202);
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts.at(-1)).toMatchObject({ redelivery: 1, number: 1, statusCode: 200 });
    expect(new Set(idsOf(hook.about(id))).size).toBe(1);
  });

  test('that waits for its next attempt can be redelivered at once', async () => {
    hook.receiver.answer = status(500);
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    await skipDelivery(first.id, HOUR_MS);
    hook.receiver.answer = status(200);
    const path = `/v1/deliveries/${first.id}/redeliver`;
    await ask('POST', path, {}, { key: `again:${first.id}` });
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done).toMatchObject({ redelivery: 1 });
    // Another try after a lost answer sends nothing more.
    const again = await ask('POST', path, {}, { key: `again:${first.id}` });
    expect(again).toMatchObject({ status: 202, body: { status: 'delivered', redelivery: 1 } });
    expect(hook.about(id)).toHaveLength(5);
  });
});
