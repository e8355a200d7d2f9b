import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { StepRecord } from '../../db/renewals/renewals.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import { lastingPort } from '../../dev/free-port.ts';
import type { EntitlementDetails } from '../../domain/terms/details.ts';
import { workflowIdOf } from '../../workflows/entitlements/messages.ts';
import { entitlementChanged, renewalWorkflowIdOf } from '../../workflows/renewals/renewal-messages.ts';
import { dayFromNow } from '../support/days.ts';
import { MailReceiver } from '../support/mail-receiver.ts';
import { OwnStack } from '../support/own-stack.ts';
import { anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';

const DAY_MS = 86_400_000;
/** An attempt that hangs with the database is given up after 30 s; the rest is for a busy machine. */
const STEP_WITHIN_MS = 60_000;
/** A call that hangs with the database is given up after 30 s; then some for a busy machine. */
const FREED_WITHIN_MS = 120_000;
const MANAGER = { name: 'Ann Account', email: 'ann@example.com' };

let stack: OwnStack;
let mail: MailReceiver;
const skips: Promise<void>[] = [];
beforeAll(async () => {
  mail = new MailReceiver(await lastingPort());
  stack = await OwnStack.start({ env: { SMTP_URL: `smtp://127.0.0.1:${mail.port}` } });
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => console.error(await stack.logs()));
});
afterEach(async () => {
  await mail.stop();
});
afterAll(async () => {
  await Promise.all(skips);
  await stack.stop();
});

/** Its notice is due at once, its reminder in ten days. */
const anEnding = (name: string): Promise<EntitlementView> =>
  anActive(stack, {
    name,
    endDate: dayFromNow(40),
    renewalPolicy: { noticeDays: 60, reminderDays: 30, escalationDays: 0, accountManager: MANAGER },
  });

const stepsOnce = (id: string, steps: readonly string[]): Promise<readonly StepRecord[]> =>
  until(`the steps ${steps}`, STEP_WITHIN_MS, async () => {
    type Renewals = { items: { steps: StepRecord[] }[] };
    const { body } = await stack.ask<Renewals>('GET', `/v1/renewals?entitlementId=${id}`);
    const taken = body.items[0]?.steps ?? [];
    return String(taken.map(({ step }) => step)) === String(steps) ? taken : undefined;
  });

/** Moves a workflow's clock, and does not wait for it: a part that is away stops the clock. */
async function skip(workflowId: string, ms: number): Promise<void> {
  skips.push(fastForward(await stack.connection(), 'default', workflowId, ms).catch(() => undefined));
}

test('a reminder that could not be written while the database was away is not sent once the renewal is withdrawn', async () => {
  await mail.start();
  const active = await anEnding('Superseded');
  await stepsOnce(active.id, ['notice']);
  await until('the notice is there', 60_000, async () => (mail.with('Superseded').length > 0 ? true : undefined));

  const [found] = await stack.sql<{ details: EntitlementDetails }[]>`
    select state->'details' as details from entitlements where id = ${active.id}`;
  if (found === undefined) throw new Error('the entitlement is not there');
  await stack.kill('postgres');
  const workflowId = renewalWorkflowIdOf(active.id, 1);
  const handle = (await stack.client()).workflow.getHandle(workflowId);
  await skip(workflowId, 11 * DAY_MS);
  await until('the reminder has been tried', 90_000, async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1) === true ? true : undefined;
  });
  const canceled = { status: 'canceled', endsAt: null, renewedById: null, deleted: false, n: 1 } as const;
  await handle.signal(entitlementChanged, { ...canceled, details: found.details });
  await stack.begin('postgres');

  const steps = await stepsOnce(active.id, ['notice', 'reminder', 'withdrawn']);
  expect(steps.map(({ heardBy }) => heardBy)).toEqual(['everybody', 'nobody', 'everybody']);
  expect(mail.with('Superseded')).toHaveLength(1);
}, 300_000);

test('if the end is edited before a worker could start the renewal, the entitlement starts one for the new end', async () => {
  const active = await anActive(stack, {
    endDate: dayFromNow(100),
    renewalPolicy: { noticeDays: 60, accountManager: MANAGER },
  });
  await stack.kill('worker');
  await skip(workflowIdOf(active.id), 41 * DAY_MS);
  const path = `/v1/entitlements/${active.id}`;
  const edits: Promise<unknown>[] = [];
  for (const [method, where, body] of [
    ['POST', `${path}/deactivate`, {}],
    ['PATCH', path, { endDate: dayFromNow(90) }],
    ['POST', `${path}/activate`, {}],
  ] as const) {
    edits.push(stack.ask(method, where, body));
    await sleep(300);
  }
  await stack.begin('worker');
  await Promise.all(edits);
  await stepsOnce(active.id, ['notice']);
  const { status, body } = await stack.ask<EntitlementView>('POST', `${path}/cancel`);
  expect([status, body.status, body.endDate]).toEqual([200, 'canceled', dayFromNow(90)]);
}, 300_000);

/** A canceled entitlement and its successor, a draft. */
async function renewed() {
  const old = await until('an entitlement', FREED_WITHIN_MS, () => anActive(stack));
  await must(200, stack.ask('POST', `/v1/entitlements/${old.id}/cancel`));
  const successor = await must(201, stack.ask<EntitlementView>('POST', `/v1/entitlements/${old.id}/renew`));
  return { old, successor };
}

/** Asks the workflow itself, as an API that dies before it has done anything with the answer. */
async function deleteBy(workflowId: string): Promise<void> {
  const client = await stack.client();
  const message = { by: 'tester', key: null, reason: null };
  await client.workflow.getHandle(workflowId).executeUpdate('delete', { args: [message] });
}

const untilFree = (id: string) =>
  until('the predecessor is free', FREED_WITHIN_MS, async () => {
    const { status, body } = await stack.ask<EntitlementView>('GET', `/v1/entitlements/${id}`);
    return status === 200 && body.renewedById === null ? body : undefined;
  });

test.each([
  ['PostgreSQL is away', ['postgres']],
  ['the API and the worker are killed', ['api', 'worker']],
] as const)(
  'deleting a successor while %s frees its predecessor, once',
  async (_what, parts) => {
    const { old, successor } = await renewed();
    if (parts[0] === 'postgres') await stack.kill('postgres');
    await deleteBy(`entitlement/${successor.id}`);
    if (parts[0] !== 'postgres') for (const part of parts) await stack.kill(part);
    for (const part of parts) await stack.begin(part);
    await untilFree(old.id);
    // A worker that was killed holds the workflow's tasks for a while.
    const key = unique('renew');
    await until('it is renewed again', FREED_WITHIN_MS, async () => {
      const { status } = await stack.ask('POST', `/v1/entitlements/${old.id}/renew`, {}, key);
      return status === 201 ? true : undefined;
    });
    const rows = await until('its row is written', FREED_WITHIN_MS, async () => {
      const found = await stack.sql`
        select from ledger where entitlement_id = ${old.id} and kind = 'successor_ended'`;
      return found.length > 0 ? found : undefined;
    });
    expect(rows).toHaveLength(1);
  },
  3 * FREED_WITHIN_MS,
);
