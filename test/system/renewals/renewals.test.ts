import { expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, entitlement, ledger } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { dayFromNow } from '../../support/days.ts';
import { Clock } from '../../support/temporal.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import {
  beforeEnd,
  edit,
  MANAGER,
  mailsOf,
  only,
  POLICY,
  type RenewalView,
  sql,
  stepsOf,
  toNotice,
} from './renewal-scenes.ts';

test('one renewal from notice to acceptance: reminder, escalation, and a successor that starts when the old one ends', async () => {
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
  expect(toManager?.text.replaceAll(/\s+/g, ' ')).toContain('is still undecided, so The Boss gets a mail as well.');
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

test('a decision supersedes a mail that was not sent yet', async () => {
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

test('an edit supersedes a notice that was not sent yet, and sends it again', async () => {
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

test('without an account manager, the person for escalations gets the mails and can decide', async () => {
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

test('a decline needs a reason and ends the renewal', async () => {
  const { renewal } = await toNotice();
  const path = `/v1/renewals/${renewal.id}/decline`;
  expect((await ask('POST', path, {})).status).toBe(400);
  const declined = await ask('POST', path, { reason: 'They merge with another company' });
  expect(declined.body).toMatchObject({ stage: 'declined', reason: 'They merge with another company', isOver: true });
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`)).body).toMatchObject({ code: 'wrong_state' });
});

test('a snoozed renewal is silent until its day and then reminds; snoozed past the end, it lapses', async () => {
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

test('an entitlement that is activated after its notice day gets the notice at once, without the steps that are past', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(20) });
  const renewal = await only(active.id);
  await soon(async () => expect(await stepsOf(active.id)).toEqual(['notice']));
  expect(await mailsOf(renewal.id)).toEqual([['notice', 'ann@example.com']]);
});

test('the reasons of a proposal describe the use', async () => {
  const customerId = await aCustomer({ accountManager: MANAGER });
  const active = await anActive(customerId, { renewalPolicy: POLICY, endDate: dayFromNow(40), totalTerm: 2 });
  await attach(active);
  const renewal = await only(active.id);
  expect(renewal.proposal.reasons.map(({ text }) => text).join(' ')).toMatch(/case/);
});

test('if nobody decides, the renewal lapses and closes, and the entitlement expires', async () => {
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
