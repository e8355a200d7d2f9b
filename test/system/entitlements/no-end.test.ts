import { ServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { expect, inject, test } from 'vitest';
import { makeSuccessor } from '../../../activities/renewals/make-successor.ts';
import { createLedgerStore } from '../../../db/ledger/ledger.ts';
import { connect } from '../../../db/postgres/connect.ts';
import type { LifeCommandKind } from '../../../domain/entitlements/life.ts';
import type { EntitlementId } from '../../../domain/ids.ts';
import type { Renewal } from '../../../domain/renewals/renewal-course.ts';
import { createLogger } from '../../../runtime/logger.ts';
import { EntitlementsGateway } from '../../../temporal/entitlements-gateway.ts';
import type { LifeMessage } from '../../../workflows/entitlements/life-messages.ts';
import { aCustomer, anActive, ask, attach, entitlement } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock, temporal, workflowOf } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const sql = connect(inject('databaseUrl'), { max: 2 });

const LAST_DATE = '9999-12-31';
const POLICY = { noticeDays: 60, reminderDays: 30, escalationDays: 14 };

const openRenewal = (id: string) =>
  soon(async () => {
    const path = `/v1/renewals?entitlementId=${id}`;
    const [found] = (await ask<{ items: { id: string; stage: string }[] }>('GET', path)).body.items;
    if (found?.stage !== 'open') throw new Error(`the renewal is ${found?.stage}`);
    return found;
  });

test.each([
  ['UTC', null],
  ['Pacific/Kiritimati', 'month'],
  ['Etc/GMT+12', 'year'],
  ['America/New_York', 'quarter'],
])('in %s an entitlement until 9999-12-31, with the period %s, lives like any other', async (timeZone, period) => {
  const active = await anActive(await aCustomer(), {
    ...{ endDate: LAST_DATE, timeZone, period, renewalPolicy: POLICY },
    startDate: dayFromNow(-3),
  });
  expect(active).toMatchObject({ status: 'active', endDate: LAST_DATE });
  expect(active.endsAt).toMatch(/^9999-12-31T/);
  expect((await attach(active)).body).toMatchObject({ remainingTerm: 2 });
  const { id, customerId } = active;
  const match = await ask<{ entitlements: { id: string }[] }>('POST', '/v1/cases/match', { customerId });
  expect(JSON.stringify(match.body)).toContain(id);
  for (const report of ['expiring?days=3660', 'near-depletion?threshold=0', 'utilisation', 'high-touch', 'renewals'])
    expect((await ask('GET', `/v1/reports/${report}`)).status).toBe(200);
  // Its clock goes on, so its timers are such as the server takes.
  const clock = new Clock(id);
  await clock.goPast(new Date(Date.now() + 300 * 86_400_000).toISOString());
  expect((await attach(active)).status).toBe(201);
  const path = `/v1/entitlements/${id}`;
  expect((await ask('POST', `${path}/deactivate`)).status).toBe(200);
  expect((await ask('PATCH', path, { endDate: '9999-12-30' })).status).toBe(200);
  expect((await ask('PATCH', path, { endDate: LAST_DATE })).status).toBe(200);
  expect((await ask('POST', `${path}/activate`)).body).toMatchObject({ status: 'active' });
  const { searchAttributes } = await workflowOf(id).describe();
  expect(searchAttributes.AllotEndsAt).toEqual([new Date('2262-01-01T00:00:00Z')]);
  expect((await ask('POST', `${path}/cancel`)).body).toMatchObject({ status: 'canceled' });
});

test('one that starts on 9999-12-31 waits for it', async () => {
  const waiting = await anActive(await aCustomer(), { startDate: LAST_DATE, endDate: LAST_DATE });
  expect(waiting).toMatchObject({ status: 'waiting', startsAt: '9999-12-31T00:00:00.000Z' });
});

test('an opportunity and a renewal can make one', async () => {
  const customerId = await aCustomer();
  const entitlementOf = { name: 'No end', startDate: dayFromNow(0), endDate: LAST_DATE, allocationType: 'unlimited' };
  const won = { id: unique('opp'), status: 'closed_won', customerId, entitlement: entitlementOf };
  expect(await ask('POST', '/v1/opportunities', won)).toMatchObject({ status: 201, body: { status: 'active' } });
  const old = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(20) });
  const { id } = await openRenewal(old.id);
  const accepted = await ask<{ successorId: string }>('POST', `/v1/renewals/${id}/accept`, {
    changes: { endDate: LAST_DATE },
  });
  expect(accepted).toMatchObject({ status: 200, body: { stage: 'accepted' } });
  expect(await entitlement(accepted.body.successorId)).toMatchObject({ status: 'waiting', endDate: LAST_DATE });
});

test('a renewal by hand that would go past the calendar is refused, and leaves nothing', async () => {
  const active = await anActive(await aCustomer(), { endDate: LAST_DATE, startDate: dayFromNow(-3) });
  const path = `/v1/entitlements/${active.id}`;
  await ask('POST', `${path}/cancel`);
  expect(await ask('POST', `${path}/renew`)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  expect(await entitlement(active.id)).toMatchObject({ renewedById: null });
});

/** Temporal's server refuses the activation for good, as it did with instants that it could not hold. */
class Refused extends EntitlementsGateway {
  override async command(id: EntitlementId, kind: LifeCommandKind, message: LifeMessage) {
    const cause = Object.assign(new Error('BadSearchAttributes'), { code: 3, details: '', metadata: {} });
    if (kind === 'activate') throw new ServiceError('Failed', { cause });
    return await super.command(id, kind, message);
  }
}

test('an acceptance whose successor Temporal refuses for good is final, and leaves nothing half done', async () => {
  const old = await anActive(await aCustomer(), { renewalPolicy: POLICY, endDate: dayFromNow(20) });
  const { id } = await openRenewal(old.id);
  const [record] = await sql<{ renewal: Renewal; seq: number }[]>`
    select state as renewal, seq from renewals where id = ${id}`;
  if (record === undefined) throw new Error('there is no record');
  const gateway = new Refused({ client: temporal, taskQueue: 'allot', store: createLedgerStore(sql) });
  const made = makeSuccessor(
    { sql, gateway, log: createLogger('test') },
    { ...record, step: 'accepted', at: Date.now(), decided: null },
    { by: 'ann', key: unique('key'), reason: null, changes: null },
  );
  const failure = await made.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(ApplicationFailure);
  expect(failure).toMatchObject({ nonRetryable: true, type: 'wrong_state' });
  await soon(async () => expect(await entitlement(old.id)).toMatchObject({ renewedById: null }));
  const followers = await sql<{ deleted: boolean }[]>`select deleted from entitlements where renews_id = ${old.id}`;
  expect([...followers]).toEqual([{ deleted: true }]);
});
