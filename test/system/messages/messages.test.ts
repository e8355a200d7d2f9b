import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { differencesOf } from '../../../bin/reconcile/reconcile.ts';
import { connect } from '../../../db/postgres/connect.ts';
import { entitlementId } from '../../../domain/ids.ts';
import { aCustomer, anActive, ask, entitlement, ledger } from '../../support/api-client.ts';
import { dayFromNow, MINUTE_MS } from '../../support/days.ts';
import { HttpReceiver, status } from '../../support/http-receiver.ts';
import { failedTasks, send } from '../../support/message-sender.ts';
import { json, type Names, strangeMessages } from '../../support/strange-messages.ts';
import { Clock, discard, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { aWebhook, deliveriesOf, noWebhook } from '../../support/webhook-client.ts';

/** Strange messages for each kind of workflow; more of them by environment, for a long run. */
const MESSAGES = Number(process.env.ALLOT_STRANGE_MESSAGES ?? 80);
const SEED = Number(process.env.ALLOT_STRANGE_SEED ?? 1_795_898_459_160);
const TIMEOUT_MS = 120_000 + MESSAGES * 500;
/** Every so many messages one comes that is as it should be. */
const VALID_EVERY = 10;

const CASE_ID = 'case-1';
const attachment = { kind: 'attach', key: 'key-1', caseId: CASE_ID, channel: 'email', title: 'A case', minutes: 5 };
const command = { by: 'case system', key: 'key-2', reason: null, confirmed: [], ifVersion: 1_000_000 };
const details = { name: 'Another name', totalTerm: 5, priority: 1, channels: [], renewalPolicy: null };

const OF_ENTITLEMENTS: Names = {
  signals: Object.fromEntries(
    ['attachCase', 'updateCase', 'resolveCase', 'cancelCase', 'reactivateCase'].map((name) => [
      name,
      { message: { ...attachment, by: 'case system' } },
    ]),
  ),
  updates: {
    applyCaseEvents: {
      message: {
        events: [attachment],
        by: 'case system',
        knowledge: { generation: 0, cases: [] },
        confirmed: [[1, 2]],
      },
    },
    create: { message: { by: 'case system', key: 'key-3', details, renewsId: null } },
    edit: { message: { ...command, changes: details }, stays: ['ifVersion'] },
    topUp: {
      message: { ...command, topUp: { amount: 1, expiresOn: null, price: null, currency: null } },
      stays: ['ifVersion'],
    },
    acceptRenewal: { message: { ...command, successorId: 'ent_other', details }, stays: ['ifVersion'] },
    ...Object.fromEntries(
      ['activate', 'deactivate', 'cancel', 'renew', 'delete'].map((name) => [
        name,
        { message: { ...command, successorId: 'ent_other' }, stays: ['ifVersion'] },
      ]),
    ),
  },
  queries: ['state'],
};

/** Real news and real decisions end a renewal: what would make them real stays out. */
const OF_RENEWALS: Names = {
  signals: {
    entitlementChanged: {
      message: { status: 'active', endsAt: 1, renewedById: null, deleted: false, n: 1, details: { renewalPolicy: 5 } },
      stays: ['renewedById', 'deleted', 'n', 'details'],
    },
  },
  updates: {
    accept: { message: { by: 'ann', key: 'no key', reason: null, changes: { name: 'x' } }, stays: ['key'] },
    decline: { message: { by: 'ann', key: 'key-4', reason: 'x'.repeat(501) }, stays: ['reason'] },
    snooze: { message: { by: 'ann', key: 'key-5', reason: null, until: '2020-01-01' }, stays: ['until'] },
  },
  queries: ['state'],
};

const OF_DELIVERIES: Names = { signals: { attemptNow: null }, updates: {}, queries: [] };

/** Strange messages in order, and now and then one that is valid; how many were taken and refused. */
async function sendAll(workflowId: string, names: Names, valid: (index: number) => Promise<void>) {
  const counts = { taken: 0, refused: 0 };
  const messages = fc.sample(strangeMessages(names), { numRuns: MESSAGES, seed: SEED });
  for (const [index, message] of messages.entries()) {
    counts[await send(workflowId, message)] += 1;
    if (index % VALID_EVERY === 0) await valid(index);
  }
  console.error(`${workflowId}: ${counts.taken} taken, ${counts.refused} refused (seed ${SEED})`);
  // Of both kinds, or the sample proves nothing.
  expect(Math.min(counts.taken, counts.refused)).toBeGreaterThan(0);
}

async function expectRunning(workflowId: string): Promise<void> {
  expect(await failedTasks(workflowId)).toEqual([]);
  expect((await temporal.workflow.getHandle(workflowId).describe()).status.name).toBe('RUNNING');
}

/** As senders of updates do: while a run ends they ask again. */
async function applied(id: string, events: readonly object[]): Promise<void> {
  await soon(async () => {
    await workflowOf(id).executeUpdate('applyCaseEvents', { args: [{ events }] });
  }, 30_000);
}

const made: string[] = [];
const sql = connect(inject('databaseUrl'), { max: 10 });
afterAll(async () => {
  for (const id of made) await discard(id);
  await sql.end();
});

describe('whatever a Temporal client sends, no task fails and valid messages are applied', () => {
  test('an entitlement', { timeout: TIMEOUT_MS }, async () => {
    const { id } = await anActive(await aCustomer(), { totalTerm: 1_000_000 });
    made.push(id);
    const keys: string[] = [];
    await sendAll(`entitlement/${id}`, OF_ENTITLEMENTS, async (index) => {
      const event = { key: unique('valid'), caseId: unique('case'), channel: 'phone' };
      keys.push(event.key);
      if (index % (2 * VALID_EVERY) === 0) await workflowOf(id).signal('attachCase', event);
      else await applied(id, [{ kind: 'attach', ...event }]);
    });
    await expectRunning(`entitlement/${id}`);
    // Rows of updates are left to their senders for half a minute; these senders write none.
    await new Clock(id).skip(MINUTE_MS);
    await soon(async () => {
      const attached = (await ledger(id)).filter(({ kind }) => kind === 'attached').map(({ key }) => key);
      expect(keys.filter((key) => !attached.includes(key))).toEqual([]);
    });
    expect(
      (
        await ask('POST', '/v1/cases', {
          id: unique('case'),
          customerId: (await entitlement(id)).customerId,
          entitlementId: id,
        })
      ).status,
    ).toBe(201);
    expect(await differencesOf(sql, temporal, entitlementId(id))).toEqual([]);
  });

  test('an entitlement that continues in a new run among deeply nested signals', { timeout: TIMEOUT_MS }, async () => {
    const { id } = await anActive(await aCustomer(), { totalTerm: 1_000_000 });
    made.push(id);
    const deep = {
      how: 'signal',
      name: 'attachCase',
      payloads: [json('['.repeat(20_000) + ']'.repeat(20_000))],
    } as const;
    const cases = Array.from({ length: 300 }, () => unique('case'));
    const deepEvery = 25;
    await Promise.all(
      cases.map(async (caseId, index) => {
        if (index % deepEvery === 0) await send(`entitlement/${id}`, deep);
        await workflowOf(id).signal('attachCase', { key: caseId, caseId });
      }),
    );
    await soon(async () => expect((await entitlement(id)).openCases).toBe(cases.length), 60_000);
    await soon(async () => {
      const refused = (await ledger(id)).filter(({ kind }) => kind === 'refused');
      expect(refused).toHaveLength(cases.length / deepEvery);
    });
    await expectRunning(`entitlement/${id}`);
  });

  test('a renewal', { timeout: TIMEOUT_MS }, async () => {
    const accountManager = { name: 'Ann Able', email: 'ann@example.com' };
    const { id } = await anActive(await aCustomer({ accountManager }), {
      endDate: dayFromNow(200),
      renewalPolicy: { noticeDays: 365 },
    });
    made.push(id);
    const renewal = temporal.workflow.getHandle(`renewal/${id}/1`);
    await soon(async () => expect((await renewal.describe()).status.name).toBe('RUNNING'));
    let snoozes = 0;
    await sendAll(renewal.workflowId, OF_RENEWALS, async () => {
      snoozes += 1;
      const message = { by: 'ann', key: unique('key'), reason: null, until: dayFromNow(10) };
      await renewal.executeUpdate('snooze', { args: [message] });
    });
    await expectRunning(renewal.workflowId);
    const { body } = await ask<{ steps: { step: string }[] }>('GET', `/v1/renewals/ren_${id}_1`);
    expect(body.steps.filter(({ step }) => step === 'snoozed')).toHaveLength(snoozes);
    const { status: declined } = await ask('POST', `/v1/renewals/ren_${id}_1/decline`, { reason: 'Too expensive' });
    expect(declined).toBe(200);
  });

  describe('a delivery', () => {
    let receiver: HttpReceiver;
    let webhookId: string | undefined;
    beforeAll(async () => {
      receiver = await HttpReceiver.start();
    });
    afterAll(async () => {
      if (webhookId !== undefined) await noWebhook(webhookId);
      await receiver.stop();
    });

    test('is delivered in the end', { timeout: TIMEOUT_MS }, async () => {
      receiver.answer = status(500);
      webhookId = (await aWebhook(receiver.url, ['entitlement.canceled'])).id;
      const { id } = await anActive(await aCustomer());
      await ask('POST', `/v1/entitlements/${id}/cancel`);
      const own = async () => (await deliveriesOf(webhookId ?? '')).find(({ recordId }) => recordId === id);
      // After the second attempt it waits for five minutes.
      const waiting = await soon(async () => {
        const found = await own();
        if (found?.attempts.length !== 2) throw new Error(JSON.stringify(found));
        return found;
      }, 30_000);
      const workflowId = `delivery/${waiting.id}`;
      await sendAll(workflowId, OF_DELIVERIES, () =>
        send(workflowId, { how: 'signal', name: 'attemptNow', payloads: [json('0')] }).then(() => undefined),
      );
      await expectRunning(workflowId);
      receiver.answer = status(204);
      await ask('POST', `/v1/deliveries/${waiting.id}/redeliver`);
      await soon(async () => expect(await own()).toMatchObject({ status: 'delivered', redelivery: 1 }));
      expect(await failedTasks(workflowId)).toEqual([]);
    });
  });
});
