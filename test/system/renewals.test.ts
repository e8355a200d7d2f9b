import { expect, inject, test } from 'vitest';
import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import { connect } from '../../db/postgres/connect.ts';
import { aCustomer, anActive, ask, attach, dayFromNow, entitlement, ledger, unique } from './api-client.ts';
import { aKey } from './callers.ts';
import { Clock, soon } from './temporal.ts';

const sql = connect(inject('databaseUrl'), { max: 1 });

interface RenewalView {
  id: string;
  stage: string;
  isOver: boolean;
  successorId: string | null;
  reason: string | null;
  steps: { step: string; at: string; heardBy: string }[];
  customerId: string;
  proposal: { kind: string; changes: object; reasons: { text: string }[] };
  accountManager: { email: string } | null;
}

const POLICY = {
  noticeDays: 60,
  reminderDays: 30,
  escalationDays: 14,
  escalateTo: { name: 'The Boss', email: 'boss@example.com' },
};
const MANAGER = { name: 'Ann Account', email: 'ann@example.com' };

const renewalsOf = async (id: string) =>
  (await ask<{ items: RenewalView[] }>('GET', `/v1/renewals?entitlementId=${id}`)).body.items;
const only = (id: string) =>
  soon(async () => {
    const [renewal, ...more] = await renewalsOf(id);
    if (renewal === undefined || more.length > 0) throw new Error(`there are ${more.length} more, or none`);
    return renewal;
  });
const stepsOf = async (id: string) => (await only(id)).steps.map(({ step }) => step);
/** The mails that were written about a renewal: whom, and under which step. */
const mailsOf = async (renewalId: string) =>
  (
    await sql<{ key: string; target: string }[]>`
    select key, target from deliveries where kind = 'email' and key like ${`${renewalId}:%`} order by key`
  ).map(({ key, target }) => [key.split(':')[2], target]);
/** Midnight in UTC, so many days before the end of the entitlement. */
const beforeEnd = ({ endsAt }: EntitlementView, days: number) =>
  new Date(Date.parse(endsAt ?? '') - days * 86_400_000).toISOString();

async function toNotice(more: Record<string, unknown> = {}) {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, ...more });
  const clock = new Clock(active.id);
  await clock.goToAlone(beforeEnd(active, POLICY.noticeDays));
  const renewal = await only(active.id);
  return { active, clock, renewal, own: new Clock(active.id, { renewal: 1, aheadMs: clock.aheadMs }) };
}

test('the year of one entitlement: notice, reminder, escalation, accepted, and the successor starts when it ends', async () => {
  const { active, clock, renewal, own } = await toNotice();
  expect(renewal).toMatchObject({ stage: 'open', accountManager: MANAGER, proposal: { kind: 'same_terms' } });
  expect(renewal.steps).toEqual([{ step: 'notice', at: beforeEnd(active, 60), heardBy: 'everybody' }]);
  await own.goPast(beforeEnd(active, 30));
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'reminder']));
  await own.goPast(beforeEnd(active, 14));
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'reminder', 'escalation']));
  expect(await mailsOf(renewal.id)).toEqual([
    ['notice', 'ann@example.com'],
    ['reminder', 'ann@example.com'],
    ['escalation', 'ann@example.com'],
    ['escalation', 'boss@example.com'],
  ]);
  const [toManager, toBoss] = await sql<{ text: string }[]>`
    select email->>'text' as text from deliveries where key like ${`${renewal.id}:%:escalation:%`} order by target`;
  expect(toManager?.text.replaceAll(/\s+/g, ' ')).toContain('is still undecided, and The Boss is told as well.');
  expect(toBoss?.text.replaceAll(/\s+/g, ' ')).toContain('Ann Account has not decided');

  const key = unique('accept');
  const accepted = await ask<RenewalView>('POST', `/v1/renewals/${renewal.id}/accept`, {}, { key });
  expect(accepted).toMatchObject({ status: 200, body: { stage: 'accepted', isOver: true } });
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`, {}, { key })).body).toEqual(accepted.body);
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`, { reason: 'Else' }, { key })).body).toMatchObject({
    code: 'idempotency_conflict',
  });
  const successorId = accepted.body.successorId ?? '';
  const successor = await entitlement(successorId);
  expect(successor).toMatchObject({
    status: 'waiting',
    startsAt: active.endsAt,
    renewsId: active.id,
    remainingTerm: 3,
  });
  expect(await entitlement(active.id)).toMatchObject({ status: 'active', renewedById: successorId });

  await soon(async () => expect((await only(active.id)).isOver).toBe(true));
  await clock.goPast(active.endsAt);
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ status: 'expired', renewed: true }));
  await new Clock(successorId).goPast(active.endsAt);
  await soon(async () => expect(await entitlement(successorId)).toMatchObject({ status: 'active' }));
  const at = async (id: string, kind: string) => (await ledger(id)).find((row) => row.kind === kind)?.when;
  expect([await at(active.id, 'expired'), await at(successorId, 'started')]).toEqual([active.endsAt, active.endsAt]);
  expect((await mailsOf(renewal.id)).filter(([step]) => step === 'accepted')).toEqual([
    ['accepted', 'ann@example.com'],
  ]);
});

