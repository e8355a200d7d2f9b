import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlement-view.ts';
import type { StepRecord } from '../../db/renewals.ts';
import { fastForward } from '../../dev/fast-forward.ts';
import type { EntitlementDetails } from '../../domain/details.ts';
import { entitlementChanged, renewalWorkflowIdOf } from '../../workflows/renewal-messages.ts';
import { MailReceiver } from '../system/mail-receiver.ts';
import { lastingPort, OwnStack, until } from './own-stack.ts';
import { anActive, dayFromNow } from './records.ts';

const DAY_MS = 86_400_000;
const MANAGER = { name: 'Ann Account', email: 'ann@example.com' };

let stack: OwnStack;
let mail: MailReceiver;
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
  until(`the steps ${steps}`, 30_000, async () => {
    type Renewals = { items: { steps: StepRecord[] }[] };
    const { body } = await stack.ask<Renewals>('GET', `/v1/renewals?entitlementId=${id}`);
    const taken = body.items[0]?.steps ?? [];
    return String(taken.map(({ step }) => step)) === String(steps) ? taken : undefined;
  });

/** Without waiting for it: what is away holds its clock. */
async function skip(workflowId: string, ms: number): Promise<void> {
  void fastForward(await stack.connection(), 'default', workflowId, ms).catch(() => undefined);
}

test('a reminder that could not be written while the database was away is not sent once the renewal is withdrawn', async () => {
  await mail.start();
  const active = await anEnding('Overtaken');
  await stepsOnce(active.id, ['notice']);
  await until('the notice is there', 10_000, async () => (mail.with('Overtaken').length > 0 ? true : undefined));

  const [found] = await stack.sql<{ details: EntitlementDetails }[]>`
    select state->'details' as details from entitlements where id = ${active.id}`;
  if (found === undefined) throw new Error('the entitlement is not there');
  await stack.kill('postgres');
  const workflowId = renewalWorkflowIdOf(active.id, 1);
  const handle = (await stack.client()).workflow.getHandle(workflowId);
  await skip(workflowId, 11 * DAY_MS);
  await until('the reminder has been tried', 30_000, async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.some(({ attempt }) => (attempt ?? 0) > 1) === true ? true : undefined;
  });
  const canceled = { status: 'canceled', endsAt: null, renewedById: null, deleted: false } as const;
  await handle.signal(entitlementChanged, { ...canceled, details: found.details });
  await stack.begin('postgres');

  const steps = await stepsOnce(active.id, ['notice', 'reminder', 'withdrawn']);
  expect(steps.map(({ told }) => told)).toEqual([true, false, true]);
  expect(mail.with('Overtaken')).toHaveLength(1);
}, 90_000);
