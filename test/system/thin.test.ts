import { expect, test } from 'vitest';
import { aCustomer, anActive, ask, entitlement, ledger, unique } from './api-client.ts';

test('one case goes through API, workflow and ledger and back', async () => {
  const customerId = await aCustomer();
  const { id } = await anActive(customerId);
  const caseId = unique('case');
  const posted = await ask('POST', '/v1/cases', { id: caseId, customerId, entitlementId: id }, { key: unique('key') });
  expect(posted.body).toMatchObject({ id: caseId, entitlementId: id, remainingTerm: 2, change: -1 });
  expect(posted.status).toBe(201);
  expect(await entitlement(id)).toMatchObject({ status: 'active', remainingTerm: 2, openCases: 1 });
  expect((await ledger(id)).map(({ kind, change }) => [kind, change])).toEqual([
    ['created', 3],
    ['activated', 0],
    ['attached', -1],
  ]);
});
