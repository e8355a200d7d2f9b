import type { EntitlementView } from '../../api/entitlements/entitlement-view.ts';
import type { OwnStack } from './own-stack.ts';
import { termInput } from './term-input.ts';
import { unique } from './unique.ts';

/** A system whose API can be asked. */
type Asking = Pick<OwnStack, 'ask'>;

/** A draft from `termInput`, of a new customer unless `more` names one. */
export async function aDraft(stack: Asking, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const customerId = unique('customer');
  await must(201, stack.ask('PUT', `/v1/customers/${customerId}`, { type: 'account', name: customerId }));
  return await must(201, stack.ask<EntitlementView>('POST', '/v1/entitlements', termInput(customerId, more)));
}

/** The same, activated. */
export async function anActive(stack: Asking, more: Record<string, unknown> = {}): Promise<EntitlementView> {
  const { id } = await aDraft(stack, more);
  return await must(200, stack.ask<EntitlementView>('POST', `/v1/entitlements/${id}/activate`));
}

/** Posts a case under the entitlement and answers its id. */
export async function aCase(
  stack: Asking,
  { id, customerId }: EntitlementView,
  more: Record<string, unknown> = {},
): Promise<string> {
  const caseId = unique('case');
  await must(201, stack.ask('POST', '/v1/cases', { id: caseId, customerId, entitlementId: id, ...more }));
  return caseId;
}

/** The body of an answer that must have this status. */
export async function must<Body>(status: number, asked: Promise<{ status: number; body: Body }>): Promise<Body> {
  const answer = await asked;
  if (answer.status !== status)
    throw new Error(`${answer.status} instead of ${status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
