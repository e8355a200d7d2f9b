import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createWebhookSender } from '../../../activities/deliveries/webhook-sender.ts';
import { recordEvents } from '../../../db/deliveries/events.ts';
import { createEndpoint } from '../../../db/deliveries/webhook-endpoints.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { migrate } from '../../../db/postgres/migrate.ts';
import { withDatabase } from '../../support/a-database.ts';
import { aCustomer, anActive, ask, type ProblemView } from '../../support/api-client.ts';
import { aKey, as } from '../../support/callers.ts';
import { DAY_MS, HOUR_MS } from '../../support/days.ts';
import { HttpReceiver, type Received, status } from '../../support/http-receiver.ts';
import { skipDelivery, temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import {
  aWebhook,
  type DeliveryView,
  deliveriesOf,
  type EndpointView,
  noWebhook,
} from '../../support/webhook-client.ts';

let receiver: HttpReceiver;
const made: string[] = [];
beforeEach(async () => {
  receiver = await HttpReceiver.start();
});
afterEach(async () => {
  for (const id of made.splice(0)) await noWebhook(id);
  await receiver.stop();
});

/** A webhook that goes to this test's receiver. */
async function subscribed(...types: readonly string[]): Promise<EndpointView> {
  const webhook = await aWebhook(receiver.url, types);
  made.push(webhook.id);
  return webhook;
}

/** An entitlement's event of which other tests have none at the same time: types are told to all who want them. */
const canceled = async (): Promise<string> => {
  const { id } = await anActive(await aCustomer());
  await ask('POST', `/v1/entitlements/${id}/cancel`);
  return id;
};

const idsOf = (received: readonly Received[]) => received.map(({ headers }) => headers['webhook-id']);
const about = (id: string) => receiver.received.filter(({ body }) => body.includes(id));
const deliveryAbout = (
  webhook: EndpointView,
  recordId: string,
  isSo: (delivery: DeliveryView) => boolean,
  ms?: number,
) =>
  soon(async () => {
    const found = (await deliveriesOf(webhook.id)).filter((delivery) => delivery.recordId === recordId);
    const [first] = found;
    if (first === undefined || found.length !== 1 || !isSo(first)) throw new Error(JSON.stringify(found));
    return first;
  }, ms);

describe('an event', () => {
  test('comes once, signed as Standard Webhooks says, and says what happened', async () => {
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const delivered = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    const [received, ...others] = about(id);
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
    expect(delivered).toMatchObject({ kind: 'webhook', type: 'entitlement.canceled', target: receiver.url });
    expect(delivered.attempts).toMatchObject([{ number: 1, statusCode: 204, error: null }]);
    const run = temporal.workflow.getHandle(`delivery/${delivered.id}`);
    await soon(async () => expect((await run.describe()).status.name).toBe('COMPLETED'));
  });

  test('goes to each webhook that wants it, and to no other', async () => {
    const [one, all, other] = [
      await subscribed('entitlement.canceled'),
      await subscribed('*'),
      await subscribed('case.refused'),
    ];
    const id = await canceled();
    for (const webhook of [one, all])
      await soon(async () =>
        expect((await deliveriesOf(webhook.id)).filter(({ recordId }) => recordId === id)).toContainEqual(
          expect.objectContaining({ type: 'entitlement.canceled', status: 'delivered' }),
        ),
      );
    expect((await deliveriesOf(other.id)).filter(({ recordId }) => recordId === id)).toEqual([]);
  });

  test('is tried over two days while its receiver fails, always with the same id, and then delivered', async () => {
    receiver.answer = status(500);
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    expect(first).toMatchObject({ status: 'pending', attempts: [{ statusCode: 500, response: 'answer 500' }] });
    expect(Date.parse(first.nextAttemptAt ?? '') - Date.parse(first.attempts[0]?.at ?? '')).toBeLessThan(7_000);
    await skipDelivery(first.id, 2 * DAY_MS);
    // 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 14 h after each other; the next one, 20 h later, is past two days.
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 8);
    expect(tried.status).toBe('pending');
    receiver.answer = status(200);
    await skipDelivery(first.id, DAY_MS);
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts.map(({ statusCode }) => statusCode)).toEqual([...Array(8).fill(500), 200]);
    expect(done.nextAttemptAt).toBeNull();
    expect(new Set(idsOf(about(id))).size).toBe(1);
    expect(new Set(about(id).map(({ body }) => body)).size).toBe(1);
    expect(about(id)).toHaveLength(9);
  });

  test('has failed after the tenth attempt, and can be redelivered with the same id', async () => {
    receiver.answer = status(503);
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    await skipDelivery(first.id, 4 * DAY_MS);
    const failed = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'failed');
    expect(failed.attempts).toHaveLength(10);
    receiver.answer = status(200);
    const { status: accepted } = await ask('POST', `/v1/deliveries/${first.id}/redeliver`, {
      reason: 'It is up again',
    });
    expect(accepted).toBe(202);
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts.at(-1)).toMatchObject({ redelivery: 1, number: 1, statusCode: 200 });
    expect(new Set(idsOf(about(id))).size).toBe(1);
  });

  test('that waits for its next attempt can be had at once', async () => {
    receiver.answer = status(500);
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const first = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1);
    await skipDelivery(first.id, HOUR_MS);
    receiver.answer = status(200);
    await ask('POST', `/v1/deliveries/${first.id}/redeliver`);
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done).toMatchObject({ redelivery: 1 });
    expect(about(id)).toHaveLength(5);
  });
});

