import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { OwnStack } from '../support/own-stack.ts';
import { anActive, must } from '../support/records.ts';
import { unique } from '../support/unique.ts';
import { until } from '../support/waiting.ts';

/** A call that hangs with the database is given up after 30 s; then some for a busy machine. */
const FREED_WITHIN_MS = 120_000;

let stack: OwnStack;
beforeAll(async () => {
  stack = await OwnStack.start();
});
beforeEach(({ onTestFailed }) => {
  onTestFailed(async () => console.error(await stack.logs()));
});
afterAll(async () => {
  await stack.stop();
});

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
  ['the worker is killed', ['worker']],
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
    type Rows = { items: { kind: string }[] };
    const rows = await must(200, stack.ask<Rows>('GET', `/v1/entitlements/${old.id}/ledger`));
    expect(rows.items.filter(({ kind }) => kind === 'successor_ended')).toHaveLength(1);
    // A worker that was killed holds the workflow's tasks for a while.
    const key = unique('renew');
    await until('it is renewed again', FREED_WITHIN_MS, async () => {
      const { status } = await stack.ask('POST', `/v1/entitlements/${old.id}/renew`, {}, key);
      return status === 201 ? true : undefined;
    });
  },
  3 * FREED_WITHIN_MS,
);
