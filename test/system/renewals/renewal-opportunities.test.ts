import { expect, test } from 'vitest';
import type { EntitlementView } from '../../../api/entitlements/entitlement-view.ts';
import { ask } from '../../support/api-client.ts';
import { aKey } from '../../support/callers.ts';
import { unique } from '../../support/unique.ts';
import { soon } from '../../support/waiting.ts';
import { only, sql, toNotice } from './renewal-scenes.ts';

test('a won opportunity accepts its renewal once; a lost one declines it', async () => {
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

test('an opportunity names its renewal by renewalId or by its own id, and each id decides one renewal', async () => {
  const [own, one, other] = [await toNotice(), await toNotice(), await toNotice()];
  const close = (body: object, headers = {}) => ask<EntitlementView>('POST', '/v1/opportunities', body, { headers });
  const won = ({ active, renewal }: typeof own, id: string) => ({
    ...{ id, status: 'closed_won', customerId: active.customerId },
    ...(id.startsWith('opp_ren') ? {} : { renewalId: renewal.id }),
  });
  // By the id that the event `opportunity.opened` names.
  expect((await close(won(own, `opp_${own.renewal.id}`))).body).toMatchObject({ renewsId: own.active.id });
  const id = unique('opp');
  const answers = await Promise.all([close(won(one, id)), close(won(other, id))]);
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  const stages = [await only(one.active.id), await only(other.active.id)].map(({ stage }) => stage);
  expect(stages.sort()).toEqual(['accepted', 'open']);
  // An API died before it could note that it was done, and another system sends the opportunity again.
  const first = answers.find(({ status }) => status === 201);
  await sql`update opportunities set finished = false, entitlement_id = null where id = ${id}`;
  const { key } = await aKey('integration');
  const again = await close(won(answers[0]?.status === 201 ? one : other, id), { authorization: `Bearer ${key}` });
  expect([again.status, again.body.id]).toEqual([201, first?.body.id]);
});

test('if the renewal refuses, the id of the opportunity can be used again', async () => {
  const { active, renewal } = await toNotice();
  const id = unique('opp');
  const body = { id, status: 'closed_won', customerId: active.customerId, renewalId: renewal.id };
  await ask('POST', `/v1/entitlements/${active.id}/deactivate`);
  expect((await ask('POST', '/v1/opportunities', body)).body).toMatchObject({ code: 'wrong_state' });
  expect((await ask('GET', `/v1/opportunities/${id}`)).status).toBe(404);
  await ask('POST', `/v1/entitlements/${active.id}/activate`);
  // The renewal learns a moment later that its entitlement is active again.
  await soon(async () => {
    const { status } = await ask('POST', '/v1/opportunities', { ...body, entitlement: { totalTerm: 9 } });
    expect(status).toBe(201);
  });
});