test.each([
  ['canceled', 'cancel'],
  ['edited to another end', 'edit'],
])('%s: it is withdrawn, and nobody is told anything more', async (_what, how) => {
  const { active, renewal } = await toNotice();
  const path = `/v1/entitlements/${active.id}`;
  if (how === 'cancel') await ask('POST', `${path}/cancel`);
  else {
    await ask('POST', `${path}/deactivate`);
    await ask('PATCH', path, { endDate: dayFromNow(500) });
    await ask('POST', `${path}/activate`);
  }
  await soon(async () =>
    expect((await renewalsOf(active.id)).at(0)).toMatchObject({ stage: 'withdrawn', isOver: true }),
  );
  expect(await mailsOf(renewal.id)).toEqual([['notice', 'ann@example.com']]);
  expect(await ask('POST', `/v1/renewals/${renewal.id}/accept`)).toMatchObject({
    status: 409,
    body: { code: 'wrong_state' },
  });
});

/** As a person edits an active entitlement: a draft for a moment. */
async function edit(id: string, changes: object): Promise<void> {
  const path = `/v1/entitlements/${id}`;
  await ask('POST', `${path}/deactivate`);
  await ask('PATCH', path, changes);
  await ask('POST', `${path}/activate`);
}

test('edited without another end it goes on, proposes anew, and nobody gets a second notice', async () => {
  const { active, renewal, own } = await toNotice();
  await ask('POST', `/v1/entitlements/${active.id}/deactivate`);
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`)).body).toMatchObject({ code: 'wrong_state' });
  await edit(active.id, { name: 'Another name', totalTerm: 30 });
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'revised']));
  expect((await only(active.id)).proposal.reasons.map(({ text }) => text).join(' ')).toContain('of 30 cases');
  await own.goPast(beforeEnd(active, 30));
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'revised', 'reminder']));
  expect(await renewalsOf(active.id)).toHaveLength(1);
  const [reminder] = await soon(async () => {
    const found = await sql<{ subject: string }[]>`
      select email->>'subject' as subject from deliveries where key like ${`${renewal.id}:%:reminder:%`}`;
    expect(found).toHaveLength(1);
    return found;
  });
  expect(reminder?.subject).toContain('Another name');
});

test('edited to another customer, its account manager gets the notice; with other days, these count', async () => {
  const { active, renewal, own } = await toNotice();
  const customerId = await aCustomer({ accountManager: { name: 'Bo Beyond', email: 'bo@example.com' } });
  await edit(active.id, { customerId, renewalPolicy: { ...POLICY, reminderDays: 50 } });
  await soon(async () => expect(await only(active.id)).toMatchObject({ customerId }));
  await own.goPast(beforeEnd(active, 50));
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'revised', 'reminder']));
  expect(await mailsOf(renewal.id)).toEqual([
    ['notice', 'ann@example.com'],
    ['revised', 'bo@example.com'],
    ['reminder', 'bo@example.com'],
  ]);
});

test('without a policy any more it is withdrawn; with one again there is a renewal again', async () => {
  const { active } = await toNotice();
  await edit(active.id, { renewalPolicy: null });
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
  await edit(active.id, { renewalPolicy: { ...POLICY, noticeDays: 300 } });
  await soon(async () => {
    const all = await renewalsOf(active.id);
    expect(all.map(({ stage }) => stage).sort()).toEqual(['open', 'withdrawn']);
  });
});

test('an e-mail that still waits is not sent once something newer is told', async () => {
  const { renewal } = await toNotice();
  const emails = async () =>
    (
      await ask<{ items: { key: string; status: string; reason: string | null }[] }>(
        'GET',
        `/v1/deliveries?recordId=${renewal.id}`,
      )
    ).body.items.map(({ key, status, reason }) => [key.split(':')[2], status, reason]);
  // The tests' worker has no mail server.
  await soon(async () => expect(await emails()).toMatchObject([['notice', 'pending', expect.anything()]]));
  await ask('POST', `/v1/renewals/${renewal.id}/decline`, { reason: 'They merge with another company' });
  expect(await emails()).toEqual([['notice', 'overtaken', expect.stringContaining('declined')]]);
});

test('an edit while the notice still waits for the mail server sends it anew, and it is not lost', async () => {
  const { active, renewal } = await toNotice();
  await edit(active.id, { totalTerm: 30 });
  const mails = () => sql<{ step: string; status: string }[]>`
    select split_part(key, ':', 3) as step, status from deliveries where kind = 'email' and about = ${renewal.id} order by number`;
  await soon(async () =>
    expect(await mails()).toEqual([
      { step: 'notice', status: 'overtaken' },
      { step: 'revised', status: 'pending' },
    ]),
  );
});

test('without an account manager whom the policy names for escalations is told, and can decide', async () => {
  const { key, email } = await aKey('account_manager');
  const customerId = await aCustomer();
  const renewalPolicy = { noticeDays: 60, escalateTo: { name: 'Stand-in', email } };
  const active = await anActive(customerId, { renewalPolicy, endDate: dayFromNow(40) });
  const { id } = await only(active.id);
  expect(await mailsOf(id)).toEqual([['notice', email]]);
  const own = { headers: { authorization: `Bearer ${key}` } };
  expect((await ask('GET', `/v1/renewals/${id}`, undefined, own)).body).toMatchObject({ escalatedTo: [email] });
  expect((await ask('POST', `/v1/renewals/${id}/accept`, {}, own)).status).toBe(200);
});

test('declined with a reason, it ends; a decline without one is refused', async () => {
  const { renewal } = await toNotice();
  const path = `/v1/renewals/${renewal.id}/decline`;
  expect((await ask('POST', path, {})).status).toBe(400);
  const declined = await ask('POST', path, { reason: 'They merge with another company' });
  expect(declined.body).toMatchObject({ stage: 'declined', reason: 'They merge with another company', isOver: true });
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`)).body).toMatchObject({ code: 'wrong_state' });
});

