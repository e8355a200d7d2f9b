import { expect, test } from 'vitest';
import { aCustomer, anActive, ask } from '../../support/api-client.ts';
import { dayFromNow } from '../../support/days.ts';
import { soon } from '../../support/waiting.ts';
import {
  beforeEnd,
  edit,
  MANAGER,
  mailsOf,
  only,
  POLICY,
  renewalsOf,
  sql,
  stepsOf,
  toNotice,
} from './renewal-scenes.ts';

test.each([
  ['canceled', 'cancel'],
  ['edited to another end', 'edit'],
])('an entitlement that is %s withdraws its renewal, and no more mails are sent', async (_what, how) => {
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

test('after an edit that keeps the end date, the renewal continues with a new proposal and without a second notice', async () => {
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

test('after an edit, the new account manager gets the notice and the new reminder days count', async () => {
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

test('removing the policy withdraws the renewal; a policy again starts a new one', async () => {
  const { active } = await toNotice();
  await edit(active.id, { renewalPolicy: null });
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
  await edit(active.id, { renewalPolicy: { ...POLICY, noticeDays: 300 } });
  await soon(async () => {
    const all = await renewalsOf(active.id);
    expect(all.map(({ stage }) => stage).sort()).toEqual(['open', 'withdrawn']);
  });
});

test('each edit of the end date starts a renewal of its own, and only the newest is open', async () => {
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

test('a cancel at the same moment as an acceptance leaves the renewal accepted or withdrawn, never open', async () => {
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

test('renewing by hand after the end withdraws the renewal', async () => {
  const { active, own } = await toNotice();
  await own.goPast(active.endsAt);
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'lapsed', isOver: false }));
  await ask('POST', `/v1/entitlements/${active.id}/cancel`);
  expect((await ask('POST', `/v1/entitlements/${active.id}/renew`)).status).toBe(201);
  await soon(async () => expect(await only(active.id)).toMatchObject({ stage: 'withdrawn', isOver: true }));
});

test('an acceptance with a start of its own is refused with the field before the grace', async () => {
  const { active, renewal } = await toNotice({ graceDays: 30, timeZone: 'UTC' });
  const startDate = active.endsAt?.slice(0, 10);
  const refused = await ask('POST', `/v1/renewals/${renewal.id}/accept`, { startDate });
  expect(refused).toMatchObject({ status: 409, body: { code: 'wrong_state', errors: [{ field: 'startDate' }] } });
  expect((await ask('POST', `/v1/renewals/${renewal.id}/accept`, { changes: { graceDays: 0 } })).status).toBe(200);
});
