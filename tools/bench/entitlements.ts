import type { BenchStack } from './stack.ts';

const DAY_MS = 86_400_000;
const day = (offset: number): string => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);

/**
 * An active entitlement of more cases than a benchmark has, on creation, restricted: each attach takes and checks. `terms`
 * are added to it.
 */
export async function anEntitlement(
  stack: BenchStack,
  name: string,
  terms: object = {},
): Promise<{ id: string; customerId: string }> {
  const customerId = `bench-${name}`;
  await stack.send('PUT', `/v1/customers/${customerId}`, { type: 'account', name }, 201);
  const draft = await stack.send<{ id: string }>(
    'POST',
    '/v1/entitlements',
    {
      name,
      customerId,
      startDate: day(-1),
      endDate: day(364),
      allocationType: 'cases',
      totalTerm: 10_000_000,
      decreaseRemainingOn: 'creation',
      restrict: true,
      ...terms,
    },
    201,
  );
  await stack.send('POST', `/v1/entitlements/${draft.id}/activate`, {}, 200);
  return { id: draft.id, customerId };
}