test('snoozed it is silent until its day, then reminds; snoozed past the end it lapses', async () => {
  const { active, renewal, own } = await toNotice();
  const path = `/v1/renewals/${renewal.id}/snooze`;
  expect((await ask('POST', path, { until: '2020-01-01' })).status).toBe(400);
  const until = beforeEnd(active, 20).slice(0, 10);
  expect((await ask('POST', path, { until })).body).toMatchObject({ stage: 'snoozed' });
  await own.goPast(beforeEnd(active, 21));
  expect(await stepsOf(active.id)).toEqual(['notice', 'snoozed']);
  await own.goPast(`${until}T00:00:00Z`);
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice', 'snoozed', 'reminder']));
  await ask('POST', path, { until: dayFromNow(500) });
  await own.goPast(active.endsAt);
  await soon(async () => expect((await stepsOf(active.id)).slice(-2)).toEqual(['snoozed', 'lapsed']));
  expect(await only(active.id)).toMatchObject({ stage: 'lapsed', isOver: false });
  const late = await ask<RenewalView>('POST', `/v1/renewals/${renewal.id}/accept`);
  expect(late.body).toMatchObject({ stage: 'accepted' });
});

test('activated later than the notice day, the notice comes at once and what would be past is left out', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(20) });
  const renewal = await only(active.id);
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice']));
  expect(await mailsOf(renewal.id)).toEqual([['notice', 'ann@example.com']]);
});

test('what was used is what the proposal speaks of', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(40), totalTerm: 2 });
  await attach(active);
  const renewal = await only(active.id);
  expect(renewal.proposal.reasons.map(({ text }) => text).join(' ')).toMatch(/case/);
});

test('sales closes the opportunity of a renewal: won it is accepted, once; lost it is declined', async () => {
  const [won, lost] = [await toNotice(), await toNotice()];
  const body = {
    id: unique('opp'),
    status: 'closed_won',
    customerId: won.active.customerId,
    renewalId: won.renewal.id,
    entitlement: { totalTerm: 9 },
  };
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ask<EntitlementView>('POST', '/v1/opportunities', body)),
  );
  expect(new Set(answers.map(({ status, body: made }) => `${status} ${made.id}`)).size).toBe(1);
  expect(answers[0]?.body).toMatchObject({ status: 'waiting', totalTerm: 9, renewsId: won.active.id });
  const { id, customerId } = lost.active;
  const refused = { ...body, id: unique('opp'), customerId, renewalId: lost.renewal.id };
  expect((await ask('POST', '/v1/opportunities', { ...refused, customerId: won.active.customerId })).status).toBe(422);
  const { entitlement: _wanted, ...given } = {
    ...refused,
    id: unique('opp'),
    status: 'closed_lost',
    reason: 'Too dear',
  };
  expect((await ask('POST', '/v1/opportunities', given)).status).toBe(201);
  expect(await only(id)).toMatchObject({ stage: 'declined', reason: 'Too dear' });
});

