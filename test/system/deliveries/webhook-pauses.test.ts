import { WorkflowNotFoundError } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { aWebhook, deliveriesOf, type EndpointView, noWebhook } from '../../support/webhook-client.ts';

let receiver: HttpReceiver;
let webhook: EndpointView;
beforeEach(async () => {
  receiver = await HttpReceiver.start();
  webhook = await aWebhook(receiver.url, ['case.attached']);
});
afterEach(async () => {
  await noWebhook(webhook.id);
  await receiver.stop();
});

const EVENTS = 120;
const UNDER_WAY = 10;
/** Of those under way when it was paused, and of a few that tried it since. */
const STARTED_AT_MOST = 40;

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
const caseIn = (body: string): string => (JSON.parse(body) as { data: { caseId: string } }).data.caseId;

/** Cases of an entitlement of this test, each an event; their ids in order. */
async function attachMany(): Promise<readonly string[]> {
  const active = await anActive(await aCustomer(), { totalTerm: 1_000 });
  const run = unique('paused');
  const ids = Array.from({ length: EVENTS }, (_, n) => `${run}-${String(n).padStart(3, '0')}`);
  const events = ids.map((caseId) => ({
    kind: 'attach',
    key: caseId,
    caseId,
    customerId: active.customerId,
    entitlementId: active.id,
  }));
  expect((await ask('POST', '/v1/case-events', { events })).status).toBe(200);
  return ids;
}

test('a webhook whose receiver keeps failing is paused, resumes by itself, and delivers the oldest events first', {
  timeout: 120_000,
}, async () => {
  receiver.answer = status(500);
  const ids = await attachMany();
  const own = (body: string) => ids.includes(caseIn(body));
  const paused = await soon(async () => {
    const found = await now();
    if (found.pausedAt === null) throw new Error('not paused yet');
    return found;
  }, 60_000);
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
    const arrived = new Set(receiver.received.slice(before).map(({ body }) => caseIn(body)));
    expect(ids.filter((id) => !arrived.has(id)).length).toBeLessThanOrEqual(STARTED_AT_MOST);
  }, 60_000);
  // The oldest of those that waited first; those side by side can pass each other.
  const arrivals = receiver.received
    .slice(before)
    .flatMap(({ body }) => (own(body) ? [ids.indexOf(caseIn(body))] : []));
  const fresh = arrivals.filter((index) => index > STARTED_AT_MOST);
  expect(fresh.length).toBeGreaterThanOrEqual(EVENTS - 2 * STARTED_AT_MOST - 1);
  for (const [at, index] of fresh.entries())
    for (const later of fresh.slice(at + 1)) expect(index - later).toBeLessThanOrEqual(2 * UNDER_WAY);
});

test('setting enabled to true resumes a paused webhook at once', { timeout: 120_000 }, async () => {
  receiver.answer = status(500);
  await attachMany();
  await soon(async () => expect((await now()).pausedAt).not.toBeNull(), 60_000);
  receiver.answer = status(204);
  const { body } = await ask<EndpointView>('PATCH', `/v1/webhooks/${webhook.id}`, { enabled: true });
  expect(body).toMatchObject({ pausedAt: null, nextProbeAt: null });
});
