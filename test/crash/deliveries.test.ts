import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Delivery } from '../../db/deliveries/deliveries.ts';
import { enqueueEmail, messageIdOf } from '../../db/deliveries/emails.ts';
import { recordEvents } from '../../db/deliveries/events.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import { lastingPort } from '../../dev/free-port.ts';
import { DAY_MS } from '../support/days.ts';
import { HttpReceiver, status } from '../support/http-receiver.ts';
import { MailReceiver } from '../support/mail-receiver.ts';
import { OwnStack } from '../support/own-stack.ts';
import { must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';

let stack: OwnStack;
let receiver: HttpReceiver;
let mail: MailReceiver;
beforeAll(async () => {
  mail = new MailReceiver(await lastingPort());
  stack = await OwnStack.start({
    env: {
      ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true',
      SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      ALLOT_MAIL_FROM: 'Allot <allot@example.com>',
    },
  });
  receiver = await HttpReceiver.start();
  const body = { url: receiver.url, types: ['entitlement.activated'] };
  await must(201, stack.ask('POST', '/v1/webhooks', body));
});
beforeEach(async ({ onTestFailed }) => {
  onTestFailed(async () => console.error(await stack.logs()));
  receiver.answer = status(204);
  mail.refusal = undefined;
});
afterEach(async () => {
  await mail.stop();
});
afterAll(async () => {
  await receiver.stop();
  await stack.stop();
});

const delivery = (id: string, isSo: (delivery: Delivery) => boolean, limitMs = 15_000): Promise<Delivery> =>
  until(`delivery ${id}`, limitMs, async () => {
    const { body } = await stack.ask<Delivery>('GET', `/v1/deliveries/${id}`);
    return isSo(body) ? body : undefined;
  });

const skip = async (id: string, ms: number): Promise<void> => {
  await fastForward(await stack.connection(), 'default', `delivery/${id}`, ms).catch((error: Error) => {
    if (!error.message.includes('the execution ended before')) throw error;
  });
};

const anEmail = (key: string) => ({
  key,
  about: key,
  to: 'ann@example.com',
  subject: `Contract ${key} ends`,
  text: `The contract ${key} ends.`,
  html: `<p>The contract ${key} ends.</p>`,
});

/** An event about an id that nothing else knows. */
const anEvent = (id: string) => ({
  key: `${id}:activated`,
  type: 'entitlement.activated' as const,
  at: Date.now(),
  recordType: 'entitlement',
  recordId: id,
  customerId: null,
  data: { entitlementId: id },
});

const about = (id: string) => receiver.received.filter(({ body }) => body.includes(id));

test('the next worker delivers, once, what was recorded while none ran, and again what the last one had no answer to', async () => {
  const unanswered = unique('unanswered');
  receiver.answer = () => undefined;
  await recordEvents(stack.sql, [anEvent(unanswered)]);
  await until('the receiver has it', 60_000, async () => (about(unanswered).length === 1 ? true : undefined));
  await stack.kill('worker');
  receiver.answer = status(204);
  const ids = [unique('record'), unique('record'), unique('record')];
  await recordEvents(stack.sql, ids.map(anEvent));
  await mail.start();
  await enqueueEmail(stack.sql, anEmail(ids[0] ?? ''));
  await sleep(500);
  expect([about('record-'), mail.received]).toEqual([[], []]);

  await stack.begin('worker');
  await until('all are delivered', 60_000, async () => {
    const open = await stack.sql`select from deliveries where status <> 'delivered'`;
    return open.length === 0 && mail.received.length > 0 ? true : undefined;
  });
  for (const id of ids) expect(about(id)).toHaveLength(1);
  expect(mail.with(ids[0] ?? '')).toHaveLength(1);

  const [found] = await stack.sql<{ id: string }[]>`select id from deliveries where key = ${`${unanswered}:activated`}`;
  const done = await delivery(found?.id ?? '', (one) => one.status === 'delivered', 60_000);
  expect(done.attempts.map(({ error, statusCode }) => [error === null, statusCode])).toEqual([
    [false, null],
    [true, 204],
  ]);
  expect(about(unanswered).map(({ headers }) => headers['webhook-id'])).toEqual([
    about(unanswered)[0]?.headers['webhook-id'],
    about(unanswered)[0]?.headers['webhook-id'],
  ]);
}, 300_000);

test('an e-mail is sent once, however often it is requested, and its Message-ID comes from its key', async () => {
  await mail.start();
  const key = unique('key');
  const id = await enqueueEmail(stack.sql, anEmail(key));
  await delivery(id, (one) => one.status === 'delivered');
  expect(await enqueueEmail(stack.sql, anEmail(key))).toBe(id);
  await sleep(500);
  const [sent, ...others] = mail.with(key);
  expect(others).toEqual([]);
  expect(sent).toMatchObject({ from: 'allot@example.com', to: 'ann@example.com' });
  expect(sent?.source).toContain(`Message-ID: ${messageIdOf(key)}`);
  expect(sent?.source).toContain(`Subject: Contract ${key} ends`);
});

test('a mail server that was away for two days gets the e-mail once', async () => {
  const key = unique('key');
  const id = await enqueueEmail(stack.sql, anEmail(key));
  const first = await delivery(id, ({ attempts }) => attempts.length === 1);
  expect(first).toMatchObject({ status: 'pending', kind: 'email', target: 'ann@example.com' });
  expect(first.attempts[0]?.error).toContain('ECONNREFUSED');
  await skip(id, 2 * DAY_MS);
  await delivery(id, ({ attempts, status: now }) => attempts.length === 8 && now === 'pending');
  await mail.start();
  await skip(id, DAY_MS);
  const done = await delivery(id, (one) => one.status === 'delivered');
  expect(done.attempts).toHaveLength(9);
  expect(mail.with(key)).toHaveLength(1);
});

test('a recipient refused permanently is not tried again; one refused temporarily is', async () => {
  await mail.start();
  mail.refusal = { code: 550, text: 'No such mailbox' };
  const gone = await enqueueEmail(stack.sql, anEmail(unique('key')));
  const failed = await delivery(gone, (one) => one.status === 'failed');
  expect(failed.attempts).toMatchObject([{ statusCode: 550, error: expect.stringContaining('No such mailbox') }]);

  mail.refusal = { code: 451, text: 'Come back later' };
  const later = await enqueueEmail(stack.sql, anEmail(unique('key')));
  await delivery(later, ({ attempts }) => attempts[0]?.statusCode === 451);
  mail.refusal = undefined;
  const done = await delivery(later, (one) => one.status === 'delivered');
  expect(done.attempts.map(({ statusCode }) => statusCode)).toEqual([451, 250]);
});
