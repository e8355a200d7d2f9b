import { WorkflowNotFoundError } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCustomer, anActive, ask, ledger } from '../../support/api-client.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { temporal } from '../../support/temporal.ts';
import { soon } from '../../support/waiting.ts';
import { aWebhook, deliveriesOf, type EndpointView, noWebhook } from '../../support/webhook-client.ts';

let receiver: HttpReceiver;
let webhook: EndpointView;
beforeEach(async () => {
  receiver = await HttpReceiver.start();
  webhook = await aWebhook(receiver.url, ['entitlement.paused', 'entitlement.resumed']);
});
afterEach(async () => {
  await noWebhook(webhook.id);
  await receiver.stop();
});

const EVENTS = 60;
/** As many as must fail before it is paused. */
const UNDER_WAY = 10;
/** Those under way when it was paused, and a few that have tried it since. */
const STARTED_AT_MOST = UNDER_WAY + 5;

const now = async () => (await ask<EndpointView>('GET', `/v1/webhooks/${webhook.id}`)).body;
const started = async () => (await deliveriesOf(webhook.id)).filter(({ attempts }) => attempts.length > 0);
const hasWorkflow = (deliveryId: string): Promise<boolean> =>
  temporal.workflow
    .getHandle(`delivery/${deliveryId}`)
    .describe()
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );
const keyIn = (body: string): string => (JSON.parse(body) as { key: string }).key;

/** Pauses and resumes an entitlement of this test, each an event; the keys of the events in order. */
async function makeMany(): Promise<readonly string[]> {
  const { id } = await anActive(await aCustomer());
  for (let n = 0; n < EVENTS / 2; n++)
    for (const [command, body] of [
      ['pause', { from: 'now', end: 'keep', reason: 'a test' }],
      ['resume', {}],
    ] as const)
      expect((await ask('POST', `/v1/entitlements/${id}/${command}`, body)).status).toBe(200);
  const rows = (await ledger(id)).filter(({ kind }) => kind === 'paused' || kind === 'resumed');
  return rows.map(({ seq, kind }) => `${id}:${seq}:entitlement.${kind}`);
}

test('a webhook whose receiver keeps failing is paused, resumes by itself, and delivers the oldest events first', {
  timeout: 300_000,
}, async () => {
  receiver.answer = status(500);
  const keys = await makeMany();
  expect(keys).toHaveLength(EVENTS);
  const own = (body: string) => keys.includes(keyIn(body));
  const paused = await soon(async () => {
    const found = await now();
    if (found.pausedAt === null) throw new Error('not paused yet');
    return found;
  }, 300_000);
  expect(paused).toMatchObject({ enabled: true, nextProbeAt: expect.any(String) });
  // Only the deliveries that began before the pause have a workflow; the others wait in the database.
  expect((await started()).length).toBeLessThanOrEqual(STARTED_AT_MOST);
  const withWorkflow = await Promise.all((await deliveriesOf(webhook.id)).map(({ id }) => hasWorkflow(id)));
  expect(withWorkflow.length).toBeGreaterThanOrEqual(EVENTS);
  expect(withWorkflow.filter(Boolean).length).toBeLessThanOrEqual(STARTED_AT_MOST);
  receiver.answer = status(204);
  const before = receiver.received.length;
  await soon(async () => expect(await now()).toMatchObject({ pausedAt: null, nextProbeAt: null }), 60_000);
  await soon(async () => {
    const arrived = new Set(receiver.received.slice(before).map(({ body }) => keyIn(body)));
    expect(keys.filter((key) => !arrived.has(key)).length).toBeLessThanOrEqual(STARTED_AT_MOST);
  }, 300_000);
  // The oldest of those that waited first; those side by side can pass each other.
  const arrivals = receiver.received
    .slice(before)
    .flatMap(({ body }) => (own(body) ? [keys.indexOf(keyIn(body))] : []));
  const fresh = arrivals.filter((index) => index > STARTED_AT_MOST);
  expect(fresh.length).toBeGreaterThanOrEqual(EVENTS - 2 * STARTED_AT_MOST - 1);
  for (const [at, index] of fresh.entries())
    for (const later of fresh.slice(at + 1)) expect(index - later).toBeLessThanOrEqual(2 * UNDER_WAY);
});

test('setting enabled to true resumes a paused webhook at once', { timeout: 300_000 }, async () => {
  receiver.answer = status(500);
  await makeMany();
  await soon(async () => expect((await now()).pausedAt).not.toBeNull(), 60_000);
  receiver.answer = status(204);
  const { body } = await ask<EndpointView>('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true });
  expect(body).toMatchObject({ pausedAt: null, nextProbeAt: null });
});