describe('a receiver', () => {
  test('that answers 410 is sent nothing more: what waits for it is disabled, as the audit says', async () => {
    receiver.answer = status(500);
    const webhook = await subscribed('entitlement.canceled');
    const waits = await canceled();
    await deliveryAbout(webhook, waits, ({ attempts }) => attempts.length >= 1);
    receiver.answer = status(410);
    const gone = await canceled();
    await deliveryAbout(webhook, gone, (delivery) => delivery.status === 'disabled');
    await deliveryAbout(webhook, waits, (delivery) => delivery.status === 'disabled');
    const { body } = await ask<EndpointView>('GET', `/v1/webhooks/${webhook.id}`);
    expect(body).toMatchObject({ enabled: false, disabledReason: 'The receiver answered 410 Gone.' });
    const audit = await ask<{ items: object[] }>('GET', `/v1/audit?recordType=webhook&recordId=${webhook.id}`);
    expect(audit.body.items[0]).toMatchObject({ action: 'disabled', by: 'allot' });
    const before = receiver.received.length;
    const later = await canceled();
    expect((await deliveriesOf(webhook.id)).filter(({ recordId }) => recordId === later)).toEqual([]);
    expect(receiver.received).toHaveLength(before);
    const refused = await ask<ProblemView>(
      'POST',
      `/v1/deliveries/${(await deliveriesOf(webhook.id))[0]?.id}/redeliver`,
    );
    expect([refused.status, refused.body.code]).toEqual([409, 'wrong_state']);
  });

  test('that does not answer within 15 s has failed, and is tried again', async () => {
    receiver.answer = () => undefined;
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length === 1, 25_000);
    expect(tried).toMatchObject({
      status: 'pending',
      attempts: [{ statusCode: null, error: 'The receiver did not answer within 15 s.' }],
    });
    expect(tried.attempts[0]?.durationMs).toBeLessThan(16_500);
  });

  test('that sends elsewhere is not followed', async () => {
    const inside = await HttpReceiver.start();
    receiver.answer = status(307, { location: inside.url });
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const tried = await deliveryAbout(webhook, id, ({ attempts }) => attempts.length >= 1);
    expect(tried.attempts[0]).toMatchObject({
      statusCode: 307,
      error: 'The receiver answered 307: redirects are not followed.',
    });
    expect(inside.received).toEqual([]);
    await inside.stop();
  });

  test('on a private address is never connected to, by name or by number, unless that is allowed', async () => {
    const send = createWebhookSender({ allowPrivate: false });
    const event = {
      kind: 'webhook',
      messageId: 'evt_1',
      secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
      body: '{}',
    } as const;
    for (const host of ['localhost', '127.0.0.1', '[::ffff:127.0.0.1]', '0.0.0.0']) {
      const { outcome, error } = await send({ ...event, url: `https://${host}:${receiver.port}/` });
      expect([host, outcome]).toEqual([host, 'failed']);
      expect(error).toMatch(/is not an address of the public internet/);
    }
    expect(receiver.received).toEqual([]);
  });

  test('may answer with more than anybody wants to read', async () => {
    receiver.answer = (response) => {
      response.writeHead(200);
      const more = () => response.write('x'.repeat(100_000), () => response.destroyed || setImmediate(more));
      more();
    };
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    const done = await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    expect(done.attempts[0]?.response).toHaveLength(500);
  });
});

