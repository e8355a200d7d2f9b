import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { lastingPort } from '../../../dev/free-port.ts';
import { PayloadEncryption } from '../../../temporal/encryption/payload-encryption.ts';
import { readPayloadKeys } from '../../../temporal/encryption/payload-keys.ts';
import { HttpReceiver } from '../../support/http-receiver.ts';
import { MailReceiver } from '../../support/mail-receiver.ts';
import { OwnStack } from '../../support/own-stack.ts';
import { must } from '../../support/records.ts';
import { until } from '../../support/waiting.ts';
import { playLife, remaining, type Secrets, secretsOf } from './secret-life.ts';
import { placesOf, readStore, type TemporalStore } from './temporal-store.ts';

const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW] = [entry('old'), entry('new')];
const WITHIN_MS = 50_000;
// Twenty seconds in all on an idle machine, and many times as long on a busy one.
vi.setConfig({ testTimeout: 240_000 });

/** The setting of worker and API, which changes from test to test while the entitlements live on. */
let keys = '';
let stack: OwnStack;
let mail: MailReceiver;
let receiver: HttpReceiver;
beforeAll(async () => {
  mail = new MailReceiver(await lastingPort());
  await mail.start();
  receiver = await HttpReceiver.start();
  stack = await OwnStack.start({
    env: { ALLOT_WEBHOOK_ALLOW_PRIVATE: 'true', SMTP_URL: `smtp://127.0.0.1:${mail.port}` },
    envOf: () => ({ ALLOT_PAYLOAD_KEYS: keys }),
  });
  await must(201, stack.ask('POST', '/v1/webhooks', { url: receiver.url, types: ['entitlement.activated'] }));
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => console.error(await stack.logs()));
});
afterAll(async () => {
  await stack.stop();
  await receiver.stop();
  await mail.stop();
});

/** Worker and API with other keys, or the worker alone. */
async function restartWith(other: string, parts: readonly ('worker' | 'api')[] = ['worker', 'api']): Promise<void> {
  keys = other;
  // A worker that is killed keeps its workflows' tasks for ten seconds.
  await Promise.all(parts.map((part) => stack.end(part)));
  await Promise.all(parts.map((part) => stack.begin(part)));
}

/** A Temporal client with the keys of the moment, as a case system has it. */
const clientOf = async (setting: string) =>
  new Client({
    connection: await stack.connection(),
    dataConverter: new PayloadEncryption(readPayloadKeys(setting)).ofClients,
  });

const play = async (secrets: Secrets): Promise<EntitlementView> =>
  playLife({ stack, client: await clientOf(keys), mail, receiver }, secrets);

const found = (secrets: Secrets, store: TemporalStore) =>
  Object.fromEntries(
    Object.entries(secrets).flatMap(([what, text]) => {
      const places = placesOf(text, store);
      return places.length === 0 ? [] : [[what, places] as const];
    }),
  );

const readiness = async () => {
  const response = await fetch(`${stack.apiUrl}/readyz`);
  return { status: response.status, body: (await response.json()) as { checks: Record<string, string> } };
};

const [PLAIN, HIDDEN] = [secretsOf('plumbago'), secretsOf('heliotrope')];
let before: EntitlementView;
let after: EntitlementView;
/** The attach of a case while a key is missing: its caller tries again until it is taken. */
let waiting: Promise<unknown>;

/** Attaches a case under its own id as key, again until it is taken: on a busy machine the first answer may be 503. */
const attached = (one: EntitlementView, { customerId, contactId, productId }: Secrets, id: string, title = id) =>
  until(`the case ${id}`, WITHIN_MS, async () => {
    const supportCase = { id, customerId, contactId, productId, entitlementId: one.id, title };
    const { status } = await stack.ask('POST', '/v1/cases', supportCase, id);
    return status === 201 || undefined;
  });

test('without keys, Temporal keeps each name, address and title in plain text', async () => {
  before = await play(PLAIN);
  const store = await readStore(stack);
  expect(store.events).toBeGreaterThan(50);
  expect(Object.keys(found(PLAIN, store)).sort()).toEqual(Object.keys(PLAIN).sort());
});

test('with a key, it keeps none of them in any form, and the life is the same', async () => {
  await restartWith(OLD);
  after = await play(HIDDEN);
  const store = await readStore(stack);
  expect(found(HIDDEN, store)).toEqual({});
  expect(Object.keys(found(PLAIN, store)).sort()).toEqual(Object.keys(PLAIN).sort());
  expect(after.remainingTerm).toBe(before.remainingTerm);
});

test('a workflow from before goes on with the key, and writes nothing more in plain text', async () => {
  const title = 'An elephant in the server room';
  await attached(before, PLAIN, 'case-with-title', title);
  expect(placesOf(title, await readStore(stack))).toEqual([]);
});

test('the key is rotated while workflows live: both go on, also from their histories', async () => {
  await restartWith(`${NEW},${OLD}`);
  for (const [one, secrets] of [
    [before, PLAIN],
    [after, HIDDEN],
  ] as const) {
    const left = await remaining(stack, one.id);
    await attached(one, secrets, `case-rotated-${secrets.customerId}`);
    expect(await remaining(stack, one.id)).toBe((left ?? 0) - 1);
  }
});

test('while a key is missing no workflow fails: readiness does, and the log names the key', async () => {
  await restartWith(NEW, ['worker']);
  waiting = attached(after, HIDDEN, 'case-while-missing');
  waiting.catch(() => undefined);
  await until('readiness fails', WITHIN_MS, async () => (await readiness()).status === 503 || undefined);
  const named = /encrypted with the key old\.[0-9a-f]{8}, which ALLOT_PAYLOAD_KEYS of this process does not have/;
  await until('the log', WITHIN_MS, async () => named.test((await stack.logOf('worker')).join('\n')) || undefined);
  const workflow = (await clientOf(OLD)).workflow.getHandle(`entitlement/${after.id}`);
  expect((await workflow.describe()).status.name).toBe('RUNNING');
});

test('with the keys there again and switched off, all goes on, and reconcile finds nothing amiss', async () => {
  const left = await remaining(stack, after.id);
  await restartWith(`off,${NEW},${OLD}`);
  await waiting;
  expect(await remaining(stack, after.id)).toBe((left ?? 0) - 1);
  expect((await readiness()).status).toBe(200);
  for (const { id } of [before, after]) await must(200, stack.ask('POST', `/v1/entitlements/${id}/cancel`));
  const { code, stdout } = await stack.run('bin/reconcile/main.js', [], { ALLOT_PAYLOAD_KEYS: keys });
  expect(stdout).toContain('workflow, snapshot and ledger agree');
  expect(code).toBe(0);
});
