import { describe, expect, test } from 'vitest';
import { createWebhookSender } from '../../../activities/deliveries/webhook-sender.ts';
import { ask, type ProblemView } from '../../support/api-client.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { deliveriesOf, type EndpointView } from '../../support/webhook-client.ts';
import { canceledEntitlement, deliveryAbout, withReceiver } from './with-receiver.ts';

const hook = withReceiver();

describe('a receiver', () => {
  test('that answers 410 gets nothing more: its webhook and waiting deliveries are disabled, as the audit says', async () => {
    hook.receiver.answer = status(500);
    const webhook = await hook.subscribed('entitlement.canceled');
    const waits = await canceledEntitlement();
    await deliveryAbout(webhook, waits, ({ attempts }) => attempts.length >= 1);
    hook.receiver.answer = status(410);
    const gone = await canceledEntitlement();
    await deliveryAbout(webhook, gone, (delivery) => delivery.status === 'disabled');
    await deliveryAbout(webhook, waits, (delivery) => delivery.status === 'disabled');
    const { body } = await ask<EndpointView>('GET', `/v1/webhooks/${webhook.id}`);
    expect(body).toMatchObject({ enabled: false, disabledReason: 'The receiver answered 410 Gone.' });
    const audit = await ask<{ items: object[] }>('GET', `/v1/audit?recordType=webhook&recordId=${webhook.id}`);
    expect(audit.body.items[0]).toMatchObject({ action: 'disabled', by: 'allot' });
    const before = hook.receiver.received.length;
    const later = await canceledEntitlement();
    expect((await deliveriesOf(webhook.id)).filter(({ recordId }) => recordId === later)).toEqual([]);
    expect(hook.receiver.received).toHaveLength(before);
    const refused = await ask<ProblemView>(
      'POST',
      `/v1/deliveries/${(await deliveriesOf(webhook.id))[0]?.id}/redeliver`,
    );
    expect([refused.status, refused.body.code]).toEqual([409, 'wrong_state']);
  });

  test('that does not answer within 15 s counts as failed and is tried again', async () => {
    hook.receiver.answer = () => undefined;
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1, 25_000);
    expect(tried).toMatchObject({
      status: 'pending',
      attempts: [{ statusCode: null, error: 'The receiver did not answer within 15 s.' }],
    });
    expect(tried.attempts[0]?.durationMs).toBeLessThan(16_500);
  });

  test('that answers with a redirect is not followed', async () => {
    const inside = await HttpReceiver.start();
    hook.receiver.answer = status(307, { location: inside.url });
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length >= 1);
    expect(tried.attempts[0]).toMatchObject({
      statusCode: 307,
      error: 'The receiver answered 307: redirects are not followed.',
    });
    expect(inside.received).toEqual([]);
    await inside.stop();
  });

  test('on a private address is never connected to, by name or number, unless that is allowed', async () => {
    const send = createWebhookSender({ allowPrivate: false });
    const event = {
      kind: 'webhook',
      messageId: 'evt_1',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      body: '{}',
    } as const;
    for (const host of ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      const { outcome, error } = await send({ ...event, url: `https://${host}:${hook.receiver.port}/` });
      expect([host, outcome]).toEqual([host, 'failed']);
      expect(error).toMatch(/is not an address of the public internet/);
    }
    expect(hook.receiver.received).toEqual([]);
  });

  test('may answer without end: only the beginning is kept', async () => {
    hook.receiver.answer = (response) => {
      response.writeHead(200);
      const more = () => response.write('x'.repeat(100_000), () => response.destroyed || setImmediate(more));
      more();
    };
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts[0]?.response).toHaveLength(500);
  });
});