describe('a webhook', () => {
  test('tells its secret once, and after a rotation both sign for the overlap', async () => {
    const webhook = await subscribed('entitlement.canceled');
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const rotated = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 1 });
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(webhook.secret);
    const id = await canceled();
    await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    const [both] = about(id);
    if (both === undefined) throw new Error('nothing came');
    expect(both.headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const { secret } of [webhook, rotated.body])
      expect(new Webhook(secret).verify(both.body, both.headers)).toMatchObject({ type: 'entitlement.canceled' });

    // Once more, as the answer was lost: the receiver has the first one still.
    const lost = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 1 });
    const third = await canceled();
    await deliveryAbout(webhook, third, (delivery) => delivery.status === 'delivered');
    const [all] = about(third);
    if (all === undefined) throw new Error('nothing came');
    for (const { secret } of [webhook, rotated.body, lost.body])
      expect(new Webhook(secret).verify(all.body, all.headers)).toMatchObject({ type: 'entitlement.canceled' });

    const again = await ask<EndpointView>('POST', `/v1/webhooks/${webhook.id}/rotate`, { overlapHours: 0 });
    const next = await canceled();
    await deliveryAbout(webhook, next, (delivery) => delivery.status === 'delivered');
    const [one] = about(next);
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
    const input = { url: receiver.url, types: ['case.refused'] };
    const first = await ask<EndpointView>('POST', '/v1/webhooks', input, { key });
    made.push(first.body.id);
    const retried = await ask<ProblemView>('POST', '/v1/webhooks', input, { key });
    expect([first.status, retried.status, retried.body.code]).toEqual([201, 409, 'conflict']);
  });

  test('is refused past twenty', async () => {
    await withDatabase(async ({ url, sql }) => {
      await migrate(url);
      const origin = { by: 'tests', role: null, reason: null };
      const another = (n: number) =>
        createEndpoint(sql, { id: `whk_${n}`, url: 'https://example.com/', types: ['*'], description: null }, origin);
      for (let n = 1; n <= 20; n++) expect(await another(n)).not.toHaveProperty('refused');
      expect(await another(21)).toMatchObject({ refused: { code: 'conflict' } });
    });
  });

  test('that is paused is sent nothing, and what waited for it is given up', async () => {
    receiver.answer = status(500);
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
    await deliveryAbout(webhook, id, ({ attempts }) => attempts.length >= 1);
    await ask('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false, reason: 'maintenance' });
    await deliveryAbout(webhook, id, (delivery) => delivery.status === 'disabled');
    const { body } = await ask<EndpointView>('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true, types: ['*'] });
    expect(body).toMatchObject({ enabled: true, types: ['*'] });
  });

  test('that went away at the moment at which a delivery was made leaves none that waits for ever', async () => {
    receiver.answer = status(500);
    const webhook = await subscribed('entitlement.canceled');
    const id = await canceled();
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

  test('is read by a CSR manager, who changes nothing', async () => {
    const { key } = await aKey('csr_manager');
    const webhook = await subscribed('case.refused');
    const seen = await ask('GET', `/v1/webhooks/${webhook.id}`, undefined, as(key));
    const changed = await ask('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: false }, as(key));
    expect([seen.status, changed.status]).toEqual([200, 403]);
  });
});

describe('what others record', () => {
  test('is delivered once by its key, and not at all when nobody wants its type', async () => {
    const sql = connect(inject('databaseUrl'), { max: 1 });
    const id = unique('record');
    const event = (type: 'entitlement.canceled' | 'entitlement.exhausted') => ({
      key: `${id}:${type}`,
      type,
      at: Date.now(),
      recordType: 'renewal',
      recordId: id,
      customerId: null,
      data: { renewalId: id },
    });
    const webhook = await subscribed('entitlement.canceled');
    await recordEvents(sql, [event('entitlement.canceled'), event('entitlement.exhausted')]);
    await recordEvents(sql, [event('entitlement.canceled')]);
    await deliveryAbout(webhook, id, (delivery) => delivery.status === 'delivered');
    await recordEvents(sql, [event('entitlement.canceled')]);
    expect(about(id)).toHaveLength(1);
    const rows = await sql`select type from events where record_id = ${id}`;
    expect(rows.map(({ type }) => type)).toEqual(['entitlement.canceled']);
    await sql.end();
  });
});
