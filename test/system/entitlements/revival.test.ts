import { describe, expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { aCustomer, anActive, ask, attach, caseRows, entitlement, ledger, onCase } from '../../support/api-client.ts';
import { HOUR_MS } from '../../support/days.ts';
import { Clock, stateOf, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

interface Quiet {
  readonly id: string;
  readonly customerId: string;
  readonly caseId: string;
  readonly attachKey: string;
  readonly runId: string;
}

/** An expired entitlement of 3 with one resolved case, whose workflow has completed. */
async function aQuietOne(more: Record<string, unknown> = {}): Promise<Quiet> {
  const active = await anActive(await aCustomer(), { decreaseRemainingOn: 'resolution', ...more });
  const { id, customerId } = active;
  const attachKey = unique('key');
  const { body: supportCase } = await attach(active, {}, { key: attachKey });
  await onCase(supportCase.id, 'resolve', { minutes: 20 });
  const clock = new Clock(id);
  await clock.goPast(active.endsAt);
  await soon(async () => expect((await entitlement(id)).status).toBe('expired'));
  expect((await workflowOf(id).describe()).status.name).toBe('RUNNING');
  await clock.skipUntilCompleted(2 * HOUR_MS);
  const { runId } = await workflowOf(id).describe();
  expect(await entitlement(id)).toMatchObject({ remainingTerm: 2, openCases: 0 });
  return { id, customerId, caseId: supportCase.id, attachKey, runId };
}

async function expectBackFrom({ id, runId }: Quiet): Promise<void> {
  const description = await workflowOf(id).describe();
  expect(description.status.name).toBe('RUNNING');
  expect(description.runId).not.toBe(runId);
  const rows = await ledger(id);
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1));
  expect((await stateOf(id)).remainingTerm).toBe(rows.reduce((sum, { change }) => sum + change, 0));
}

describe('an expired entitlement completes its workflow, which comes back', () => {
  test('for a late reactivate and resolve, each exactly once', async () => {
    const quiet = await aQuietOne();
    const { id, caseId } = quiet;
    const key = unique('key');
    const answers = await Promise.all([1, 2, 3].map(() => onCase(caseId, 'reactivate', {}, { key })));
    expect(answers.map(({ status, body }) => [status, body.change])).toEqual(Array(3).fill([200, 1]));
    await expectBackFrom(quiet);
    const { body } = await onCase(caseId, 'resolve');
    expect(body).toMatchObject({ status: 'resolved', minutes: 20, change: -1, remainingTerm: 2 });
    expect(await entitlement(id)).toMatchObject({ status: 'expired', remainingTerm: 2, openCases: 0 });
  });

  test('for a renewal', async () => {
    const quiet = await aQuietOne();
    const renewed = await ask<EntitlementView>('POST', `/v1/entitlements/${quiet.id}/renew`);
    expect(renewed).toMatchObject({ status: 201, body: { status: 'draft', renewsId: quiet.id, remainingTerm: 3 } });
    expect(await entitlement(quiet.id)).toMatchObject({ status: 'expired', renewedById: renewed.body.id });
    await expectBackFrom(quiet);
    const activated = await ask('POST', `/v1/entitlements/${renewed.body.id}/activate`);
    expect(activated.body).toMatchObject({ status: 'active' });
  });

  test('for an event by Prefer: respond-async', async () => {
    const quiet = await aQuietOne();
    const { id, caseId } = quiet;
    const options = { key: unique('key'), headers: { prefer: 'respond-async' } };
    const told = await Promise.all([1, 2].map(() => onCase(caseId, 'reactivate', {}, options)));
    expect(told.map(({ status }) => status)).toEqual([202, 202]);
    await soon(async () => expect(await entitlement(id)).toMatchObject({ remainingTerm: 3, openCases: 1 }));
    await expectBackFrom(quiet);
    expect((await caseRows(id)).at(-1)).toEqual(['reactivated', 1]);
  });

  test('once for all ways at once with one key', async () => {
    const quiet = await aQuietOne();
    const { id, caseId } = quiet;
    const key = unique('key');
    await Promise.all([
      onCase(caseId, 'reactivate', {}, { key, headers: { prefer: 'respond-async' } }),
      onCase(caseId, 'reactivate', {}, { key }),
      ask('POST', `/v1/entitlements/${id}/renew`),
    ]);
    await expectBackFrom(quiet);
    expect((await caseRows(id)).filter(([kind]) => kind === 'reactivated')).toEqual([['reactivated', 1]]);
    expect(await entitlement(id)).toMatchObject({ renewed: true, remainingTerm: 3 });
  });

  test('to refuse a new case, a command that its state does not allow, and a key with other content', async () => {
    const quiet = await aQuietOne();
    expect((await attach(quiet)).body.code).toBe('expired');
    expect((await ask('POST', `/v1/entitlements/${quiet.id}/cancel`)).body.code).toBe('wrong_state');
    const other = await onCase(quiet.caseId, 'reactivate', {}, { key: quiet.attachKey });
    expect(other.body.code).toBe('idempotency_conflict');
    await expectBackFrom(quiet);
  });
});

test('a retry does not bring the workflow back: its first answer is in the ledger', async () => {
  const { id, caseId, customerId, attachKey, runId } = await aQuietOne();
  const again = await attach({ id, customerId }, { id: caseId }, { key: attachKey });
  expect(again).toMatchObject({ status: 201, body: { change: 0, remainingTerm: 3 } });
  expect((await workflowOf(id).describe()).runId).toBe(runId);
});

test('an expired entitlement keeps its workflow while a case is open, and completes after it', async () => {
  const active = await anActive(await aCustomer());
  const { body: supportCase } = await attach(active);
  const clock = new Clock(active.id);
  await clock.goPast(active.endsAt);
  await clock.skip(48 * HOUR_MS);
  expect((await workflowOf(active.id).describe()).status.name).toBe('RUNNING');
  await onCase(supportCase.id, 'cancel');
  await clock.skipUntilCompleted(2 * HOUR_MS);
  expect(await entitlement(active.id)).toMatchObject({ status: 'expired', remainingTerm: 3, openCases: 0 });
});

test('a workflow brought back for an entitlement that never existed ends and leaves none', async () => {
  const id = unique('ent');
  const workflowId = `entitlement/${id}`;
  const taskQueue = (await workflowOf((await anActive(await aCustomer())).id).describe()).taskQueue;
  const handle = await temporal.workflow.signalWithStart('entitlement', {
    workflowId,
    taskQueue,
    args: [{ id, revive: true }],
    signal: 'reactivateCase',
    signalArgs: [{ key: unique('key'), caseId: unique('case') }],
  });
  await temporal.withDeadline(Date.now() + 10_000, () => handle.result());
  expect((await ask('GET', `/v1/entitlements/${id}`)).status).toBe(404);
});