test('the opportunity of a renewal is closed by its own id, and by one system id once, whoever brings it', async () => {
  const [own, one, other] = [await toNotice(), await toNotice(), await toNotice()];
  const close = (body: object, headers = {}) => ask<EntitlementView>('POST', '/v1/opportunities', body, { headers });
  const won = ({ active, renewal }: typeof own, id: string) => ({
    ...{ id, status: 'closed_won', customerId: active.customerId },
    ...(id.startsWith('opp_ren') ? {} : { renewalId: renewal.id }),
  });
  // As `opportunity.opened` names it.
  expect((await close(won(own, `opp_${own.renewal.id}`))).body).toMatchObject({ renewsId: own.active.id });
  const id = unique('opp');
  const answers = await Promise.all([close(won(one, id)), close(won(other, id))]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const stages = [await only(one.active.id), await only(other.active.id)].map(({ stage }) => stage);
  expect(stages.sort()).toEqual(['accepted', 'open']);
  // An API that died before it could note that it is done, and another system that brings it again.
  const first = answers.find(({ status }) => status === 201);
  await sql`update opportunities set finished = false, entitlement_id = null where id = ${id}`;
  const { key } = await aKey('integration');
  const again = await close(won(answers[0]?.status === 201 ? one : other, id), { authorization: `Bearer ${key}` });
  expect([again.status, again.body.id]).toEqual([201, first?.body.id]);
});

test('an opportunity whose renewal refuses leaves its id free', async () => {
  const { active, renewal } = await toNotice();
  const id = unique('opp');
  const body = { id, status: 'closed_won', customerId: active.customerId, renewalId: renewal.id };
  await ask('POST', `/v1/entitlements/${active.id}/deactivate`);
  expect((await ask('POST', '/v1/opportunities', body)).body).toMatchObject({ code: 'wrong_state' });
  expect((await ask('GET', `/v1/opportunities/${id}`)).status).toBe(404);
  await ask('POST', `/v1/entitlements/${active.id}/activate`);
  // The renewal hears a moment later that its entitlement is no draft any more.
  await soon(async () => {
    const { status } = await ask('POST', '/v1/opportunities', { ...body, entitlement: { totalTerm: 9 } });
    expect(status).toBe(201);
  });
});

test('an end that is edited twice, there and back, has a renewal of its own each time, and one that speaks', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const [near, far] = [dayFromNow(20), dayFromNow(40)];
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: near });
  const path = `/v1/entitlements/${active.id}`;
  await only(active.id);
  for (const endDate of [far, near]) {
    await ask('POST', `${path}/deactivate`);
    await ask('PATCH', path, { endDate });
    await ask('POST', `${path}/activate`);
  }
  await soon(async () => {
    const stages = (await renewalsOf(active.id)).map(({ stage }) => stage).sort();
    expect(stages).toEqual(['open', 'withdrawn', 'withdrawn']);
  });
});

test('canceled while it is accepted: the acceptance stands, or the renewal is withdrawn; it is never left open', async () => {
  for (let round = 0; round < 4; round++) {
    const { active, renewal } = await toNotice();
    const [accepted] = await Promise.all([
      ask('POST', `/v1/renewals/${renewal.id}/accept`),
      ask('POST', `/v1/entitlements/${active.id}/cancel`),
    ]);
    await soon(async () => expect((await only(active.id)).isOver).toBe(true));
    const { stage } = await only(active.id);
    expect(stage).toBe(accepted.status === 200 ? 'accepted' : 'withdrawn');
  }
});

test('a clock that is moved past the whole term takes the renewal along: it lapses, closes, and the entitlement expires', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  // As the organisation's policy says.
  const active = await anActive(customerId, { renewalPolicy: undefined });
  await new Clock(active.id).goPast(active.endsAt);
  await soon(async () => expect(await entitlement(active.id)).toMatchObject({ status: 'expired' }));
  const renewal = await soon(async () => {
    const found = await only(active.id);
    expect(found).toMatchObject({ stage: 'lapsed', isOver: true });
    return found;
  });
  expect(renewal.steps.map(({ step }) => step)).toEqual(['notice', 'reminder', 'escalation', 'lapsed', 'closed']);
});

test('renewed by hand after the end, it is withdrawn', async () => {
  const { active, own } = await toNotice();
  await own.goPast(active.endsAt);
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'lapsed', isOver: false }));
  await ask('POST', `/v1/entitlements/${active.id}/cancel`);
  expect((await ask('POST', `/v1/entitlements/${active.id}/renew`)).status).toBe(201);
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
});
