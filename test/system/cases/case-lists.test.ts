import { expect, test } from 'vitest';
import { aCustomer, anActive, ask, attach, onCase } from '../../support/api-client.ts';
import { listedIds, listPage, type Query } from '../../support/lists.ts';
import { unique } from '../../support/unique.ts';

test('cases are listed by customer, entitlement, status and channel, and without an entitlement, in every order', async () => {
  const active = await anActive(await aCustomer());
  const { customerId } = active;
  const made: string[] = [];
  for (const channel of ['phone', 'email', 'phone']) made.push((await attach(active, { channel })).body.id);
  const alone = unique('case');
  await ask('POST', '/v1/cases', { id: alone, customerId, channel: 'phone' });
  await onCase(made[0] ?? '', 'resolve');
  const all = [...made, alone];

  const listed = (query: Query, limit = 200) => listedIds('cases', { customerId, ...query }, limit);
  for (const limit of [1, 2, 200]) {
    expect(await listed({ sort: 'createdAt' }, limit)).toEqual(all);
    expect(await listed({ sort: '-createdAt' }, limit)).toEqual(all.toReversed());
    expect(await listed({}, limit)).toEqual(all.toSorted());
    expect(await listedIds('cases', { entitlementId: active.id }, limit)).toEqual(made.toSorted());
  }
  expect(await listed({ status: 'resolved' })).toEqual([made[0]]);
  expect(await listed({ channel: 'phone', sort: 'createdAt' })).toEqual([made[0], made[2], alone]);
  expect(await listed({ withoutEntitlement: 'true' })).toEqual([alone]);
  const { body } = await listPage('cases', { entitlementId: active.id, status: 'resolved' });
  // Why a case has its entitlement is told of one case alone.
  // What is due next stands in lists; one case has its clocks.
  const { nextDue: _, ...item } = { nextDue: null, ...body.items[0] };
  expect((await ask('GET', `/v1/cases/${made[0]}`)).body).toEqual({
    ...item,
    ...{ decision: expect.anything(), holds: [], clocks: [] },
  });
});
