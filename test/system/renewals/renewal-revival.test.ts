import { expect, inject, test } from 'vitest';
import { connect } from '../../../db/postgres/connect.ts';
import { idFrom } from '../../../runtime/id-from.ts';
import { aCustomer, anActive, ask, entitlement } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock, temporal } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });

interface RenewalView {
  id: string;
  n: number;
  stage: string;
  isOver: boolean;
  successorId: string | null;
  steps: { step: string; heardBy: string }[];
}

const POLICY = { noticeDays: 60, reminderDays: 30, escalationDays: 0 };
const MANAGER = { name: 'Ann Account', email: 'ann@example.com' };

const workflowOf = (id: string, n = 1) => temporal.workflow.getHandle(`renewal/${id}/${n}`);
const renewalOf = async (id: string, n = 1) => (await ask<RenewalView>('GET', `/v1/renewals/ren_${id}_${n}`)).body;
const decide = (id: string, how: string, body: object = {}, key = unique('key')) =>
  ask<RenewalView>('POST', `/v1/renewals/ren_${id}_1/${how}`, body, { key });
const stepsOf = async (id: string) => (await renewalOf(id)).steps.map(({ step }) => step);
/** What was announced about a renewal: the events, and the mails with their step. */
const announced = async (id: string) =>
  await sql<{ kind: string; what: string }[]>`
    select 'event' as kind, type as what from events where record_id = ${`ren_${id}_1`}
    union all
    select 'mail', split_part(key, ':', 3) from deliveries where kind = 'email' and key like ${`ren_${id}_1:%`}
    order by 1, 2`;

/** An entitlement whose renewal has given notice, and whose renewal an operator has terminated. */
async function terminated() {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(40) });
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice']));
  await workflowOf(active.id).terminate('an operator');
  return active;
}

test('a terminated renewal can be accepted, and nothing is announced twice', async () => {
  const active = await terminated();
  const before = await announced(active.id);
  const key = unique('key');
  const accepted = await decide(active.id, 'accept', {}, key);
  expect(accepted).toMatchObject({ status: 200, body: { stage: 'accepted', isOver: true } });
  expect(await decide(active.id, 'accept', {}, key)).toMatchObject({ status: 200, body: accepted.body });
  expect(await stepsOf(active.id)).toEqual(['notice', 'accepted']);
  expect(await entitlement(active.id)).toMatchObject({ renewedById: accepted.body.successorId });
  const after = await announced(active.id);
  for (const { kind, what } of before)
    expect(after.filter((one) => one.kind === kind && one.what === what)).toHaveLength(1);
  await soon(async () => expect((await workflowOf(active.id).describe()).status.name).toBe('COMPLETED'));
});

test('a terminated renewal can be declined', async () => {
  const active = await terminated();
  expect(await decide(active.id, 'decline', { reason: 'They merge' })).toMatchObject({
    status: 200,
    body: { stage: 'declined' },
  });
});

test('a terminated renewal can be snoozed, and its timers continue', async () => {
  const active = await terminated();
  const until = dayFromNow(20);
  const snoozed = await decide(active.id, 'snooze', { until });
  expect(snoozed).toMatchObject({ status: 200, body: { stage: 'snoozed' } });
  const clock = new Clock(active.id, { renewal: 1 });
  await clock.goPast(`${until}T00:00:00Z`);
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'snoozed', 'reminder']));
  await clock.goPast(active.endsAt);
  await soon(async () => expect(await renewalOf(active.id)).toMatchObject({ stage: 'lapsed', isOver: false }));
});

test('of ten decisions at once on a terminated renewal, the first one counts, and it has one run', async () => {
  const active = await terminated();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      index % 2 === 0 ? decide(active.id, 'accept') : decide(active.id, 'decline', { reason: 'Too dear' }),
    ),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  const { stage, steps, successorId } = await renewalOf(active.id);
  expect(steps.map(({ step }) => step)).toEqual(['notice', stage]);
  expect((await entitlement(active.id)).renewedById).toBe(successorId);
});

test('if the entitlement was canceled meanwhile, the decision is refused and the renewal is withdrawn', async () => {
  const active = await terminated();
  await ask('POST', `/v1/entitlements/${active.id}/cancel`);
  expect(await decide(active.id, 'accept')).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  await soon(async () => expect(await renewalOf(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
});

test('a terminated renewal that a newer one has replaced is withdrawn', async () => {
  const active = await terminated();
  const path = `/v1/entitlements/${active.id}`;
  await ask('POST', `${path}/deactivate`);
  await ask('PATCH', path, { endDate: dayFromNow(50) });
  await ask('POST', `${path}/activate`);
  await soon(async () => expect(await renewalOf(active.id, 2)).toMatchObject({ stage: 'open' }));
  expect(await decide(active.id, 'accept')).toMatchObject({ status: 409, body: { code: 'wrong_state' } });
  await soon(async () => expect(await renewalOf(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
  expect(await renewalOf(active.id, 2)).toMatchObject({ stage: 'open' });
  expect(await entitlement(active.id)).toMatchObject({ renewedById: null });
});

test('an acceptance that the entitlement had taken before the termination is finished', async () => {
  const active = await terminated();
  const id = `ren_${active.id}_1`;
  const [record] = await sql<{ details: object }[]>`
    select state->'details' as details from entitlements where id = ${active.id}`;
  // A worker died after the entitlement had named its successor, and then an operator terminated the renewal.
  const successorId = idFrom('ent', `successor of ${id}`);
  const dates = { startDate: dayFromNow(41), endDate: dayFromNow(400) };
  await temporal.workflow.getHandle(`entitlement/${active.id}`).executeUpdate('acceptRenewal', {
    args: [{ by: 'ann', key: `${id}:accepted`, reason: null, successorId, details: { ...record?.details, ...dates } }],
  });
  await ask('GET', `/v1/entitlements/${active.id}`);
  await soon(async () => expect((await entitlement(active.id)).renewedById).toBe(successorId), 60_000);
  expect((await decide(active.id, 'decline', { reason: 'Too late' })).status).toBe(409);
  await soon(async () => expect(await renewalOf(active.id)).toMatchObject({ stage: 'accepted', successorId }));
  expect(await entitlement(successorId)).toMatchObject({ status: 'waiting', ...dates });
}, 300_000);
