import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { createEndpoint } from '../../../db/deliveries/webhook-endpoints.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { withMigratedDatabase } from '../../support/a-database.ts';
import { ask, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { HOUR_MS } from '../../support/days.ts';
import { status } from '../../support/http-receiver.ts';
import { skipDelivery } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { type EndpointView, noWebhook } from '../../support/webhook-client.ts';
import { canceledEntitlement, deliveryAbout, withReceiver } from './with-receiver.ts';

const hook = withReceiver();

describe('a webhook', () => {
  test('shows its secret once, and after a rotation signs with both secrets until the overlap ends', async () => {
    const webhook = await hook.subscribed('entitlement.canceled');
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rotated = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 1 });
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(webhook.secret);
    const id = await canceledEntitlement();
    await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    const [both] = hook.about(id);
    if (both === undefined) throw new Error('nothing came');
    expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const { secret } of [webhook, rotated.body])
      expect(new Webhook(secret).verify(both.body, both.headers)).toMatchObject({ type: 'entitlement.canceled' });

    // Once more, as the answer was lost: the receiver has the first one still.
    const lost = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 1 });
    const third = await canceledEntitlement();
    await deliveryAbout(webhook, third, (delivery) => delivery.status === 'delivered');
    const [all] = hook.about(third);
    if (all === undefined) throw new Error('nothing came');
    for (const { secret } of [webhook, rotated.body, lost.body])
      expect(new Webhook(secret).verify(all.body, all.headers)).toMatchObject({ type: 'entitlement.canceled' });

    const again = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 0 });
    const next = await canceledEntitlement();
    await deliveryAbout(webhook, next, (delivery) => delivery.status === 'delivered');
    const [one] = hook.about(next);
    if (one === undefined) throw new Error('nothing came');
    expect(new Webhook(again.body.secret).verify(one.body, one.headers)).toMatchObject({
      type: 'entitlement.canceled',
    });
    for (const { secret } of [webhook, rotated.body, lost.body])
      expect(() => new Webhook(secret).verify(one.body, one.headers)).toThrow(WebhookVerificationError);

    for (const path of [`/v1/webhooks/${webhook.id}`, '/v1/webhooks', `/v1/audit?recordId=${webhook.id}`])
      expect(JSON.stringify((await ask('GET', path)).body)).not.toContain('whsec_');
  });

  test('is not made twice by a retry', async () => {
    const key = unique('key');
    const input = { url: hook.receiver.url, types: ['case.refused'] };
    const first = await ask<EndpointView>('POST', '/v1/webhooks', input, { key });
    onTestFinished(() => noWebhook(first.body.id));
    const retried = await ask<ProblemView>('POST', '/v1/webhooks', input, { key });
    expect([first.status, retried.status, retried.body.code]).toEqual([201, 409, 'conflict']);
  });

  test('is refused when there are twenty already', async () => {
    await withMigratedDatabase(async ({ sql }) => {
      const origin = { by: 'tests', role: null, reason: null };
      const another = (n: number) =>
        createEndpoint(sql, { id: `whk_${n}`, url: 'https://example.com/', types: ['*'], description: null }, origin);
      for (let n = 1; n <= 20; n++) expect(await another(n)).not.toHaveProperty('refused');
      expect(await another(21)).toMatchObject({ refused: { code: 'conflict' } });
    });
  });

  test('that is disabled gets nothing, and its waiting deliveries are given up', async () => {
    hook.receiver.answer = status(500);
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    await deliveryAbout(webhook, id, ({ attempts }) => attempts.length >= 1);
    await ask('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false, reason: 'maintenance' });
    await deliveryAbout(webhook, id, (delivery) => delivery.status === 'disabled');
    const { body } = await ask<EndpointView>('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true, types: ['*'] });
    expect(body).toMatchObject({ enabled: true, types: ['*'] });
  });

  test('that is disabled while a delivery is being made leaves no delivery that waits forever', async () => {
    hook.receiver.answer = status(500);
    const webhook = await hook.subscribed('entitlement.canceled');
    const id = await canceledEntitlement();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length >= 1);
    const sql = connect(inject('databaseUrl'), { max: 1 });
    await sql`update webhook_endpoints set enabled = false where id = ${webhook.id}`;
    await sql.end();
    await skipDelivery(first.id, HOUR_MS);
    const ended = await deliveryAbout(webhook, id, (delivery) => delivery.status !== 'pending');
    expect(ended.status).toBe('disabled');
  });

  test.each([
    ['url', { url: 'ftp://example.com/', types: ['*'] }],
    ['url', { url: 'nowhere', types: ['*'] }],
    ['url', { types: ['*'] }],
    ['types.0', { url: 'https://example.com/', types: ['entitlement.createEntitlement'] }],
    ['types', { url: 'https://example.com/', types: [] }],
    ['types', { url: 'https://example.com/', types: ['*', 'case.attached'] }],
    ['types', { url: 'https://example.com/', types: ['case.attached', 'case.attached'] }],
    ['secret', { url: 'https://example.com/', types: ['*'], secret: 'whsec_mine' }],
  ])('is refused for a wrong %s: %j', async (field, body) => {
    const answer = await ask<ProblemView>('POST', '/v1/webhooks', body);
    expect([answer.status, answer.body.code, answer.body.errors?.[0]?.field]).toEqual([
      400,
      'validation_failed',
      field,
    ]);
  });

  test('can be read but not changed by a CSR manager', async () => {
    const { key } = await aKey('csr_manager');
    const webhook = await hook.subscribed('case.refused');
    const seen = await ask('GET', `/v1/webhooks/${webhook.id}`, undefined, as(key));
    const changed = await ask('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false }, as(key));
    expect([seen.status, changed.status]).toEqual([200, 403]);
  });
});
